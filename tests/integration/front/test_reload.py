"""New workers for old ones under load: nobody is refused, new code is taken, and what cannot serve takes no place."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from time import monotonic, sleep
from typing import TYPE_CHECKING

import pytest

from tests.integration.front.clients import PATIENCE
from tests.integration.front.reloading import CODE, Code, reload, under_load
from tests.integration.front.sites import ROOT, Site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from tests.support.deployments.choices import RedisChoice


@pytest.fixture
def code(tmp_path: Path) -> Code:
    return Code(tmp_path)


@pytest.fixture
def site(tmp_path: Path, code: Code) -> Iterator[Site]:
    settings = {"PYTHONPATH": f"{ROOT}:{code.directory}", "PYTHONDONTWRITEBYTECODE": "1", "WEB_WORKERS": "3"}
    running = Site(tmp_path / "log", "changing:app", settings, None)
    running.wait_until_ready(3)
    yield running
    for client in running.clients:
        client.close()
    with suppress(ProcessLookupError):
        os.killpg(running.process.pid, signal.SIGKILL)
    running.process.wait()


def test_reload_takes_new_code_one_worker_after_another_and_fails_no_request(site: Site, code: Code) -> None:
    before = {each.pid for each in site.workers()}
    with under_load(site) as load:
        code.write("new")
        done = reload(site)
        assert (done.returncode, done.stdout) == (0, "All workers are new.\n"), done.stderr
        acknowledged = monotonic()
        sleep(2)
    assert load.failed == []
    assert {status for _, status, _ in load.answers} == {200}
    assert {body for _, _, body in load.answers} == {b"old", b"new"}
    assert {body for at, _, body in load.answers if at > acknowledged + 1.5} == {b"new"}
    assert len(load.answers) > 300
    wait_until_gone(site, before)


def wait_until_gone(site: Site, before: set[int]) -> None:
    """The old workers answer what they have before they end."""
    deadline = monotonic() + PATIENCE
    while before & {each.pid for each in site.workers()}:
        assert monotonic() < deadline, site.text()
        sleep(0.05)


def test_never_more_than_one_worker_is_on_its_way(site: Site, code: Code) -> None:
    code.raw(f"import time\ntime.sleep(1)\n{CODE.format(text='new', answers={})}")  # each step lasts, and is seen
    before = {each.pid for each in site.workers()}
    site.process.send_signal(signal.SIGHUP)
    deadline, seen = monotonic() + PATIENCE, []
    while before & {each.pid for each in site.workers()}:
        assert monotonic() < deadline, site.text()
        now = {each.pid for each in site.workers()}
        seen.append((len(now & before), len(now - before)))
        sleep(0.02)
    steps = sorted(set(seen), reverse=True)
    assert {(3, 1), (2, 2), (1, 3)} <= set(steps), steps  # all at once would be (3, 3)
    assert max(old + young for old, young in steps) <= 5  # one that comes, and one that still answers


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("broken", "NameError: name 'nothing' is not defined"),
        ("refusing", "PORT is 'x'"),
        ("behind", "The tables are as of migration 1."),
    ],
)
def test_a_reload_whose_new_worker_cannot_serve_keeps_the_old_ones_and_says_why(
    site: Site, code: Code, kind: str, reason: str
) -> None:
    before = {each.pid for each in site.workers()}
    with under_load(site) as load:
        if kind == "broken":
            code.raw("nothing()\n")
        elif kind == "refusing":
            code.raw("import sys\nsys.exit(\"feedapp: PORT is 'x'\")\n")
        else:
            code.write("new", readyz=("503 Service Unavailable", '{"detail": "The tables are as of migration 1."}'))
        done = reload(site)
    assert done.returncode == 1
    assert f"The old workers stay: {reason}" in done.stderr
    assert load.failed == []
    assert {body for _, _, body in load.answers} == {b"old"}
    assert {each.pid for each in site.workers()} == before
    assert reason in site.text()
    code.write("mended")
    assert reload(site).returncode == 0  # and it can be tried again
    assert site.client().ask("/").body == b"mended"


def test_a_worker_that_dies_during_a_reload_is_replaced(site: Site, code: Code) -> None:
    code.raw(f"import time\ntime.sleep(1)\n{CODE.format(text='new', answers={})}")
    victim = site.workers()[-1]
    site.process.send_signal(signal.SIGHUP)
    sleep(0.3)
    victim.kill()
    deadline = monotonic() + PATIENCE
    while "All workers are new" not in site.text():
        assert monotonic() < deadline, site.text()
        sleep(0.05)
    assert f"Worker {victim.pid} ended (signal 9) and is replaced" in site.text()
    site.wait_until_ready(3)


def test_the_end_during_a_reload_ends_the_new_worker_too(site: Site, code: Code) -> None:
    code.raw("import time\ntime.sleep(60)\n")
    site.process.send_signal(signal.SIGHUP)
    deadline = monotonic() + PATIENCE
    while len(workers := site.workers()) < 4:
        assert monotonic() < deadline
        sleep(0.02)
    site.process.terminate()
    assert site.process.wait(PATIENCE) == 0
    assert not [each for each in workers if each.is_running()]


def test_reload_without_anything_to_reload_says_so(site: Site) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "reload"],
        cwd=ROOT, env={**os.environ, "PORT": "1"}, timeout=60, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Nothing of yours serves at port 1" in done.stderr


def test_the_site_itself_is_reloaded(tmp_path: Path, database_url: str, redis_server: RedisChoice, app: Flask) -> None:
    settings = {"DATABASE_URL": database_url, "REDIS_URL": redis_server.url, "WEB_WORKERS": "1"}
    site = Site(tmp_path / "log", "wsgi:app", settings, None)
    try:
        assert site.wait_for("/readyz").status == 200
        done = reload(site)
        assert (done.returncode, done.stdout) == (0, "All workers are new.\n"), done.stderr
        assert site.client().ask("/readyz").status == 200
    finally:
        for client in site.clients:
            client.close()
        os.killpg(site.process.pid, signal.SIGKILL)
        site.process.wait()


def test_a_socket_that_systemd_opened_is_served(tmp_path: Path) -> None:
    """As a .socket unit does: connections wait in it while the service restarts."""
    with socket.create_server(("127.0.0.1", 0)) as given:
        port = given.getsockname()[1]
        starter = (
            "import os, sys; os.dup2(int(sys.argv[1]), 3)"
            "; os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1')"
            "; os.execv(sys.executable, [sys.executable, '-m', 'feedapp.server', 'tests.integration.front.apps:moody'])"
        )
        descriptor = given.fileno()
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": "postgresql:///x",
            "REDIS_URL": "redis://127.0.0.1:1",
            "SECRET_KEY": "a secret of the tests",
        }
        with socket.create_connection(("127.0.0.1", port)) as waiting:  # before anything serves
            waiting.sendall(b"GET / HTTP/1.1\r\nHost: feed.example\r\n\r\n")
            process = subprocess.Popen(
                [sys.executable, "-c", starter, str(descriptor)],
                cwd=ROOT,
                env=environment,
                pass_fds=[descriptor],
                start_new_session=True,
            )
            try:
                waiting.settimeout(30)
                assert waiting.recv(100).startswith(b"HTTP/1.1 200 OK")
            finally:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
