"""Writes the figures of a run into a Markdown file, in place of those of the last run on the same set-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.consistency.figures import HEADINGS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.consistency.figures import Figures

LEFT_OUT = {"seconds", "backward reads", "impossible reads", "loads of a cold key", "loads", "loads without need"}
"""What is the same in every row, or only of interest where nothing is broken."""


def write_report(file: Path, figures: Sequence[Figures], *, setup: str) -> None:
    """Replace what stands between the marks of a set-up, or add it at the end."""
    begin, end = f"<!-- figures: {setup} -->\n", f"<!-- end: {setup} -->\n"
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    if begin not in text:
        text += f"\n{begin}{end}"
    before, _, rest = text.partition(begin)
    file.write_text(f"{before}{begin}{_introduction(figures)}\n{table(figures)}{end}{rest.partition(end)[2]}", "utf-8")


def table(figures: Sequence[Figures]) -> str:
    """Write a Markdown table."""
    columns = [number for number, heading in enumerate(HEADINGS) if heading not in LEFT_OUT]
    rows = [list(HEADINGS), ["---"] * len(HEADINGS), *(each.row() for each in figures)]
    return "\n".join(f"| {' | '.join(row[column] for column in columns)} |" for row in rows) + "\n"


def _introduction(figures: Sequence[Figures]) -> str:
    first = figures[0]
    lines = [f"{first.seconds:.0f} seconds for each scenario, {first.processes} app processes, on two cores."]
    for each in figures:
        if each.scenario.monotonic:
            row = dict(zip(HEADINGS, each.row(), strict=True))
            lines.append(
                f"Healthy: {row['backward reads']} backward reads, {row['impossible reads']} impossible ones; "
                f"{row['loads']} loads, {row['loads without need']} of them without need."
            )
    return "\n".join(lines) + "\n"
