"""What happens to servers and disks."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import psutil
import psycopg2
import pytest

from tests.hostile.readers import PATHS, Readers
from tests.hostile.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

IN_TIME = 10.0
COLD = ("/posts/7", "/api/posts/8", "/posts/9", "/api/posts/10")
SMALL_DISK = "200m"


@contextmanager
def stopped(*servers: psutil.Process) -> Iterator[None]:
    """Neither answer nor end, as on a machine that swaps."""
    for process in servers:
        process.suspend()
    try:
        yield
    finally:
        for process in servers:
            process.resume()


def family(pid: int | None) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def assert_well_again(site: Site) -> None:
    """What failed once may fail once more, until it was noticed; then everything is as before."""
    deadline = time.monotonic() + 20
    while any(site.ask("GET", path).status != 200 for path in ("/readyz", *COLD, *PATHS)):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_a_lock_on_posts_lets_cold_reads_fail_in_time_and_probes_answer(site: Site) -> None:
    connection = psycopg2.connect(site.servers.database_url)
    with Readers(site) as during, ThreadPoolExecutor(8) as threads:
        with connection, connection.cursor() as cursor:
            cursor.execute("LOCK TABLE posts")
            answers = list(threads.map(lambda path: site.ask("GET", path), COLD * 2))
            assert site.ask("GET", "/metrics").seconds < IN_TIME
            assert site.ask("GET", "/readyz").seconds < IN_TIME
        connection.close()
    for answer in answers:
        assert (answer.status, "retry-after" in answer.headers) == (503, True)
        assert answer.seconds < IN_TIME
    during.assert_alive()
    assert_well_again(site)


def test_servers_that_stop_answering_are_503_in_time(site: Site) -> None:
    postgres, redis = site.servers.postgres, site.servers.redis
    assert postgres
    assert redis
    with stopped(*family(postgres.pid), *family(redis.pid)), Readers(site) as during:
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda path: site.ask("GET", path), COLD * 2))
        probe = site.ask("GET", "/readyz")
    assert {answer.status for answer in [*answers, probe]} == {503}
    assert max(answer.seconds for answer in [*answers, probe]) < IN_TIME
    during.assert_alive()
    assert_well_again(site)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK},mode=755", "tmpfs", str(place)]
    made = subprocess.run(command, capture_output=True, check=False)
    if made.returncode:
        pytest.skip(f"no file system of a small size can be mounted here: {made.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def fill(place: Path) -> Path:
    filler = place / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(bytes(1 << 16)):
            pass
    with suppress(OSError), filler.open("ab", buffering=0) as file:
        while file.write(bytes(512)):
            pass
    return filler


def test_a_full_disk_costs_writes_and_nothing_else(small_disk: Path, seconds: float) -> None:
    with Site(small_disk) as site:
        token = site.member("writer")
        for path in PATHS:
            site.ask("GET", path)
        workers = {process.pid for process in site.workers}
        with Readers(site) as during:
            filler = fill(small_disk)
            written = []
            deadline = time.monotonic() + max(seconds, 5)
            number = 0
            while time.monotonic() < deadline:
                number += 1
                body = f"{number} of many " + os.urandom(4000).hex()
                written.append((body, site.ask("POST", "/api/posts", {"body": body}, token=token)))
                site.ask("GET", f"/no/such/{number}/address")  # a new figure
        assert {answer.status for _, answer in written} <= {201, 429, 503}
        assert during.statuses == {200}
        during.assert_alive()
        assert {process.pid for process in site.workers} == workers
        filler.unlink()
        deadline = time.monotonic() + 20
        while (answer := site.ask("POST", "/api/posts", {"body": "again"}, token=token)).status not in {201, 429}:
            assert time.monotonic() < deadline, answer
            time.sleep(0.2)
        for body, earlier in written:
            if earlier.status == 201:
                assert site.ask("GET", f"/api/posts/{earlier.json['id']}").json["body"] == body


def test_a_worker_that_is_killed_now_and_then_costs_its_own_requests(site: Site, seconds: float) -> None:
    with Readers(site) as during:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for newest in site.workers[-1:]:  # for a moment there may be none
                with suppress(psutil.NoSuchProcess):
                    newest.send_signal(signal.SIGKILL)
            time.sleep(0.5)
    assert during.statuses <= {200, 0}
    assert_well_again(site)
