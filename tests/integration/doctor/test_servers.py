"""`flask doctor` finds each fault, made for real, and says one line if there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.services.operations.doctor.machine import python_fault
from tests.integration.doctor.asking import WELL, all_of, clock_ahead, configured, mounted, needs_compiler, only, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from feedapp.embedded import Redis

    Ask = Callable[..., tuple[int, str]]


def test_a_healthy_set_up_is_one_line(ask: Ask) -> None:
    assert ask() == WELL  # on loopback, without TLS and mail


@needs_compiler
def test_clocks_that_are_apart(environment: dict[str, str], tmp_path: Path) -> None:
    found = run(environment | clock_ahead(tmp_path))
    all_of(
        found,
        ("Clocks are apart: that of PostgreSQL is ", "timedatectl set-ntp true"),
        ("Clocks are apart: that of Redis is ", "timedatectl set-ntp true"),
    )
    apart = [line for line in found[1].splitlines() if line.startswith("Clocks are apart")]
    assert all(80 < float(line.partition(" s behind")[0].rpartition(" ")[2]) <= 90 for line in apart), found[1]


def test_a_disk_that_is_nearly_full(ask: Ask, tmp_path: Path) -> None:
    with mounted(tmp_path / "small", "size=1m") as place:
        assert ask(MEDIA_URL=str(place)) == WELL
        (place / "filler").write_bytes(b"x" * 1_000_000)
        only(ask(MEDIA_URL=str(place)), f"A disk is nearly full: 0 MB are left at {place}", "Make room")


def test_a_disk_that_takes_no_more_files(ask: Ask, tmp_path: Path) -> None:
    with mounted(tmp_path / "few", "size=1m,nr_inodes=40") as place:
        assert ask(MEDIA_URL=str(place)) == WELL
        for number in range(37):
            (place / str(number)).touch()
        only(ask(MEDIA_URL=str(place)), "A disk is nearly full: it takes ", "Remove files")


def test_secrets_that_others_can_read(environment: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "site.env"
    path.write_text("METRICS_TOKEN=a-token-of-the-tests\n")
    for mode in (0o644, 0o620):
        path.chmod(mode)
        only(run(environment, "--env-file", str(path)), f"{path} has the mode {mode:04o}", f"chmod 600 {path}")
    path.chmod(0o600)
    assert run(environment, "--env-file", str(path)) == WELL


def test_several_faults_are_all_said(ask: Ask, cache: Redis) -> None:
    with configured(cache, **{"maxmemory-policy": "allkeys-random"}):
        status, said = ask(SITE_URL="http://feed.example", WEB_WORKERS="40")
    assert (status, len(said.splitlines())) == (1, 8), said


def test_an_old_python() -> None:
    """None is here, so only what is made of its number is tested."""
    assert [*python_fault((3, 11))] == []
    ((what, *_),) = python_fault((3, 10))
    assert what.startswith("An old version: Python 3.10.")
