"""New code in the place of old, under load: by a reload, host by host, and from the release before."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.deploy.conftest import UV, install
from tests.deploy.installed import ROOT
from tests.deploy.load import Seen, under_load
from tests.support.deployments import previous
from tests.support.deployments.balancers import haproxy, nginx, program
from tests.support.deployments.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.deploy.installed import Installed

needs_nginx = pytest.mark.skipif(program("nginx") is None, reason="nginx is not installed")


def check(seen: Seen) -> None:
    assert seen.failed == []
    assert seen.stale == []
    assert seen.writes > 20


@needs_nginx
def test_a_reload_behind_nginx_fails_nothing(installed: Installed) -> None:
    installed.ok("db", "upgrade")
    installed.serve()
    installed.balance(nginx)
    with under_load(installed) as seen:
        for _ in range(2):
            assert installed.ok("reload") == "All workers are new.\n"
    check(seen)


@pytest.mark.parametrize("balancer", [nginx, haproxy], ids=lambda each: each.__name__)
def test_a_rolling_restart_of_two_hosts_fails_nothing(
    installed: Installed, balancer: Callable[..., AbstractContextManager[object]]
) -> None:
    if program(balancer.__name__) is None:
        pytest.skip(f"{balancer.__name__} is not installed")
    installed.ok("db", "upgrade")
    other = free_port()
    hosts = {port: installed.serve(port=port) for port in (installed.port, other)}
    installed.balance(balancer, other)
    with under_load(installed) as seen:
        for port, serving in hosts.items():
            serving.terminate()
            assert serving.wait(30) == 0
            installed.serve(port=port)
            installed.wait_for_its_turn(port)
    check(seen)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the release before in an environment of its own."""
    if reason := previous.lacking():
        pytest.skip(reason)
    return install(previous.unpack(tmp_path_factory.mktemp("source")), tmp_path_factory.mktemp("before"))


@needs_nginx
def test_an_upgrade_from_the_release_before_fails_nothing(installed: Installed, before: Path) -> None:
    """The schema first, beside the old code; then one host gets the new code by a restart, the other by a reload."""
    assert installed.ok("--version") != f"feedapp {previous.release()[0].removeprefix('v')}\n"
    installed.ok("db", "upgrade", programs=before)
    other = free_port()
    restarted = installed.serve(before)
    installed.serve(before, port=other)
    installed.balance(nginx, other)
    with under_load(installed) as seen:
        installed.ok("db", "upgrade")
        time.sleep(1)  # the old code with the new schema
        restarted.terminate()
        assert restarted.wait(30) == 0
        installed.serve()
        time.sleep(3)  # both together
        (wheel,) = (installed.programs.parents[1] / "dist").glob("*.whl")
        pip = (UV, "pip", "install", "--quiet", "--python", before / "python")
        subprocess.run([*pip, "--require-hashes", "-r", ROOT / "requirements.txt"], check=True)
        subprocess.run([*pip, "--no-deps", wheel], check=True)
        assert installed.ok("reload", programs=before, port=other) == "All workers are new.\n"
    check(seen)
