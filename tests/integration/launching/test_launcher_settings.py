"""What `make run` says of a wrong setting: one line that names it, and nothing is started."""

import json
import os
import re
import signal
import socket
from pathlib import Path

import pytest

from feedapp.embedded import Servers
from tests.integration.launching.runs import LAUNCHER, Run, Start, copy_project
from tests.support.deployments.ports import free_port


def test_a_taken_port_is_one_line_and_nothing_is_started(start: Start, tmp_path: Path) -> None:
    folder = copy_project(tmp_path / "untouched")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        run = Run(folder, LAUNCHER, {"PORT": port})
        assert run.wait() == 1
    assert run.text() == f"feedapp: port {port} is taken: stop what listens there or set PORT to another\n"
    assert not (folder / "var" / "postgres").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("WEB_WORKERS", "0"),
        ("WEB_THREADS", "many"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "redis://localhost/zero"),
        ("CACHE_KEY_PREFIX", " "),
        ("SECRET_KEY", "short"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(start: Start, name: str, value: str) -> None:
    run = start(**{name: value})
    assert run.wait() == 2
    assert re.fullmatch(f"feedapp: {name} .+\n", run.text())


def test_a_directory_for_figures_that_is_not_there_is_one_line(start: Start) -> None:
    run = start(PROMETHEUS_MULTIPROC_DIR="/nowhere/at/all")
    assert run.wait() == 1
    assert re.fullmatch("feedapp: PROMETHEUS_MULTIPROC_DIR .+\n", run.text())


def test_a_host_that_is_not_ours_is_one_line(start: Start) -> None:
    run = start(HOST="192.0.2.1")
    assert run.wait() == 1
    assert re.fullmatch("feedapp: HOST is '192.0.2.1': nothing can listen there .+\n", run.text())


def test_what_only_the_application_can_find_wrong_is_one_line_too(start: Start) -> None:
    run = start(CACHE_LIFETIMES="nothing=5")
    assert run.wait() == 1
    assert re.fullmatch("feedapp: CACHE_LIFETIMES names 'nothing': .+\n", run.text())


def test_a_database_that_is_not_there_is_one_line_that_keeps_the_password(start: Start) -> None:
    run = start(DATABASE_URL=f"postgresql://feed:secret@127.0.0.1:{free_port()}/feed")
    assert run.wait() == 1
    assert re.fullmatch("feedapp: DATABASE_URL: PostgreSQL cannot be reached: .+\n", run.text())
    assert "secret" not in run.text()


def test_given_addresses_replace_the_embedded_servers(start: Start, project: Path, tmp_path: Path) -> None:
    with Servers(tmp_path, durable=False) as servers:
        run = start(DATABASE_URL=servers.database_url, REDIS_URL=servers.redis_url, LOG_FORMAT="json")
        names = {process.name() for process in run.wait_until_ready()}
        assert not names & {"postgres", "valkey-server"}
        assert run.get("/readyz") == 200
        os.killpg(run.process.pid, signal.SIGINT)
        assert run.wait() == 0, run.text()
    said = ("feedapp is ready", "Nobody runs this site yet. Become its admin: http://", "feedapp stops")
    logged = [line for line in run.text().splitlines() if not line.startswith(said)]
    assert {"feedapp.server", "feedapp.cache.redis.trust"} <= {json.loads(line)["logger"] for line in logged}
