"""A command without addresses uses the servers of its folder, says so, and makes none."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from feedapp.embedded import Addresses, EmbeddedServerError, Servers, servers_for_command
from tests.integration.launching.runs import OWN_SETTINGS, copy_project

if TYPE_CHECKING:
    from pathlib import Path


def flask(folder: Path, *words: str, text: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in OWN_SETTINGS}
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words],
        cwd=folder, env={**environment, **settings}, timeout=60,
        input=text, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which nothing has run."""
    return copy_project(tmp_path_factory.mktemp("commands") / "checkout")


@pytest.mark.parametrize(
    ("words", "settings", "missing"),
    [
        (("user", "create", "ada", "--password-stdin"), {}, "DATABASE_URL and REDIS_URL are"),
        (("db", "upgrade"), {}, "DATABASE_URL and REDIS_URL are"),
        (("seed",), {"DATABASE_URL": "postgresql:///x"}, "REDIS_URL is"),
        (("cache", "stats"), {"REDIS_URL": "redis://127.0.0.1:1/0", "DATABASE_URL": " "}, "DATABASE_URL is"),
    ],
)
def test_where_nothing_runs_a_command_says_what_to_do_in_a_line_and_makes_nothing(
    checkout: Path, words: tuple[str, ...], settings: dict[str, str], missing: str
) -> None:
    done = flask(checkout, *words, text="long enough\n", **settings)
    names = missing.rpartition(" ")[0]
    expected = f"feedapp: {missing} not set, and `make run` does not run in {checkout}: start it, or set {names}\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", expected)
    assert not (checkout / "var").exists()


@pytest.mark.parametrize("words", [("--help",), ("seed", "--help")])
def test_help_needs_no_server(checkout: Path, words: tuple[str, ...]) -> None:
    done = flask(checkout, *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert "community" in done.stdout
    assert not (checkout / "var").exists()


def test_a_command_finds_the_servers_of_its_folder_and_says_so(tmp_path: Path) -> None:
    folder = copy_project(tmp_path / "checkout")
    with Servers(folder / "var", durable=False):
        upgraded = flask(folder, "db", "upgrade")
        assert upgraded.returncode == 0, upgraded.stderr
        made = flask(folder, "user", "create", "ada", "--password-stdin", text="long enough\n")
    assert (made.returncode, made.stdout) == (0, "ada can log in now.\n")
    assert made.stderr == f"feedapp: uses PostgreSQL and Redis of `make run` in {folder} (process {os.getpid()})\n"
    again = flask(folder, "user", "create", "ada", "--password-stdin", text="long enough\n")
    first, *rest = again.stderr.splitlines()
    assert first == f"feedapp: starts PostgreSQL and Redis with the data in {folder / 'var'} for this command"
    assert (again.returncode, len(rest)) == (1, 1)
    assert "taken" in rest[0]


class Heard:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def find(self, directory: Path, *, postgres: bool = True, redis: bool = True) -> Addresses:
        return servers_for_command(directory, postgres=postgres, redis=redis, say=self.lines.append)


def test_servers_that_are_only_a_part_of_what_is_needed_are_not_completed(tmp_path: Path) -> None:
    heard = Heard()
    with Servers(tmp_path, postgres=False) as servers:
        with pytest.raises(
            EmbeddedServerError, match="DATABASE_URL and REDIS_URL are not set, and `make run` was given"
        ):
            heard.find(tmp_path)
        with pytest.raises(EmbeddedServerError, match="DATABASE_URL is not set, and `make run` was given other"):
            heard.find(tmp_path, redis=False)
        assert heard.lines == []
        assert heard.find(tmp_path, postgres=False) == servers.addresses()
    assert heard.lines == [f"uses Redis of `make run` in {tmp_path.parent} (process {os.getpid()})"]
    assert not (tmp_path / "postgres").exists()


def test_a_redis_alone_is_not_started_for_a_database_from_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "postgres" / "data").mkdir(parents=True)
    with pytest.raises(EmbeddedServerError, match="REDIS_URL is not set"):
        Heard().find(tmp_path, postgres=False)
