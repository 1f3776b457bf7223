"""How long a text may be stands in feedapp/lengths.py; whoever says it elsewhere says the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from feedapp import lengths

ROOT = Path(__file__).resolve().parents[3]
SHOWN = [*ROOT.glob("templates/*.html"), *ROOT.glob("static/js/*.js")]
FIGURES = {f"{lengths.BIO_LENGTH:,}", *(f"{lengths.BODY_LENGTH:{sign}}" for sign in ("", ",", "_"))}


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: path.name)
def test_no_page_and_no_script_has_a_figure_of_its_own(path: Path) -> None:
    written = set(re.findall(r"[0-9][0-9,_]*[0-9]", path.read_text(encoding="utf-8")))
    assert written.isdisjoint(FIGURES)


def test_the_documents_say_how_long_texts_may_be() -> None:
    told = " ".join((ROOT / "docs/api.md").read_text(encoding="utf-8").split())
    assert f"comments have 1 to {lengths.BODY_LENGTH:,} characters" in told
    assert f"display names 1 to {lengths.DISPLAY_NAME_LENGTH}, a bio up to {lengths.BIO_LENGTH:,}" in told
    assert f"usernames match `{lengths.USERNAME_PATTERN.strip('^$')}`" in told
    assert f"passwords have {lengths.SHORTEST_PASSWORD} to {lengths.LONGEST_PASSWORD} characters" in told
