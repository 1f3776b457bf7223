"""The table of limits: what it covers, how its figures are set, and that the docs show it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config import SettingError, Settings
from feedapp import limits
from feedapp.app import create_app
from feedapp.limits import Figure, figure, with_figures

NEEDED = {"DATABASE_URL": "postgresql://nobody@nowhere/none", "REDIS_URL": "redis://nowhere", "SECRET_KEY": "x" * 16}
DOCS = Path(__file__).resolve().parents[2] / "docs" / "api.md"
SAFE = {"GET", "HEAD", "OPTIONS"}


def test_every_request_that_changes_something_has_its_limits() -> None:
    app = create_app(Settings.from_environment(NEEDED))
    writes = {rule.endpoint for rule in app.url_map.iter_rules() if (rule.methods or set()) - SAFE}
    declared = [endpoint for kind in limits.KINDS for endpoint in kind.endpoints] + list(limits.WRITES_ONLY)
    assert sorted(declared) == sorted(writes)


def test_each_kind_of_write_is_limited_by_member_and_by_network() -> None:
    for kind in limits.KINDS:
        assert [limit.by for limit in kind.limits] == ["member", "network"]


def test_a_burst_of_300_is_more_than_any_kind_of_write_takes() -> None:
    assert all(limit.figure.quota < 300 for kind in limits.KINDS for limit in kind.limits)


def test_names_are_those_of_one_limit_each() -> None:
    names = [limit.name for limit in limits.LIMITS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in names)


def test_the_docs_show_the_table_as_it_is() -> None:
    rows = [f"| `{each.name}` | {each.counts} | {each.by} | {each.figure} |" for each in limits.LIMITS]
    section = DOCS.read_text(encoding="utf-8").partition("## Limits")[2]
    shown = [line for line in section.splitlines() if line.startswith("| `")]
    assert shown == rows


@pytest.mark.parametrize(
    ("text", "expected", "words"),
    [
        ("30/minute", Figure(30, 60), "30 a minute"),
        ("10/5minutes", Figure(10, 300), "10 in 5 minutes"),
        ("1/second", Figure(1, 1), "1 a second"),
        ("2000/day", Figure(2_000, 86_400), "2,000 a day"),
        ("3/hour", Figure(3, 3_600), "3 an hour"),
        ("3/2hours", Figure(3, 7_200), "3 in 2 hours"),
        ("3/90seconds", Figure(3, 90), "3 in 90 seconds"),
    ],
)
def test_figures_are_read_and_said(text: str, expected: Figure, words: str) -> None:
    assert figure(text) == expected
    assert str(expected) == words


def test_figures_can_be_set_by_name() -> None:
    given = {"RATE_LIMIT_FIGURES": "posts=5/minute, log-ins=10/5minutes wrong-passwords-name=3/day"}
    settings = Settings.from_environment(NEEDED | given)
    changed = with_figures(settings.rate_limit_figures)
    assert changed["posts"].figure == Figure(5, 60)
    assert changed["log-ins"].figure == Figure(10, 300)
    assert changed["wrong-passwords-name"].figure == Figure(3, 86_400)
    assert changed["comments"] == limits.KINDS[1].limits[0]


@pytest.mark.parametrize(
    "wrong",
    [
        "posts",
        "posts=",
        "posts=5",
        "posts=0/minute",
        "posts=-1/minute",
        "posts=5/fortnight",
        "posts=5/0minutes",
        "=5/minute",
        "posts=\u0665/minute",
        "post=5/minute",
        "POSTS=5/minute",
    ],
)
def test_a_figure_that_is_wrong_stops_the_start_with_one_line_that_names_it(wrong: str) -> None:
    with pytest.raises(SettingError, match=r"\ARATE_LIMIT_FIGURES [^\n]+\Z"):
        create_app(Settings.from_environment(NEEDED | {"RATE_LIMIT_FIGURES": wrong}))
