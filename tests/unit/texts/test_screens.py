"""What filters find, however it is written."""

from __future__ import annotations

from time import process_time

import pytest

from feedapp.text.screens import Screen, Screened, found, read_pattern

WORD = [
    ("beans", "Cheap BEANS!", True),
    ("beans", "be\u200bans", True),
    ("beans", "b\u00e9ans", True),
    ("beans", "\uff42\uff45\uff41\uff4e\uff53", True),
    ("beans", "greenbeans", False),
    ("beans", "beanstalk", False),
    ("cheap  beans", "cheap, beans", True),
    ("cheap beans", "cheap green beans", False),
    ("stra\u00dfe", "STRASSE", True),
    ("\u8c46\u5b50", "\u4e70\u8c46\u5b50\u5427", True),
    ("a+b", "a b", True),
]
DOMAIN = [
    ("spam.example", "see https://spam.example/x", True),
    ("spam.example", "see http://WWW.Spam.Example", True),
    ("https://spam.example/path", "see https://cheap.spam.example:8080/", True),
    ("spam.example", "write spam.example into your browser", True),
    ("spam.example", "https://notspam.example/", False),
    ("spam.example", "https://spam.example.org/", False),
    ("b\u00fccher.example", "https://xn--bcher-kva.example/", True),
]
LINK = [
    ("https://good.example/offers", "go to http://www.good.example/offers/today", True),
    ("good.example/offers", "go to https://good.example/about", False),
    ("good.example/offers", "good.example/offers", False),  # no link: nobody can follow it
]
NETWORK = [
    ("203.0.113.0/24", "203.0.113.7", True),
    ("203.0.113.0/24", "203.0.114.7", False),
    ("203.0.113.9", "203.0.113.9", True),
    ("2001:db8::/48", "2001:db8:0:5::/64", True),
    ("2001:db8::/48", "203.0.113.7", False),
    ("203.0.113.0/24", "unknown", False),
]


@pytest.mark.parametrize(
    ("kind", "pattern", "text", "expected"),
    [
        (kind, *each)
        for kind, cases in (("word", WORD), ("domain", DOMAIN), ("link", LINK), ("network", NETWORK))
        for each in cases
    ],
)
def test_a_filter_finds_what_it_means(kind: str, pattern: str, text: str, expected: bool) -> None:  # noqa: FBT001
    screen = Screen(1, kind, read_pattern(kind, pattern), "hold")
    network = text if kind == "network" else "198.51.100.1"
    assert (found([screen], Screened.of(text), network) == screen) is expected


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("word", "!?"),
        ("word", "\u200b"),
        ("domain", "example"),
        ("domain", "two words.example"),
        ("link", "example.com"),
        ("link", "example.com/a b"),
        ("network", "example.com"),
        ("network", "0.0.0.0/0"),
        ("network", "2000::/3"),
    ],
)
def test_what_would_find_nothing_or_everything_is_no_filter(kind: str, pattern: str) -> None:
    with pytest.raises(ValueError, match=r"must|too large"):
        read_pattern(kind, pattern)


def test_one_that_refuses_comes_before_one_that_holds() -> None:
    screens = [Screen(1, "word", "cheap", "hold"), Screen(2, "word", "beans", "refuse")]
    assert found(screens, Screened.of("cheap beans"), None) == screens[1]
    assert found(screens, Screened.of("nothing"), None) is None


@pytest.mark.parametrize(
    "text", ["a" * 20_000, "a." * 10_000, "x " * 10_000, "https://a.example/ " * 1_000, "\u0301" * 20_000]
)
def test_five_hundred_filters_look_at_the_longest_text_in_no_time(text: str) -> None:
    screens = [
        Screen(number, kind, read_pattern(kind, f"spam{number}.example{'/x' if kind == 'link' else ''}"), "hold")
        for number in range(167)
        for kind in ("word", "domain", "link")
    ]
    began = process_time()
    assert found(screens, Screened.of(text), None) is None
    assert process_time() - began < 1
