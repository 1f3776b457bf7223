"""Sheets with the pictures of one page beside each other: phones on one, wider windows on another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

PHONE = 600
WIDTH = 2000
GAP = 12
GROUND = (128, 128, 128)


def put_together(pictures: list[Path], schemes: int, into: Path, name: str) -> None:
    """Make the sheets of a page, of its pictures as `Camera.take` gives them: a row for each scheme."""
    rows = [pictures[scheme::schemes] for scheme in range(schemes)]
    for kind, of_phones in (("phones", True), ("wide", False)):
        images: list[list[Image.Image]] = [
            [image for image in map(Image.open, row) if (image.width < PHONE) == of_phones] for row in rows
        ]
        if images[0]:
            # Phones have room for both rows in one.
            sheet([[each for row in images for each in row]] if of_phones else images).save(into / f"{name}-{kind}.png")


def sheet(rows: list[list[Image.Image]]) -> Image.Image:
    """Put pictures beside and below each other, made smaller together where they are wider than a sheet."""
    widest = max(sum(image.width for image in row) for row in rows)
    scale = min(1.0, WIDTH / widest)
    small = [
        [
            each.convert("RGB").resize(
                (round(each.width * scale), round(each.height * scale)), Image.Resampling.LANCZOS
            )
            for each in row
        ]
        for row in rows
    ]
    width = max(sum(each.width + GAP for each in row) for row in small) - GAP
    made = Image.new("RGB", (width, sum(max(each.height for each in row) + GAP for row in small) - GAP), GROUND)
    top = 0
    for row in small:
        left = 0
        for each in row:
            made.paste(each, (left, top))
            left += each.width + GAP
        top += max(each.height for each in row) + GAP
    return made
