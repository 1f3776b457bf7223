"""The checker over three hosts with an address each, in short; and that it finds there what hosts get wrong."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.consistency.hosts.network import lacking
from tests.consistency.sites.site import ROOT

ATTEMPTS = 5
pytestmark = pytest.mark.skipif(bool(reason := lacking()), reason=reason or "-")


def checked(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.consistency", "--hosts", "3", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.parametrize("name", ["host-cut-off-from-redis", "network-poor"])
def test_reads_and_writes_stay_within_what_is_promised(name: str) -> None:
    done = checked("--seconds", "6", "--scenario", name)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"scenario  {name}" in done.stdout


def test_it_is_found_when_a_host_without_redis_answers_before_the_others_have_deleted() -> None:
    words = ("--scenario", "host-cut-off-from-redis", "--mistake", "acknowledge-undelivered", "--write-share", "0.2")
    for _ in range(ATTEMPTS):  # whether a read meets such a write is chance
        done = checked("--seconds", "10", *words)
        if done.returncode:
            break
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BEYOND WHAT IS ALLOWED" in done.stdout
    assert re.search("stale reads  [1-9]", done.stdout), done.stdout


def test_nothing_is_left_of_a_run_that_is_killed() -> None:
    before = subprocess.run(["ip", "-brief", "link"], capture_output=True, check=True).stdout
    command = [sys.executable, "-m", "tests.consistency", "--hosts", "3", "--seconds", "30"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
    assert subprocess.run(["ip", "-brief", "link"], capture_output=True, check=True).stdout == before
