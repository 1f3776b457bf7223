# ruff: noqa: RUF001  (texts of many scripts are what this is about)

from __future__ import annotations

from html import unescape

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from feedapp.text.folding import FOLDED_LINES, LONGEST, SHOWN, excerpt, headline
from feedapp.text.html import linked
from feedapp.text.links import links
from tests.support.growth import growth


def test_a_short_text_is_shown_whole() -> None:
    assert excerpt("two words") == ("two words", 9, False)


def test_a_long_text_is_cut_between_words() -> None:
    shown, _, cut = excerpt("word " * 1_000)
    assert cut
    assert len(shown) <= SHOWN + 1
    assert shown.endswith("word…")


def test_a_long_word_is_cut_all_the_same() -> None:
    shown, end, cut = excerpt("x" * 5_000)
    assert cut
    assert len(shown) == end + 1 == SHOWN + 1


def test_many_lines_are_cut() -> None:
    shown, _, cut = excerpt("line\n" * 500)
    assert cut
    assert shown.count("\n") < FOLDED_LINES


@pytest.mark.parametrize(
    "unit",
    [
        "👨‍👩‍👧", "🇩🇪", "👍🏽",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "e\u0301\u0323", "각", "क्षि",
        "か\u3099", "1\ufe0f\u20e3", "ก็",
    ],
)  # fmt: skip
@pytest.mark.parametrize("head", ["", "x", "xy ", "line\n"])
def test_no_letter_is_cut_in_two(unit: str, head: str) -> None:
    text = head + unit * LONGEST
    letters = [match.end() for match in regex.finditer(r"\X", text)]
    assert excerpt(text).end in letters
    assert len(headline(text, 60)) - 1 in [0, *letters]
    assert excerpt(text).end > SHOWN - 10 * len(unit) - len(head)


@pytest.mark.parametrize("text", ["線が引かれた。" * 500, "ข้อความยาว" * 500, "这是一段很长的文字，" * 500])
def test_scripts_without_spaces_are_cut_near_the_end_of_what_is_shown(text: str) -> None:
    assert SHOWN - 10 <= excerpt(text).end <= SHOWN
    spaced = text[:400] + " " + text[400:]
    assert SHOWN - 10 <= excerpt(spaced).end <= SHOWN


LINKS = ["https://example.com/" + "path-" * 30, "@ada_lovelace_of_somewhere", "www.example.com/a/b/c/d.e"]


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("before", range(SHOWN - 60, SHOWN + 2, 7))
@pytest.mark.parametrize(("letter", "between"), [("x", " "), ("線", "。")])
def test_no_link_is_cut_in_two(link: str, before: int, letter: str, between: str) -> None:
    text = letter * (before - 1) + between + link + between + "線。" * LONGEST
    shown = excerpt(text)
    html = linked(text, {"ada_lovelace_of_somewhere"}, end=shown.end)
    assert shown.end <= before or shown.end >= before + len(link)
    assert (link in shown.text) == (f">{link}</a>" in html)
    assert html.count("<a ") == (link in shown.text)


def test_what_is_no_name_in_the_whole_is_none_in_its_beginning() -> None:
    for rest in ("-lovelace", ".example.org", "@example.org", "\u0301"):
        text = "x" * (SHOWN - 5) + f" @ada{rest} " + "y " * LONGEST
        assert "<a" not in linked(text, {"ada"}, end=excerpt(text).end)


def test_an_address_that_is_most_of_the_text_is_cut_and_leads_nowhere() -> None:
    text = "see https://example.com/" + "a" * 1_900 + " there"
    shown = excerpt(text)
    assert shown.end == SHOWN
    assert "<a" not in linked(text, (), end=shown.end)


def test_the_rest_of_a_text_has_the_links_that_it_has_in_the_whole() -> None:
    text = "https://a.example/ " + "x " * 500 + "@ada https://b.example/"
    end = excerpt(text).end
    assert linked(text, {"ada"}, end=end) + linked(text, {"ada"}, start=end) == linked(text, {"ada"})


@pytest.mark.parametrize("text", ["a\nb", "a\r\n\tb", "a\u2028b", "a\u0085b", "a\u202e \n\n b", "a \u2066b\u2069"])
def test_a_headline_is_one_line(text: str) -> None:
    assert headline(text, 60) == "a b"


def test_a_headline_ends_with_a_word() -> None:
    assert headline("some words " * 20, 60) == "some words " * 5 + "some…"


@pytest.mark.parametrize("unit", ["\u0301", "\u0301\u034f", "\u034f", "🇩", "\n", "a" * 49 + " ", "👨‍", "http://a/)-"])
def test_no_text_takes_long_to_cut(unit: str) -> None:
    def cut(text: str) -> None:
        excerpt(text)
        headline(text, 60)

    assert growth(cut, unit) < 40


PIECES = st.sampled_from(
    [
        "https://", "http://", "www.", "example.com", "/", ".", "@", "ada", "_", "RT", "日本", "です", "。",
        "（", "）", "(", ")", " ",
        "\n", "\u200b", "\u0301", "👩‍💻", "🇩🇪", "?q=", ",", "'", "&",
        "x" * 90, "線" * 90, "y " * 40, "#", ":", "é", "ש", "-", "[", "]",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=60), st.integers(0, 900))
def test_whatever_is_written_links_lie_beside_each_other_and_nothing_is_lost(pieces: list[str], longest: int) -> None:
    text = "".join(pieces)
    found = list(links(text))
    edges = [edge for link in found for edge in link[:2]]
    assert edges == sorted(edges)
    assert all(0 <= link.start < link.end <= len(text) for link in found)
    end = excerpt(text, longest=longest, shown=max(longest - 100, 1)).end
    parts = linked(text, {"ada"}, end=end) + linked(text, {"ada"}, start=end)
    assert unescape(regex.sub("<[^>]*>", "", parts)) == text
    assert not any(link.start < end < link.end for link in found if link.start > max(longest - 100, 1) // 2)
    whole = set(regex.findall('href="([^"]*)"', linked(text, {"ada"})))
    assert whole.issuperset(regex.findall('href="([^"]*)"', parts))
