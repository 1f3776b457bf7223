"""Sites to be treated badly. HOSTILE_SECONDS says for how long each treatment lasts, where that is a choice."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.hostile.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = float(os.environ.get("HOSTILE_SECONDS", "3"))


@pytest.fixture
def seconds() -> float:
    return SECONDS


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("hostile")) as started:
        yield started
