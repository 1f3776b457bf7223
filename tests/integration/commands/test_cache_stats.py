"""`flask cache stats`: what all processes counted, and what is undelivered."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp.serialisers.desk.numbers import nines

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from tests.integration.commands.conftest import Ask

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("compared", "differing", "said"),
    [
        (0, 0, "0"),
        (10, 10, "0"),
        (100, 10, "1"),
        (1_000, 1, "3"),
        (1_000, 2, "2"),
        (3_000, 0, "3 or more"),
        (2_999, 0, "2 or more"),
    ],
)
def test_nines_are_counted_and_never_claimed_beyond_what_was_compared(compared: int, differing: int, said: str) -> None:
    assert nines(compared, differing) == said


@pytest.fixture
def figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where processes have their figures; servers that run on this machine are out of sight."""
    figures = tmp_path / "figures"
    figures.mkdir()
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(figures))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr("feedapp.cli.cache.VAR", tmp_path)
    return figures


@pytest.mark.usefixtures("toured", "figures")
def test_stats_add_up_what_all_processes_counted(ask: Ask) -> None:
    count = (
        "from feedapp.observability.metrics import HITS, MISSES; "
        "HITS.labels('post').inc(30); MISSES.labels('post').inc(10)"
    )
    for _ in range(2):
        subprocess.run([sys.executable, "-c", count], cwd=ROOT, check=True)
    said = ask("stats")
    (line,) = (line.split() for line in said.splitlines() if line.startswith("post "))
    assert line == ["post", "4", "60", "20", "75.0%", "0", "0"]
    assert "2 processes" in said


@pytest.mark.usefixtures("figures")
def test_stats_say_what_is_undelivered_and_that_nobody_serves(ask: Ask, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO outbox (keys) VALUES ('{post:1}')"))
    said = ask("stats", "--no-keys")
    assert "outbox     1 writes" in said
    assert "MB used" in said
    assert "nobody: no serving process" in said
    assert not [line for line in said.splitlines() if line.startswith("post ")]  # there is nothing to say of it
