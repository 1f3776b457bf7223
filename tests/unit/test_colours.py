"""Accent colours: what can be read, in both schemes, whatever somebody chooses."""

from __future__ import annotations

import colorsys
import re
from pathlib import Path

import pytest

from feedapp.schemas import colours
from feedapp.schemas.colours import BEHIND, LEAST, accent, colour, contrast, nearest, weakest

TOKENS = (Path(__file__).parents[2] / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
EVERY_HUE = [
    "#" + "".join(f"{round(255 * each):02x}" for each in colorsys.hls_to_rgb(hue / 24, lightness, saturation))
    for hue in range(24)
    for lightness in (0.1, 0.5, 0.9)
    for saturation in (0.2, 1.0)
]


def token(name: str) -> list[str]:
    """Give a colour of tokens.css, light and dark, as `#rrggbb`."""
    (line,) = re.findall(rf"--{name}: light-dark\((.*)\);", TOKENS)
    found = re.findall(r"oklch\(([0-9.]+)% ([0-9.]+) ([0-9.]+)\)", line)
    return [colours.hex_of(float(one) / 100, float(two), float(three)) for one, two, three in found]


def test_what_is_behind_an_accent_is_what_the_style_sheet_says() -> None:
    found = [token(f"neutral-{number}") for number in range(3)]
    assert {"light": tuple(each[0] for each in found), "dark": tuple(each[1] for each in found)} == BEHIND


def test_the_green_that_it_comes_with_can_be_read() -> None:
    light, dark = token("pine-6")
    assert min(contrast(light, each) for each in BEHIND["light"]) >= LEAST
    assert min(contrast(dark, each) for each in BEHIND["dark"]) >= LEAST
    assert colour(light) == light
    assert light == colours.PINE
    assert [colours.readable(each) for each in ("", "#ffee00", "#7048e8")] == [light, light, "#7048e8"]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#ffffff", "#000000", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#0000ff", "#ffffff", 8.59),
        ("#abcdef", "#abcdef", 1),
    ],
)
def test_contrast_is_that_of_the_guidelines(one: str, other: str, expected: float) -> None:
    assert round(contrast(one, other), 2) == expected


@pytest.mark.parametrize("chosen", EVERY_HUE)
def test_a_colour_is_taken_if_it_can_be_read_in_both_schemes_and_the_nearest_that_can_is_named(chosen: str) -> None:
    readable = nearest(chosen)
    assert weakest(readable) >= LEAST
    assert colour(readable) == readable
    if weakest(chosen) < LEAST:
        with pytest.raises(ValueError, match=f"{readable}$"):
            colour(chosen)
    made = accent(readable)
    for scheme, palette in made._asdict().items():
        for behind in (*BEHIND[scheme], palette.tint, palette.on):
            assert contrast(palette.accent, behind) >= LEAST, (scheme, palette)


@pytest.mark.parametrize("text", ["red", "#fff", "#12345g", "1a6b4f", "#1a6b4f;}", "rgb(0,0,0)"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="such as #1a6b4f"):
        colour(text)


def test_capitals_and_nothing_are_colours() -> None:
    assert (colour(" #1A6B4F "), colour("")) == ("#1a6b4f", "")
