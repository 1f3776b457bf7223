"""Draws pictures out of simple shapes: avatars and a few scenes. `drawings.txt` has the shapes."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FILE = Path(__file__).with_name("drawings.txt")
SQUARE, WIDE = (100, 100), (120, 80)
"""The units in which shapes of an avatar and of a scene are written."""
AVATAR_SCALE, SCENE_SCALE = 4, 8
FINER = 2
"""So many times as large it is drawn, so that edges are smooth when it is made small."""
QUALITY, KEPT = 86, 64
Colour = tuple[int, int, int]


@lru_cache(maxsize=KEPT)
def avatar(name: str, ground: str) -> bytes:
    """Draw an avatar as WebP: 400 pixels, on a ground of that colour."""
    canvas = _Canvas(SQUARE, AVATAR_SCALE * FINER)
    canvas.sky(ground, _mixed(ground, "#000000", 0.22))
    return canvas.drawn(_shapes()[f"avatar {name}"], AVATAR_SCALE)


@lru_cache(maxsize=KEPT)
def scene(name: str) -> bytes:
    """Draw a scene as WebP: 960 x 640 pixels."""
    return _Canvas(WIDE, SCENE_SCALE * FINER).drawn(_shapes()[f"scene {name}"], SCENE_SCALE)


@lru_cache(maxsize=1)
def _shapes() -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            shapes = found.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            shapes.append(line.split())
    return found


class _Canvas:
    """Shapes one over the other, in the order in which they are written."""

    def __init__(self, size: tuple[int, int], scale: int) -> None:
        self._size = size
        self._scale = scale
        self._image = Image.new("RGB", (size[0] * scale, size[1] * scale))
        self._draw = ImageDraw.Draw(self._image)

    def drawn(self, shapes: Sequence[Sequence[str]], scale: int) -> bytes:
        """Draw all shapes, and give the picture as WebP."""
        for kind, colour, *rest in shapes:
            if kind == "sky":
                self.sky(colour, rest[0])
            else:
                self._shape(kind, colour, [float(each) * self._scale for each in rest])
        small = self._image.resize((self._size[0] * scale, self._size[1] * scale), Image.Resampling.LANCZOS)
        out = BytesIO()
        small.save(out, "WEBP", quality=QUALITY, method=2)
        return out.getvalue()

    def sky(self, above: str, below: str) -> None:
        """Fill everything, from one colour to another."""
        width, height = self._image.size
        for row in range(height):
            self._draw.line((0, row, width, row), fill=_mixed(above, below, row / height))

    def _shape(self, kind: str, colour: str, numbers: list[float]) -> None:
        if kind == "poly":
            self._draw.polygon(list(_points(numbers)), fill=colour)
        elif kind == "dot":
            x, y, across, down = numbers
            self._draw.ellipse((x - across, y - down, x + across, y + down), fill=colour)
        elif kind == "box":
            *corners, radius = numbers
            self._draw.rounded_rectangle(tuple(corners), radius, fill=colour)
        elif kind == "line":
            thick, *points = numbers
            path = list(_points(points))
            self._draw.line(path, fill=colour, width=round(thick), joint="curve")
            for x, y in (path[0], path[-1]):  # round ends
                self._draw.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=colour)
        else:
            thick, x, y, across, down, start, end = numbers
            place = (x - across, y - down, x + across, y + down)
            angles = start / self._scale, end / self._scale
            if kind == "pie":
                self._draw.pieslice(place, *angles, fill=colour)
            else:
                self._draw.arc(place, *angles, fill=colour, width=round(thick))


def _points(numbers: Sequence[float]) -> Iterator[tuple[float, float]]:
    return zip(numbers[::2], numbers[1::2], strict=True)


def _mixed(one: str, other: str, share: float) -> str:
    pairs = zip(_rgb(one), _rgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _rgb(colour: str) -> Colour:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
