"""Whose figures an operator is told: those of servers that run, whatever number an ended one had."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from feedapp.embedded import EmbeddedServerError
from feedapp.embedded.launch import metrics_directory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Serve = Callable[[int], subprocess.Popen[str]]

ROOT = Path(__file__).resolve().parents[3]
WORKER = """
import os, sys
from feedapp.embedded.launch import metrics_directory
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(metrics_directory.join_server(int(sys.argv[1])))
from feedapp.observability import metrics
metrics.HITS.labels("post").inc()
print("serves", flush=True)
sys.stdin.read()
"""
NUMBER = os.getpid()
"""A server's number that a living process has, as when the number of an ended server is given out again."""


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a worker of the server with a number."""
    workers: list[subprocess.Popen[str]] = []

    def start(number: int) -> subprocess.Popen[str]:
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(number)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        workers.append(worker)
        assert worker.stdout
        assert worker.stdout.readline() == "serves\n"
        return worker

    yield start
    for worker in workers:
        worker.kill()
        worker.communicate()


def counting(place: Path) -> int:
    return len(list(place.glob("counter_*.db")))


def test_an_ended_server_is_not_found_though_its_number_lives_on(serve: Serve, tmp_path: Path) -> None:
    worker = serve(NUMBER)
    (place,) = metrics_directory.found(tmp_path / "var")
    assert counting(place) == 1
    worker.kill()
    worker.wait()
    assert metrics_directory.found(tmp_path / "var") == []


def test_a_server_begins_without_the_figures_of_an_ended_one_and_removes_those_of_others(serve: Serve) -> None:
    for number in (NUMBER, 1):
        worker = serve(number)
        worker.kill()
        worker.wait()
    place = metrics_directory.join_server(NUMBER)
    assert counting(place) == 0
    assert list(place.parent.glob("feedapp-metrics-*")) == [place]


def test_workers_of_one_server_share_a_directory_and_one_that_ends_is_still_counted(
    serve: Serve, tmp_path: Path
) -> None:
    first, _ = serve(NUMBER), serve(NUMBER)
    first.kill()
    first.wait()
    serve(NUMBER)
    serve(1)
    assert [counting(place) for place in metrics_directory.found(tmp_path / "var")] == [1, 3]


def test_a_worker_waits_while_another_removes_what_an_ended_server_left(tmp_path: Path) -> None:
    place = tmp_path / f"feedapp-metrics-{os.geteuid()}-{NUMBER}"
    place.mkdir()
    joined: list[Path] = []
    worker = threading.Thread(target=lambda: joined.append(metrics_directory.join_server(NUMBER)))
    with metrics_directory._abandoned(place) as is_abandoned:
        assert is_abandoned
        worker.start()
        worker.join(0.2)
        assert not joined
        place.rmdir()
    worker.join(10)
    assert joined == [place]
    assert metrics_directory.found(tmp_path / "var") == [place]


def test_what_took_the_place_of_an_abandoned_directory_is_not_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two workers find the old one; the second has opened it when the first has removed it and serves in a new one."""
    place = tmp_path / f"feedapp-metrics-{os.geteuid()}-{NUMBER}"
    place.mkdir()
    opened = metrics_directory._open

    def meanwhile(found: Path) -> int:
        descriptor = opened(found)
        monkeypatch.setattr(metrics_directory, "_open", opened)
        metrics_directory.join_server(NUMBER)
        (place / "counter_1.db").touch()
        return descriptor

    monkeypatch.setattr(metrics_directory, "_open", meanwhile)
    assert metrics_directory.join_server(NUMBER) == place
    assert counting(place) == 1


def test_a_worker_whose_directory_is_removed_before_it_holds_it_makes_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = metrics_directory._open

    def removed(found: Path) -> int:
        descriptor = opened(found)
        monkeypatch.setattr(metrics_directory, "_open", opened)
        found.rmdir()
        return descriptor

    monkeypatch.setattr(metrics_directory, "_open", removed)
    place = metrics_directory.join_server(NUMBER)
    assert metrics_directory.found(tmp_path / "var") == [place]


def test_who_looks_is_not_taken_for_a_server_by_another_who_looks(tmp_path: Path) -> None:
    place = tmp_path / f"feedapp-metrics-{os.geteuid()}-{NUMBER}"
    place.mkdir()
    found: list[list[Path]] = []
    other = threading.Thread(target=lambda: found.append(metrics_directory.found(tmp_path / "var")))
    with metrics_directory._abandoned(place):
        other.start()
        other.join(0.1)
    other.join(10)
    assert found == [[]]


def test_a_directory_that_is_someone_elses_is_refused_and_left_alone(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / f"feedapp-metrics-{os.geteuid()}-{NUMBER}").symlink_to(elsewhere)
    with pytest.raises(EmbeddedServerError, match="belongs to someone else"):
        metrics_directory.join_server(NUMBER)
    assert metrics_directory.found(tmp_path / "var") == []
    assert not list(elsewhere.iterdir())
