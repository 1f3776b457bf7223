"""Style sheets name no left and no right, so that they fit languages that are written from either side."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STYLES = sorted((Path(__file__).parents[3] / "static" / "css").glob("*.css"))
SIDES = re.compile(
    r"(?:margin|padding|border)-(?:left|right)\b|(?<![\w-])(?:left|right|float|clear)\s*:|text-align:\s*(?:left|right)\b|border-\w+-(?:left|right)-radius|\bto (?:left|right)\b"
)
UNEQUAL = re.compile(r"(?:margin|padding):\s*((?:[^\s;()]|\([^()]*(?:\([^()]*\)[^()]*)*\))+(?:\s+(?:[^\s;()]|\([^()]*(?:\([^()]*\)[^()]*)*\))+){3})\s*;")


@pytest.mark.parametrize("sheet", STYLES, ids=lambda sheet: sheet.name)
def test_a_style_sheet_is_the_same_from_either_side(sheet: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
    assert SIDES.findall(text) == []
    for found in UNEQUAL.finditer(text):
        _, right, _, left = re.findall(r"(?:[^\s()]|\([^()]*(?:\([^()]*\)[^()]*)*\))+", found[1])
        assert right == left, found[0]


def test_one_that_names_a_side_is_found() -> None:
    assert SIDES.search(".a { padding-left: 1rem; }")
    assert SIDES.search(".a { right: 0; }")
    assert UNEQUAL.search(".a { margin: 0 1rem 0 calc(1rem + 2px); }")
