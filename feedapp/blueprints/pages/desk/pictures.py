"""Small pictures of figures: SVG made here, so they need no script. Their colours come from the style sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN = 160.0, 36.0, 2.0
BAR = 12.0


def sparkline(values: Sequence[float | None], label: str) -> Markup:
    """Draw a line from left to right, with gaps where there is no figure; `label` says in words what is seen."""
    there = [value for value in values if value is not None]
    top = max(there, default=0.0) or 1.0
    step = WIDTH / max(1, len(values) - 1)
    pieces: list[list[str]] = [[]]
    for number, value in enumerate(values):
        if value is None:
            pieces.append([])
        else:
            y = HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * value / top
            pieces[-1].append(f"{number * step:.1f},{y:.1f}")
    lines = "".join(_piece(piece) for piece in pieces if piece)
    start = Markup('<svg class="spark" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">')
    return start.format(f"{WIDTH:.0f}", f"{HEIGHT:.0f}", label) + Markup(lines + "</svg>")  # noqa: S704 (numbers only)


def _piece(points: Sequence[str]) -> str:
    if len(points) == 1:
        x, _, y = points[0].partition(",")
        return f'<path d="M{x} {y}h1"/>'
    return f'<polyline points="{" ".join(points)}"/>'


def bars(counts: Sequence[tuple[str, int]], label: str) -> Markup:
    """Draw a bar for each count."""
    top = max((count for _, count in counts), default=0) or 1
    drawn = "".join(
        f'<rect x="{number * BAR + 1:.0f}" y="{HEIGHT - (height := (HEIGHT - 2) * count / top):.1f}" '
        f'width="{BAR - 2:.0f}" height="{height:.1f}"/>'
        for number, (_, count) in enumerate(counts)
    )
    start = Markup('<svg class="bars" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">')
    return start.format(f"{BAR * max(1, len(counts)):.0f}", f"{HEIGHT:.0f}", label) + Markup(drawn + "</svg>")  # noqa: S704 (numbers only)
