"""The documents lead where they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
NAMED = re.compile(r"`((?:feedapp|tests|bench)/[a-z_/]+\.py)`")
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_file_leads_to_one(document: Path) -> None:
    links = LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_of_the_code_that_is_named_is_there(document: Path) -> None:
    """Of the changelog, only what comes after the last release is true today."""
    named = [] if document.name == "CHANGELOG.md" else NAMED.findall(document.read_text(encoding="utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_readme_leads_to_how_a_vulnerability_is_reported() -> None:
    assert "SECURITY.md" in LINK.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    told = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert all(f"## {heading}" in told for heading in ("Reporting", "Which versions", "What is promised"))
