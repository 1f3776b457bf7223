"""What pictures are made into, and how their files are called: by what is in them, and how wide they are."""

from __future__ import annotations

import re
from typing import NamedTuple

MOST_PIXELS = 40_000_000
MOST_BYTES = 10 * 1024 * 1024
WIDTHS = (400, 800)
"""Smaller ones that are made beside the picture itself, where it is wider."""
LARGEST = (1_600, 3_200)
"""Width and height that the picture itself is made to fit into; a smaller one keeps its size."""
SQUARES = (96, 192, 400)
"""Sides of an avatar."""
ICONS = (32, 48, 96, 180, 192, 512)
"""Sides of the site's icon, as PNG: phones, feed readers and `/favicon.ico` take nothing else."""
OPAQUE = 180
"""Which of them has no transparency: iOS would make it black."""
DIGEST = re.compile("[0-9a-f]{32}")
NAME = re.compile(r"[0-9a-f]{32}-[1-9][0-9]{0,4}\.(webp|png)")
"""Of a file. Nothing else is ever read or written, whoever asks for it."""
ACCEPTED = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/avif")
"""For file fields of forms; what is taken is decided by the bytes."""


class Made(NamedTuple):
    """One file of a picture."""

    width: int
    height: int
    content: bytes


def name_of(digest: str, width: int) -> str:
    """Name a file."""
    return f"{digest}-{width}.webp"


def icon_name(digest: str, side: int) -> str:
    """Name a file of the site's icon."""
    return f"{digest}-{side}.png"


def icon_names(digest: str) -> list[str]:
    """Name all files of an icon of the site."""
    return [icon_name(digest, side) for side in ICONS]


def media_type(name: str) -> str:
    """Tell what a file is."""
    return f"image/{name.rpartition('.')[2]}"


def widths_of(width: int) -> list[int]:
    """Give the widths in which a picture of that width is kept, the smallest first."""
    return [*(each for each in WIDTHS if each < width), width]


def names_of(digest: str, width: int | None) -> list[str]:
    """Name all files of a picture; of an avatar, which is square, for no width."""
    return [name_of(digest, each) for each in (SQUARES if width is None else widths_of(width))]
