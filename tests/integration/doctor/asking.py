"""How a test asks the doctor."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from tests.integration.front.sites import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    Ask = Callable[..., tuple[int, str]]


def run(environment: dict[str, str], *words: str) -> tuple[int, str]:
    """Ask as an operator does."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", *words, "--app", "wsgi", "doctor"],
        cwd=ROOT, env=environment, timeout=60, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.returncode, done.stdout


def only(found: tuple[int, str], what: str, remedy: str) -> None:
    """One fault is said, in a line, and a remedy in the next."""
    status, said = found
    lines = said.splitlines()
    assert (status, len(lines)) == (1, 2), said
    assert what in lines[0]
    assert remedy in lines[1]
    assert lines[1].startswith("  ")
