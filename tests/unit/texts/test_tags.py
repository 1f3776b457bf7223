# ruff: noqa: RUF001  (texts of many scripts are what this is about)
from __future__ import annotations

from unicodedata import normalize

import pytest

from feedapp.lengths import TAG_LENGTH
from feedapp.text.html import linked
from feedapp.text.links import tags
from feedapp.text.tags import MOST_TAGS, read
from tests.support.growth import growth


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#gardening", ["gardening"]),
        ("(#beans), #plums.", ["beans", "plums"]),
        ("#ÉCOLE " + normalize("NFD", "#école"), ["école"]),
        ("#Straße #x_1 #2026plans #2026", ["straße", "x_1", "2026plans"]),
        ("#हिन्दी #עברית #日本語です", ["हिन्दी", "עברית", "日本語です"]),
        ("見て#園芸 と＃タグ", ["園芸", "タグ"]),
        ("C# a#b x_#c #_ #__1 ## #", []),
        ("#a#b", ["a"]),
        ("https://a.b/#frag www.a.org/x#y http://a.b/?q=#z #real", ["real"]),
        ("mail@a.b#c /#path &#39; &#x27; @#d", []),
        ("#️⃣ #\u0301a #a\u200bb", ["a"]),
        ("#" + "x" * TAG_LENGTH, ["x" * TAG_LENGTH]),
        ("#" + "x" * (TAG_LENGTH + 1), []),
        ("#" + "İ" * TAG_LENGTH, []),
    ],
)
def test_the_tags_of_a_text(text: str, found: list[str]) -> None:
    assert tags(text) == found


def test_a_text_has_no_more_tags_than_links() -> None:
    text = " ".join(f"#t{number}" for number in range(MOST_TAGS + 2)) + " #t0"
    assert len(tags(text)) == MOST_TAGS
    assert linked(text, ()).count("<a ") == MOST_TAGS + 1


def test_a_tag_cannot_break_out_of_its_link() -> None:
    assert linked('#a"onclick=<b>', ()) == ('<a class="tag" href="/tags/a" dir="auto">#a</a>&#34;onclick=&lt;b&gt;')


@pytest.mark.parametrize(
    ("text", "name"),
    [("#Beans", "beans"), ("園芸", "園芸"), ("##a", None), ("", None), ("7", None), ("a-b", None), ("a\n", None)],
)
def test_the_name_of_a_tag_is_read_folded(text: str, name: str | None) -> None:
    assert read(text) == name


@pytest.mark.parametrize("unit", ["#", "#a", "#_", "#1", "#\u0301", "#a ", "_", "#日", "日#", "1#_"])
def test_hostile_texts_take_no_longer_than_others(unit: str) -> None:
    assert growth(tags, unit) < 40
