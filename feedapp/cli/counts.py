"""`flask counts check|repair`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from feedapp.cli.terminal import Command

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedapp.repositories.counters import Difference
    from feedapp.services.operations.counts import CountService


def group(service: CountService) -> click.Group:
    """Make the commands."""
    counts = click.Group("counts", help="Compare the counters with what they count.")

    @counts.command(cls=Command)
    def check() -> None:
        """Show which counters are wrong; exit status 1 if any is."""
        wrong = _tell(service.differences())
        click.echo(f"{wrong:,} counters are wrong." if wrong else "Every counter is correct.")
        sys.exit(1 if wrong else 0)

    @counts.command(cls=Command)
    def repair() -> None:
        """Correct wrong counters. The site may be in use meanwhile."""
        click.echo(f"{_tell(service.repair()):,} counters were wrong and are correct now.")

    return counts


def _tell(differences: Iterable[tuple[str, Difference]]) -> int:
    number = 0
    for number, (kind, found) in enumerate(differences, 1):  # noqa: B007  (their number is the answer)
        said = "nothing" if found.counted is None else found.counted
        click.echo(f"{kind} {found.owner_id}: {found.counter} says {said}, there are {found.true}")
    return number
