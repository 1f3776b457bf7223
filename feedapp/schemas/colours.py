"""An accent colour, as an admin chose it, made into one for each scheme with the contrast that reading takes.

A colour is given as `#rrggbb`. The light scheme uses it as it is, the dark one its hue, in another lightness. The other
colours are worked out in OKLCH (lightness 0 to 1, chroma, hue in degrees), like those of static/css/tokens.css.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import atan2, cos, degrees, hypot, radians, sin
from typing import NamedTuple

LEAST = 4.5
"""Of contrast between a text and what is behind it (WCAG 2.2, 1.4.3)."""
BEHIND = {"light": ("#ffffff", "#f8f7f3", "#f0eee9"), "dark": ("#16191c", "#0c0f12", "#202328")}
"""What an accent is read on: the surface, the page, and what is sunken. A test holds them to be those of tokens.css."""
PINE = "#05654c"
"""Of a site that has chosen none: `--pine-6` of tokens.css."""
STEP = 0.005
CURVED = 0.04045
"""Of sRGB: the share of a screen's light up to which its curve is a line."""
_FORM = re.compile(r"#[0-9a-f]{6}")


class Oklch(NamedTuple):
    """A colour by what is seen of it."""

    lightness: float
    chroma: float
    hue: float


class Palette(NamedTuple):
    """What an accent is in one scheme: itself, stronger, a tint for backgrounds, and what is written on it."""

    accent: str
    strong: str
    tint: str
    on: str


class Accent(NamedTuple):
    """The same in both."""

    light: Palette
    dark: Palette


def colour(text: str) -> str:
    """Read an accent colour; the empty text is the site's own green. Raise ValueError, with one that would do."""
    text = text.strip().lower()
    if not text:
        return ""
    if not _FORM.fullmatch(text):
        raise ValueError("must be a colour such as #1a6b4f")
    found = weakest(text)
    if found < LEAST:
        raise ValueError(
            f"has too little contrast to be read on a light page: {found:.1f}, and {LEAST} is needed. The nearest that "
            f"has enough is {nearest(text)}"
        )
    return text


@lru_cache(maxsize=64)
def accent(text: str) -> Accent:
    """Make the colours of both schemes out of a colour."""
    lightness, chroma, hue = _oklch(text)

    def like(lightness: float, most: float) -> str:
        return _hex(Oklch(lightness, min(chroma, most), hue))

    return Accent(
        Palette(text, _hex(Oklch(max(0.0, lightness - 0.07), chroma, hue)), like(0.955, 0.028), "#ffffff"),
        Palette(like(0.79, 0.115), like(0.85, 0.1), like(0.28, 0.04), like(0.18, 0.035)),
    )


def weakest(text: str) -> float:
    """Give the least contrast that anything written with an accent would have, in both schemes."""
    found = accent(text)
    return min(
        contrast(one, other)
        for scheme, palette in found._asdict().items()
        for one, others in (
            (palette.accent, (*BEHIND[scheme], palette.tint, palette.on)),
            (palette.strong, (*BEHIND[scheme], palette.on)),
        )
        for other in others
    )


def readable(accent: str) -> str:
    """Give the accent of a site, or the green of one that has none, or has one from before there was a check."""
    return accent if accent and weakest(accent) >= LEAST else PINE


def nearest(text: str) -> str:
    """Give the lightest colour of the same hue that has enough contrast."""
    lightness, chroma, hue = _oklch(text)
    while weakest(text) < LEAST:
        lightness -= STEP
        text = _hex(Oklch(lightness, chroma, hue))
    return text


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours, 1 to 21."""
    darker, lighter = sorted(map(_luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def hex_of(lightness: float, chroma: float, hue: float) -> str:
    """Write a colour of OKLCH as `#rrggbb`."""
    return _hex(Oklch(lightness, chroma, hue))


def _luminance(text: str) -> float:
    red, green, blue = _linear(text)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(text: str) -> tuple[float, ...]:
    shares = (int(text[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return tuple(share / 12.92 if share <= CURVED else ((share + 0.055) / 1.055) ** 2.4 for share in shares)


def _oklch(text: str) -> Oklch:
    red, green, blue = _linear(text)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    return Oklch(lightness, hypot(a, b), degrees(atan2(b, a)) % 360)


def _hex(colour: Oklch) -> str:
    """Write a colour; one that no screen shows loses chroma until one does."""
    chroma = colour.chroma
    while True:
        shares = _rgb(colour._replace(chroma=chroma))
        if chroma <= 0 or all(-0.0005 <= share <= 1.0005 for share in shares):  # noqa: PLR2004  (rounding)
            return "#" + "".join(f"{round(255 * min(max(share, 0), 1)):02x}" for share in shares)
        chroma = max(0.0, chroma - STEP / 2)


def _rgb(colour: Oklch) -> list[float]:
    a, b = colour.chroma * cos(radians(colour.hue)), colour.chroma * sin(radians(colour.hue))
    long = (colour.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (colour.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (colour.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    return [each * 12.92 if each <= CURVED / 12.92 else 1.055 * each ** (1 / 2.4) - 0.055 for each in linear]
