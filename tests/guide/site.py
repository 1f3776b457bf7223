"""Somebody who follows the guide line by line, and then visits what came of it."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, NamedTuple

from tests.guide.release import ADDRESS
from tests.guide.steps import BACKUP, FROM_EMPTY, HOST, REPOSITORY, end_of, questions_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.guide.authority import Authority
    from tests.guide.document import Block
    from tests.guide.machine import Machine
    from tests.guide.release import Release

BACKUPS = "/var/backups/feedapp"


class Outcome(NamedTuple):
    """What came of a line."""

    line: str
    output: str
    seconds: float


class Site:
    """`making` is how many seconds the empty Debian took."""

    def __init__(
        self, machine: Machine, authority: Authority, release: Release, blocks: Sequence[Block], *, making: float
    ) -> None:
        self.machine = machine
        self.authority = authority
        self.release = release
        self.blocks = {block.title: block.lines for block in blocks}
        self.making = making
        self.outcomes: list[Outcome] = []

    def set_up(self) -> None:
        """Type the lines from an empty Debian to a public site."""
        self.outcomes = self.follow(FROM_EMPTY)

    def follow(self, title: str) -> list[Outcome]:
        """Type all lines of a block. AssertionError names the first that does not end as it should."""
        return [self.type(line) for line in self.blocks[title]]

    def type(self, line: str) -> Outcome:
        """Type one line."""
        typed = line.replace(REPOSITORY, ADDRESS)
        if BACKUP in typed:
            typed = typed.replace(BACKUP, self.newest_backup())
        began = time.monotonic()
        status, output = self.machine.type(typed, questions_of(line))
        seconds = time.monotonic() - began
        sys.stdout.write(f"{seconds:6.1f} s  {line}\n")
        meant, said = end_of(line)
        assert status == meant, f"{line!r} ended with {status}:\n{output}"
        assert said in output, f"{line!r} did not say {said!r}:\n{output}"
        return Outcome(line, output, seconds)

    def output_of(self, words: str) -> str:
        """Give what the line with these words said when the site was set up."""
        return next(each.output for each in self.outcomes if words in each.line)

    def newest_backup(self) -> str:
        """Name the folder of the last backup."""
        return max(name for name in self.machine.run("ls", BACKUPS).split() if name[0].isdigit())

    def curl(self, path: str, *words: str, scheme: str = "https") -> str:
        """Visit a page by the host's name, trusting nobody but the authority."""
        return self.machine.visit(
            *("--cacert", str(self.authority.root), "--max-time", "30"),
            *("--resolve", f"{HOST}:443:127.0.0.1", "--resolve", f"{HOST}:80:127.0.0.1"),
            *words, f"{scheme}://{HOST}{path}",
        )  # fmt: skip

    def send(self, path: str, jar: str, **fields: str) -> str:
        """Send a form as a browser does; give status and where it leads to."""
        data = [word for name, value in fields.items() for word in ("--data-urlencode", f"{name}={value}")]
        heads = ("--header", f"Origin: https://{HOST}", "--output", "/dev/null", "--write-out")
        return self.curl(path, "--cookie", jar, "--cookie-jar", jar, *heads, "%{http_code} %{redirect_url}", *data)
