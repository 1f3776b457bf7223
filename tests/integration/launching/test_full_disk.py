"""A full disk costs figures, and nothing else: real ones, which root alone can make."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[3]
COUNT = """
import sys
from feedapp.observability import metrics
print("counts", flush=True)
for number in range(int(sys.argv[1])):
    metrics.HITS.labels(f"template {number}").inc()
    metrics.requests("GET", f"/{number}", 200).observe(0.1)
    if number == 0:
        sys.stdin.readline()
text = metrics.render().decode()
print("told", text.count("feedapp_cache_hits_total{"), flush=True)
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], capture_output=True, check=False)
    if made.returncode:
        pytest.skip(f"no file system of a small size can be mounted here: {made.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def fill(place: Path) -> None:
    with suppress(OSError), (place / "filler").open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass


def begin(place: Path, figures: int) -> subprocess.Popen[str]:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(place)}
    return subprocess.Popen(
        [sys.executable, "-c", COUNT, str(figures)],
        cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_figures_of_a_process_that_starts_on_a_full_disk(small_disk: Path) -> None:
    fill(small_disk)
    process = begin(small_disk, 20)
    out, error = process.communicate("\n", timeout=30)
    assert process.returncode == 0, error
    assert "counts" in out


@pytest.mark.parametrize("figures", [2, 300])
def test_figures_of_a_process_whose_disk_becomes_full(small_disk: Path, figures: int) -> None:
    process = begin(small_disk, figures)
    assert process.stdout
    assert process.stdout.readline() == "counts\n"
    fill(small_disk)
    _, error = process.communicate("\n", timeout=30)
    assert process.returncode == 0, error


def test_there_is_room_for_others_after_the_disk_was_full(small_disk: Path) -> None:
    fill(small_disk)
    lost = begin(small_disk, 1)
    lost.communicate("\n", timeout=30)
    (small_disk / "filler").unlink()
    process = begin(small_disk, 30)
    out, error = process.communicate("\n", timeout=30)
    assert process.returncode == 0, error
    assert "told 30" in out
