"""A Debian, and the site that the guide makes of it."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from tests.guide import machine as machines
from tests.guide import registries
from tests.guide.authority import PACKAGE, Authority
from tests.guide.document import GUIDE, blocks
from tests.guide.machine import Machine
from tests.guide.release import Release
from tests.guide.site import Site
from tests.guide.steps import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator

SYSTEM = ("systemd-sysv", PACKAGE)
"""What a Debian that boots has beside the least, and the authority: it needs no other package."""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Follow the guide on an empty Debian."""
    if reason := registries.lacking():
        pytest.fail(reason)
    text = GUIDE.read_text(encoding="utf-8")
    place = tmp_path_factory.mktemp("guide")
    machine = Machine(place / "root")
    try:
        began = time.monotonic()
        machine.make(registries.suite_of(text), SYSTEM)
        machine.name_hosts(HOST)
        authority = Authority(machine)
        authority.prepare()
        release = Release(place, machine)
        release.publish()
        machine.boot()
        authority.start()
        followed = Site(machine, authority, release, blocks(text), making=time.monotonic() - began)
        followed.set_up()
        yield followed
    finally:
        machine.stop()
        if not os.environ.get("GUIDE_KEEP"):
            machines.remove(machine.root)
