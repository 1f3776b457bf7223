"""`flask status`: the operator's desk in a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from feedapp.cli.terminal import Command
from feedapp.serialisers.desk.cards import cards, spread
from feedapp.serialisers.desk.tables import backup, grids
from feedapp.services.operations.desk.windows import NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.services.operations.desk.found import Found
    from feedapp.services.operations.desk.looking import Desk

WIDEST = 60


def command(desk: Desk) -> click.Command:
    """Make the command."""

    @click.command("status", cls=Command)
    @click.option("--window", type=click.Choice(NAMES), default=NAMES[0], show_default=True, help="Of the tables.")
    def status(window: str) -> None:
        """Say how the site is, with the figures of /admin; exit status 1 if readers or writers are turned away."""
        found = desk.look()
        click.echo("\n".join(_lines(found, window)))
        sys.exit(1 if any(each.bad for each in found.sentences) else 0)

    return status


def _lines(found: Found, window: str) -> list[str]:
    lines = [f"{each.said}\n  {each.remedy}" for each in found.sentences] or ["All is well."]
    made = cards(found)
    if made:
        rows = [(card.title, card.figure, *(line.figure for line in card.lines)) for card in made]
        lines += ["", *_table(("", "now", *NAMES), rows)]
        lines += ["", f"Latency, last {window}: {spread(found.windows[window])}"]
    drifted = f"{found.drifted} people or posts: flask --app wsgi counts repair" if found.drifted else "none known"
    lines += ["", f"Last backup: {backup(found)}", f"Drifted counters: {drifted}"]
    for grid in grids(found, window):
        if grid.rows:
            lines += ["", grid.title, *_table(grid.head, grid.rows)]
    return lines


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    cut = [[cell if len(cell) <= WIDEST else f"{cell[: WIDEST - 1]}…" for cell in row] for row in (head, *rows)]
    widths = [max(len(row[column]) for row in cut) for column in range(len(head))]
    return [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cut
    ]
