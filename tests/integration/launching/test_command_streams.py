"""Commands whose input or output is a pipe that ends, a full disk, or nothing: a line at most, never a traceback."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from config import Settings
    from tests.support.people import Somebody

    Done = subprocess.CompletedProcess[str]
    Small = Callable[[str], Done]

ROOT = Path(__file__).resolve().parents[3]
FLASK = shlex.join([sys.executable, "-m", "flask", "--app", "wsgi"])
# A command of a few lines, without an application: it starts ten times as fast.
SMALL = """
import sys, click
sys.path.insert(0, {root!r})
from feedapp.observability import standard_streams
standard_streams.guard()
@click.command(epilog="x" * 100_000)
@click.argument("does")
def command(does):
    if does == "echo": click.echo("told")
    if does == "print": print("told")  # as a library does, which leaves the rest to the end of the program
    if does == "much":
        for _ in range(100_000): click.echo("told")
    if does == "complain":
        for _ in range(100): click.echo("a bad line", err=True)
        click.echo("done")
    if does == "read": click.echo(len(sys.stdin.buffer.read()))
    if does == "ask": click.confirm("Really?", abort=True)
    if does == "open":
        with open("/dev/zero") as file: click.echo(file.fileno() > 2)
command()
"""


def shell(command: str, *, folder: Path = ROOT, environment: dict[str, str] | None = None) -> Done:
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.fixture
def small(tmp_path: Path) -> Small:
    (tmp_path / "small.py").write_text(SMALL.format(root=str(ROOT)))
    return lambda command: shell(command.replace("SMALL", shlex.join([sys.executable, "small.py"])), folder=tmp_path)


@pytest.mark.parametrize(
    ("command", "status", "said"),
    [
        ("SMALL echo >/dev/full", 1, "Error: Standard output cannot be written to: No space left on device.\n"),
        ("SMALL print >/dev/full", 1, "Error: Standard output cannot be written to: No space left on device.\n"),
        ("SMALL much >/dev/full", 1, "Error: Standard output cannot be written to: No space left on device.\n"),
        ("SMALL --help >/dev/full", 1, "Error: Standard output cannot be written to: No space left on device.\n"),
        ("SMALL echo >&-", 1, "Error: Standard output is closed.\n"),
        ("SMALL print >&-", 1, "Error: Standard output is closed.\n"),
        ("SMALL read <&-", 1, "Error: Standard input is closed.\n"),
        ("SMALL ask <&-", 1, "Really? [y/N]: Error: Standard input is closed.\n"),
        ("SMALL read 0>/dev/null", 1, "Error: Standard input cannot be read: Bad file descriptor.\n"),
        ("set -o pipefail; SMALL much | head -1 >/dev/null", 1, ""),
        ("set -o pipefail; SMALL --help | head -c 1 >/dev/null", 1, ""),
    ],
)
def test_what_cannot_be_written_or_read_is_one_line(small: Small, command: str, status: int, said: str) -> None:
    done = small(command)
    assert (done.returncode, done.stdout.replace("Really? [y/N]: ", "") + done.stderr) == (
        status,
        said.removeprefix("Really? [y/N]: "),
    )


@pytest.mark.parametrize("where", ["2>/dev/full", "2>&-", "2> >(true)"])
def test_complaints_that_nobody_can_read_do_not_end_the_work(small: Small, where: str) -> None:
    done = small(f"SMALL complain {where}")
    assert (done.returncode, done.stdout) == (0, "done\n")


@pytest.mark.parametrize("closed", ["<&- >&2", "<&- 2>&-", "<&-"])
def test_nothing_that_is_opened_gets_the_number_of_a_stream_that_was_closed(small: Small, closed: str) -> None:
    done = small(f"SMALL open {closed}")
    assert (done.returncode, done.stdout + done.stderr) == (0, "True\n")


@pytest.fixture
def flask(settings: Settings, app: Flask) -> Small:
    """Run a shell command line in which FLASK is the `flask` of this project."""
    environment = {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
        "CACHE_KEY_PREFIX": settings.cache_key_prefix,
    }
    return lambda command: shell(command.replace("FLASK", FLASK), environment=environment)


@pytest.mark.parametrize(
    "command",
    [
        "FLASK cache stats >/dev/full",
        "FLASK export - >&-",
        "FLASK import - <&-",
        "FLASK db current >/dev/full",
    ],
)
def test_a_command_that_cannot_write_or_read_says_so_in_one_line(
    flask: Small, people: Callable[..., Somebody], command: str
) -> None:
    people("ada")
    done = flask(command)
    lines = [line for line in done.stderr.splitlines() if "INFO" not in line]  # Alembic's own
    assert done.returncode == 1
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("Error: ")


def test_an_export_goes_into_pipes_and_descriptors_as_they_are(
    flask: Small, people: Callable[..., Somebody], tmp_path: Path
) -> None:
    people("ada")
    plain = flask("FLASK export -")
    assert (plain.returncode, plain.stderr) == (0, "")
    piped = flask("FLASK export >(cat) | cat")
    assert (piped.stdout, piped.stderr) == (plain.stdout, "")
    file = tmp_path / "out"
    done = flask(f"(echo first; FLASK export /dev/stdout; echo last) > {file}; (FLASK export /dev/fd/7) 7>> {file}")
    assert (done.stderr, done.stdout) == ("", "")
    assert file.read_text() == f"first\n{plain.stdout}last\n{plain.stdout}"


def test_a_reader_that_leaves_is_no_traceback(flask: Small, app: Flask) -> None:
    app.test_cli_runner().invoke(args=["seed", "--quiet", "--users=50", "--posts=2000"])
    done = flask("set -o pipefail; FLASK export - | head -1; FLASK export >(head -1 >&2)")
    assert done.stdout.count("\n") == 1
    assert done.stderr.count("\n") == 1, done.stderr
