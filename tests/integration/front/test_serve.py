"""The processes that serve: how many, where, and what becomes of one that ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import sys
import threading
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.integration.front.clients import PATIENCE
from tests.integration.front.sites import FULL, Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from tests.support.deployments.choices import RedisChoice


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    sites: list[Site] = []

    def begin(
        target: str = "tests.integration.front.apps:moody",
        command: list[str] | None = None,
        log: Path | None = None,
        **settings: str,
    ) -> Site:
        sites.append(Site(log or tmp_path / f"log-{len(sites)}", target, settings, command))
        return sites[-1]

    yield begin
    for site in sites:
        for client in site.clients:
            client.close()
        if site.process.poll() is None:
            os.killpg(site.process.pid, signal.SIGKILL)
            site.process.wait()


def test_a_worker_that_is_killed_is_replaced_and_nobody_else_notices(start: Callable[..., Site]) -> None:
    site = start()
    first = site.wait_until_ready()
    for number in range(1, 5):  # more often than a server may that takes this for a loop of crashes
        os.kill(site.workers()[0].pid, signal.SIGKILL)
        assert site.client().ask("/livez").status == 200
        site.wait_until_said("ended (signal 9) and is replaced", times=number)
    later = site.wait_until_ready()
    assert later != first
    assert site.text().count("ended (signal 9) and is replaced") == 4


def test_a_service_manager_is_told_when_a_worker_can_serve(start: Callable[..., Site], tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(PATIENCE)
        site = start(NOTIFY_SOCKET=str(tmp_path / "notify"))
        assert manager.recv(100) == b"READY=1"
        assert site.client().ask("/livez").status == 200
        os.kill(site.workers()[0].pid, signal.SIGKILL)
        site.wait_until_ready()
        manager.settimeout(0.5)
        with pytest.raises(TimeoutError):
            manager.recv(100)


def test_a_worker_that_ends_by_itself_in_a_request_is_replaced_too(start: Callable[..., Site]) -> None:
    site = start(WEB_WORKERS="1")
    site.wait_until_ready(1)
    with pytest.raises(ConnectionError):
        site.client().ask("/die")
    site.wait_until_ready(1)


def test_connections_are_refused_until_a_worker_can_answer(start: Callable[..., Site], tmp_path: Path) -> None:
    """So nginx, which asks nobody how they are, gives a host that begins no request that has to wait for that."""
    loaded = tmp_path / "loaded"
    site = start("tests.integration.front.late:moody", FEEDAPP_LOADED_WHEN=str(loaded))
    deadline = monotonic() + PATIENCE
    while len(site.workers()) < 2:
        assert monotonic() < deadline, site.text()
        sleep(0.05)
    for _ in range(5):
        with pytest.raises(ConnectionRefusedError):
            site.client()
        sleep(0.1)
    assert "Listening at" not in site.text()
    loaded.touch()
    assert site.wait_for("/pid").status == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_after_what_is_being_answered(start: Callable[..., Site], number: int) -> None:
    site = start()
    site.wait_until_ready()
    processes = [psutil.Process(site.process.pid), *site.workers()]
    client, idle = site.client(), site.client()
    assert idle.ask("/").status == 200
    client.request("GET", "/slow/1")
    sleep(0.2)
    began = monotonic()
    site.process.send_signal(number)
    answer = client.answer()
    assert (answer.body, answer.headers["connection"]) == (b"ok", "close")
    assert site.process.wait(PATIENCE) == 0, site.text()
    assert monotonic() - began < 8
    assert not psutil.wait_procs(processes, timeout=1)[1]
    with pytest.raises(ConnectionRefusedError):
        site.client()


def test_hup_replaces_all_workers_without_a_failed_request(start: Callable[..., Site]) -> None:
    site = start()
    first = site.wait_until_ready()
    is_over, asked, failed = threading.Event(), [0], []

    def ask() -> None:
        client = site.client()
        while not is_over.is_set():
            try:
                answer = client.ask("/slow/0.002")
            except OSError as error:
                failed.append(error)
                return
            asked[0] += 1
            if answer.headers.get("connection") == "close":
                client.close()
                client = site.client()

    readers = [threading.Thread(target=ask) for _ in range(6)]
    for reader in readers:
        reader.start()
    site.process.send_signal(signal.SIGHUP)
    deadline = monotonic() + PATIENCE
    while {each.pid for each in site.workers()} & first:
        assert monotonic() < deadline, site.text()
        sleep(0.05)
    sleep(0.3)
    is_over.set()
    for reader in readers:
        reader.join()
    assert not failed
    assert asked[0] > 100
    assert len(site.workers()) == 2


def test_workers_end_when_the_supervisor_is_killed(start: Callable[..., Site]) -> None:
    site = start()
    site.wait_until_ready()
    workers = site.workers()
    site.process.kill()
    site.process.wait()
    assert not psutil.wait_procs(workers, timeout=10)[1]


def test_an_application_that_cannot_start_ends_it_with_what_that_says(start: Callable[..., Site]) -> None:
    site = start(target="tests.integration.front.nothing:app")
    assert site.process.wait(PATIENCE) == 1
    assert "No module named 'tests.integration.front.nothing'" in site.text()


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "eighty"), ("WEB_THREADS", "0"), ("LOG_FORMAT", "xml"), ("HOST", "192.0.2.1")]
)
def test_a_wrong_setting_is_one_line(start: Callable[..., Site], name: str, value: str) -> None:
    site = start(**{name: value})
    assert site.process.wait(PATIENCE) > 0
    assert re.fullmatch(f"feedapp: {name} .+\n", site.text())


def test_the_flask_command_serves_by_the_settings_with_nothing_heavy_above_the_workers(
    start: Callable[..., Site], database_url: str, redis_server: RedisChoice, app: Flask
) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
    site = start(
        command=command, DATABASE_URL=database_url, REDIS_URL=redis_server.url, WEB_WORKERS="1", LOG_FORMAT="json"
    )
    assert site.wait_for("/readyz").status == 200
    assert site.client().ask("/api/posts?limit=1").status == 200
    supervisor = psutil.Process(site.process.pid)
    assert len(supervisor.children()) == 1
    assert "sqlalchemy" not in Path(f"/proc/{site.process.pid}/maps").read_text(encoding="utf-8")
    site.process.terminate()
    assert site.process.wait(PATIENCE) == 0, site.text()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")
def test_workers_that_root_starts_are_not_root_and_what_they_need_still_works(
    start: Callable[..., Site], database_url: str, redis_server: RedisChoice, app: Flask
) -> None:
    token = "a-token-for-Prometheus"
    site = start("wsgi:app", DATABASE_URL=database_url, REDIS_URL=redis_server.url, METRICS_TOKEN=token)
    assert site.wait_for("/readyz").status == 200
    for worker in site.workers():
        assert 0 not in worker.uids()
        assert 0 not in worker.gids()
        effective = next(
            line for line in Path(f"/proc/{worker.pid}/status").read_text().splitlines() if "CapEff" in line
        )
        assert int(effective.split()[1], 16) in {0, 1 << 2}  # at most to read below closed directories
    assert site.client().ask("/public").status == 200
    figures = site.client().ask("/metrics", f"Authorization: Bearer {token}").body
    assert b"feedapp_request_seconds_count" in figures


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")
def test_another_user_for_the_workers_is_a_setting(start: Callable[..., Site]) -> None:
    site = start(WEB_USER="daemon")
    site.wait_until_ready()
    assert {worker.username() for worker in site.workers()} == {"daemon"}
    wrong = start(WEB_USER="no such user")
    assert wrong.process.wait(PATIENCE) == 1
    assert re.fullmatch("feedapp: WEB_USER is 'no such user': .+\n", wrong.text())


@pytest.mark.skipif(not FULL.exists(), reason="there is no such device here")
def test_log_lines_that_cannot_be_written_fail_no_request(
    start: Callable[..., Site], database_url: str, redis_server: RedisChoice, app: Flask
) -> None:
    site = start("wsgi:app", log=FULL, DATABASE_URL=database_url, REDIS_URL=redis_server.url, LOG_LEVEL="DEBUG")
    deadline, answers = monotonic() + PATIENCE, list[int]()
    while len(answers) < 20:
        assert site.process.poll() is None
        assert monotonic() < deadline
        try:
            answers.append(site.client().ask("/api/posts?limit=1").status)
        except ConnectionError:
            sleep(0.1)
    assert set(answers) == {200}
    site.workers()[0].kill()
    sleep(0.5)
    assert site.client().ask("/public").status == 200


def test_more_connections_than_the_usual_limit_of_files_are_served(start: Callable[..., Site]) -> None:
    site = start(WEB_WORKERS="1")
    site.wait_until_ready(1)
    limits = Path(f"/proc/{site.workers()[0].pid}/limits").read_text(encoding="utf-8")
    soft = int(next(line for line in limits.splitlines() if line.startswith("Max open files")).split()[3])
    assert soft > 1024
