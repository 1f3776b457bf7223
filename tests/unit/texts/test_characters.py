# ruff: noqa: RUF001  (texts of many scripts are what this is about)

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from feedapp.schemas import texts
from feedapp.text.characters import MOST_MARKS, contained, one_line

if TYPE_CHECKING:
    from collections.abc import Callable

INVISIBLE = [
    "\u3164", "\u2800", "\u115f\u1160", "\uffa0", "\ufe0f",
    "\u200b", "\u2060", "\u00ad", "\u034f", "\u17b4\u17b5", "\u180b",
    "\u180e", "\ufff9\ufffb", "\ufffc", "\U000e0041\U000e0042",
    "\U000e0100", "\U0001d173", "\U0001d159", "\U00013441", "\u202e",
    "\u061c", "\ufeff", "\u0301", "\u0301\u0302 \u20dd", "\u093f",
    "\u2028\u2029", "\u1680", "\u3000", "\u00a0", "\u206a",
]  # fmt: skip


@pytest.mark.parametrize("text", INVISIBLE)
@pytest.mark.parametrize("check", [texts.body, texts.display_name, texts.token_name])
def test_a_text_of_which_nothing_is_seen_is_empty(check: Callable[[str], str], text: str) -> None:
    with pytest.raises(ValueError, match="must not be empty"):
        check(text)


@pytest.mark.parametrize("text", sorted({*INVISIBLE} - {"\u2028\u2029", "\u1680", "\u3000", "\u00a0"}))
def test_so_is_a_bio_unless_there_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="must not be empty"):
        texts.bio(text)
    assert texts.bio("") == texts.bio(" \n") == ""


@pytest.mark.parametrize(
    "text",
    [
        "a", "1", "!", "é", "e\u0301", "か\u3099", "👍🏽",
        "❤\ufe0f", "1\ufe0f\u20e3", "\u200bש", "한", "ཧྐྵྨླྺྼྻྂ", "สวัสดี", "می\u200cخواهم",
        "\u0644\u0651\u064e\u0670", "\u05e9\u05c1\u05bc\u05b8\u0591", "🏴\U000e0067\U000e0062\U000e007f",
        "ﷺ", "𓀀", "—", "\ufffd",
    ],
)  # fmt: skip
def test_what_is_seen_is_taken_as_it_is(text: str) -> None:
    assert texts.body(text) == texts.display_name(text) == texts.bio(text) == text


@pytest.mark.parametrize(
    "sign", ["\x00", "\x1b", "\x7f", "\x80", "\x9b", "\x9f", "\ufffe", "\uffff", "\ufdd0", "\U0010ffff"]
)
@pytest.mark.parametrize("check", [texts.body, texts.display_name, texts.bio, texts.token_name])
def test_control_characters_and_what_are_none_are_refused_anywhere(check: Callable[[str], str], sign: str) -> None:
    for text in (sign, f"a{sign}b"):
        with pytest.raises(ValueError, match=r"control characters"):
            check(text)


@pytest.mark.parametrize("end", ["\r", "\r\n", "\x85", "\u2028", "\u2029"])
def test_every_end_of_a_line_is_a_line_feed(end: str) -> None:
    assert texts.body(f"a{end}{end}b") == "a\n\nb"
    assert texts.display_name(f"a{end}b") == "a b"


@pytest.mark.parametrize(
    "mark", ["\u0301", "\u20dd", "\u0489", "\u0e47", "\u0301\u034f", "\u0301\u200d", "\u0300\ufe0f"]
)
def test_marks_do_not_pile_up_without_end(mark: str) -> None:
    assert texts.body("a" + mark * MOST_MARKS + "b")
    for text in ("a" + mark * (MOST_MARKS + 1), ("a" + mark * 50) * 100):
        with pytest.raises(ValueError, match="marks on one letter"):
            texts.body(text)


def test_marks_that_turn_writing_around_are_not_in_what_stands_on_one_line() -> None:
    assert one_line("a\u202eb\u2066c\u200f\nd") == "abc d"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada", "Ada"),
        ("\u202eAda", "\u202eAda"),
        ("A\u2066d\u2069a", "A\u2066d\u2069a"),
        ("\u2069\u202eAda", "\u202eAda"),
        ("\u2067A\u2069\u2069\u2069\u202eda", "\u2067A\u2069\u202eda"),
    ],
)
def test_a_name_does_not_end_what_contains_it(name: str, shown: str) -> None:
    assert contained(name) == shown
