"""What `make run` starts, run as it is in a copy of the project: from nothing to nothing."""

import http.client
import json
import os
import re
import signal
import sys
import time
from pathlib import Path
from urllib.error import HTTPError

import psutil
import pytest

from feedapp.embedded import attach
from tests.integration.launching.runs import (
    LAUNCHER,
    Run,
    Start,
    assert_all_gone,
    copy_project,
    is_ready,
    people_of,
    told_at,
    wait_for,
)
from tests.support.deployments.ports import free_port


def test_it_serves_until_ctrl_c_and_leaves_no_process_and_starts_again_with_its_data(
    start: Start, project: Path
) -> None:
    figures = free_port()
    first = start(PROMETHEUS_MULTIPROC_DIR="", METRICS_PORT=str(figures))
    processes = first.wait_until_ready()
    assert (first.get("/livez"), first.get("/readyz")) == (200, 200)
    with pytest.raises(HTTPError, match="404"):
        first.get("/metrics")
    assert told_at(figures)
    assert first.get("/posts/1") == 200  # of the demo community
    assert not list(project.glob("*.db"))
    assert len(list((project / "var" / "metrics").glob("counter_*.db"))) == 1  # of the one that serves
    key = (project / "var" / "secret_key").read_text(encoding="utf-8")
    os.killpg(first.process.pid, signal.SIGINT)
    assert first.wait() == 0, first.text()
    assert_all_gone(processes)

    second = start()
    processes = second.wait_until_ready()
    assert second.get("/public") == 200
    assert (project / "var" / "secret_key").read_text(encoding="utf-8") == key
    second.process.terminate()
    assert second.wait() == 0, second.text()
    assert_all_gone(processes)
    assert attach(project / "var") is None


def test_a_second_one_in_the_folder_says_that_and_where_the_first_is(start: Start) -> None:
    first = start()
    first.wait_until_ready()
    second = start()
    assert second.wait() == 1
    expected = (
        f"feedapp: feedapp already runs from this folder (process {first.process.pid}, http://127.0.0.1:{first.port})\n"
    )
    assert second.text() == expected
    assert first.get("/livez") == 200


def test_nothing_outlives_a_killed_launcher_and_the_next_start_works(start: Start) -> None:
    run = start()
    processes = run.wait_until_ready()
    run.get("/public")
    run.process.kill()
    run.wait()
    assert_all_gone(processes, seconds=15)
    again = start()
    again.wait_until_ready()
    assert again.get("/public") == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_to_make_alone_ends_everything(start: Start, project: Path, number: int) -> None:
    makefile = project / "Makefile"
    command = f"'{sys.executable}' -m feedapp.embedded --stop-with-parent"
    makefile.write_text(f"run:\n\t@exec {command}\n", encoding="utf-8")
    run = start(["make", "run"])
    processes = run.wait_until_ready()
    run.process.send_signal(number)
    assert run.wait() != 0
    assert_all_gone(processes, seconds=10)


def test_a_killed_server_is_started_again_and_the_run_goes_on(start: Start) -> None:
    run = start()
    run.wait_until_ready()
    run.get("/public")
    for name, what in (("valkey-server", "Redis"), ("postgres", "PostgreSQL")):
        (server,) = [each for each in psutil.Process(run.process.pid).children() if each.name() == name]
        server.kill()
        wait_for(run, f"{what} ended by itself and is started again")
        deadline = time.monotonic() + 20
        while not is_ready(run):
            assert time.monotonic() < deadline, run.text()
            time.sleep(0.05)
        assert run.get("/livez") == 200
    os.killpg(run.process.pid, signal.SIGINT)
    assert run.wait() == 0, run.text()


def test_a_killed_web_server_ends_the_run(start: Start) -> None:
    run = start()
    processes = run.wait_until_ready()
    next(process for process in processes if "feedapp.server" in " ".join(process.cmdline())).kill()
    assert run.wait() == 1
    assert "the web server ended by itself" in run.text()
    assert_all_gone(processes, seconds=15)  # an orphaned worker waits for init to take notice


def test_where_others_can_come_there_is_no_demo(tmp_path: Path) -> None:
    folder = copy_project(tmp_path / "open to others")
    run = Run(folder, LAUNCHER, {"HOST": "0.0.0.0"})  # noqa: S104  (that is the point)
    run.wait_until_ready()
    people = people_of(folder)
    run.process.terminate()
    assert run.wait() == 0, run.text()
    assert (people, "Log in as" in run.text()) == (0, False)


def test_the_demo_tells_its_random_password_once_and_nothing_keeps_it(tmp_path: Path) -> None:
    folder = copy_project(tmp_path / "loopback")
    run = Run(folder, LAUNCHER, {"HOST": "127.0.0.1"})
    run.wait_until_ready()
    told = re.search(r"^Log in as (\w+) with the password (\S{16,})$", run.text(), re.MULTILINE)
    assert told, run.text()
    body = json.dumps({"username": told[1], "password": told[2]}).encode()
    connection = http.client.HTTPConnection("127.0.0.1", int(run.port), timeout=10)
    connection.request("POST", "/api/tokens", body, {"Content-Type": "application/json"})
    assert connection.getresponse().status == 201
    connection.close()
    run.process.terminate()
    assert run.wait() == 0, run.text()
    kept = [path for path in (folder / "var").rglob("*") if path.is_file() and told[2].encode() in path.read_bytes()]
    assert kept == []
