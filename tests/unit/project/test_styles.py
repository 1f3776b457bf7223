"""Style sheets name no left and no right, so that they fit languages that are written from either side."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STYLES = sorted((Path(__file__).parents[3] / "static" / "css").glob("*.css"))
SIDES = [
    re.compile(pattern)
    for pattern in (
        r"(?:margin|padding|border)-(?:left|right)\b",
        r"(?<![\w-])(?:left|right|float|clear)\s*:",
        r"text-align:\s*(?:left|right)\b",
        r"border-\w+-(?:left|right)-radius",
        r"\bto (?:left|right)\b",
    )
]
FOUR = re.compile(r"(?:margin|padding):([^;]*);")
VALUE = re.compile(r"(?:[^\s()]|\([^()]*(?:\([^()]*\)[^()]*)*\))+")


def sides_of(text: str) -> list[str]:
    """Give what names a side in a style sheet: a property, or the second and fourth of four values that differ."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    named = [found[0] for each in SIDES for found in each.finditer(text)]
    shorthands = [(found[0], VALUE.findall(found[1])) for found in FOUR.finditer(text)]
    return named + [whole for whole, values in shorthands if len(values) == 4 and values[1] != values[3]]


@pytest.mark.parametrize("sheet", STYLES, ids=lambda sheet: sheet.name)
def test_a_style_sheet_is_the_same_from_either_side(sheet: Path) -> None:
    assert sides_of(sheet.read_text()) == []


@pytest.mark.parametrize("rule", ["padding-left: 1rem;", "right: 0;", "margin: 0 1rem 0 calc(1rem + 2px);"])
def test_one_that_names_a_side_is_found(rule: str) -> None:
    assert sides_of(f".a {{ {rule} }}")
