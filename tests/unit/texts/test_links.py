# ruff: noqa: RUF001  (texts of many scripts are what this is about)

from __future__ import annotations

import pytest
from markupsafe import Markup

from feedapp.text.html import linked
from feedapp.text.links import LONGEST_ADDRESS, MOST, links, names
from tests.support.growth import growth


class Anybody:
    """As if everybody existed."""

    def __contains__(self, name: object) -> bool:
        return True


def shown(text: str) -> Markup:
    return linked(text, Anybody())


def found(text: str) -> list[str]:
    return [text[link.start : link.end] for link in links(text)]


def test_what_looks_like_html_is_text() -> None:
    assert shown("<script>alert('x')</script> & \"so\"") == (
        "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#34;so&#34;"
    )


def test_a_web_address_becomes_a_link_that_vouches_for_nothing() -> None:
    assert shown("see https://example.com/a?b=1&c=2 there") == (
        'see <a href="https://example.com/a?b=1&amp;c=2" rel="nofollow ugc noopener" dir="ltr">'
        "https://example.com/a?b=1&amp;c=2</a> there"
    )


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("(see https://example.com/a).", "https://example.com/a"),
        ("https://example.com/wiki/A_(b), and", "https://example.com/wiki/A_(b)"),
        ("https://example.com/a!?", "https://example.com/a"),
        ("<https://example.com/a>", "https://example.com/a"),
        ('"https://example.com/a"', "https://example.com/a"),
        ("www.example.com/a.", "https://www.example.com/a"),
        ("WWW.Example.com", "https://WWW.Example.com"),
        ("HTTP://example.com", "HTTP://example.com"),
        ("http://[::1]:8000/x", "http://[::1]:8000/x"),
        ("https://bücher.example/ä", "https://bücher.example/ä"),
        ("https://example.com/\u202eexe", "https://example.com/"),
    ],
)
def test_a_link_ends_where_the_address_does(text: str, address: str) -> None:
    assert shown(text).count("<a ") == 1
    assert f'href="{address}"' in shown(text)


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "data:text/html,x", "https://", "http:// x", "node.js", "a@www.example.com", "xhttp://a.b"],
)
def test_what_is_no_web_address_is_no_link(text: str) -> None:
    assert "<a" not in shown(text)


def test_nothing_of_the_text_is_lost_beside_its_links() -> None:
    text = "a https://x.org/b) c\n\nhttps://y.org. d"
    assert shown(text).striptags() == " ".join(text.split())


def test_an_address_cannot_break_out_of_its_link() -> None:
    html = shown("https://x.org/\"onmouseover='alert(1)'<b>")
    assert 'href="https://x.org/"' in html
    assert "<b>" not in html


@pytest.mark.parametrize("head", ["", "http://a.b/", "日"])
@pytest.mark.parametrize(
    "unit",
    [
        "http://", "http://a.b/(", 'http://a.bc/"', "www.", "www.a.日",
        "a.", ")", "http://a)", "http://a/)-", "[", "@",
        "@a ", "@a/", "@a:b", "-@", "a.+-%", "http://a:b@", "http://日.", "http://[::",
        "(日", "_(日", "日・", "a\u0301",
    ],
)  # fmt: skip
def test_hostile_texts_take_no_longer_than_others(unit: str, head: str) -> None:
    def read(text: str) -> None:
        shown(head + text)
        names(head + text)

    assert growth(read, unit) < 40


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("詳細はhttps://example.com/page。", "https://example.com/page"),
        ("（https://example.com/a）です", "https://example.com/a"),
        ("「https://example.com/a」を見て", "https://example.com/a"),
        ("https://example.com/a、https", "https://example.com/a"),
        ("请看https://example.com/a，谢谢", "https://example.com/a"),
        ("请看https://example.com/a,谢谢", "https://example.com/a"),
        ("https://example.com/pageです", "https://example.com/page"),
        ("https://example.comです", "https://example.com"),
        ("https://example.com/page에서", "https://example.com/page"),
        ("ดูhttps://example.com/aนะ", "https://example.com/a"),
        ("انظر https://example.com/a،", "https://example.com/a"),
        ("https://example.com/a؟", "https://example.com/a"),
        ("בhttps://example.com/a׃", "https://example.com/a"),
        ("यहाँ https://example.com/a।", "https://example.com/a"),
        ("„https://example.com/a“", "https://example.com/a"),
        ("‚https://example.com/a‘", "https://example.com/a"),
        ("https://example.com/a’s", "https://example.com/a"),
        ("https://example.com/a\u200b", "https://example.com/a"),
        ("https://example.com/a\u2060b", "https://example.com/a"),
        ("https://example.com/a\ufeff", "https://example.com/a"),
        ("https://example.com/a—so", "https://example.com/a"),
        ("https://example.com/a→", "https://example.com/a"),
        ("[here](https://example.com/a)and", "https://example.com/a"),
        ("(https://example.com/a)です", "https://example.com/a"),
        ("https://example.com/page(英語)", "https://example.com/page"),
        ("見てwww.example.com！", "https://www.example.com"),
    ],
)
def test_a_link_ends_where_the_address_does_in_every_script(text: str, address: str) -> None:
    assert shown(text).count("<a ") == 1
    assert f'href="{address}"' in shown(text)
    assert shown(text).striptags() == Markup.escape(text).striptags()


@pytest.mark.parametrize(
    "address",
    [
        "https://ja.wikipedia.org/wiki/日本語",
        "https://ja.wikipedia.org/wiki/ジョン・レノン",
        "https://ja.wikipedia.org/wiki/東京_(曖昧さ回避)",
        "https://fa.wikipedia.org/wiki/می‌خواهم",
        "https://ru.wikipedia.org/wiki/Москва",
        "https://hi.wikipedia.org/wiki/हिन्दी",
        "https://he.wikipedia.org/wiki/צה״ל",
        "https://de.wikipedia.org/wiki/Fußball",
        "https://example.com/caf\u00e9/cafe\u0301",
        "https://en.wikipedia.org/wiki/Einstein–Podolsky–Rosen_paradox",
        "https://example.com/?q=東京&x=1",
        "https://例え.テスト/",
        "https://www.1号店.jp/a",
    ],
)
def test_an_address_in_another_script_stays_whole(address: str) -> None:
    assert found(f"a {address}, b") == [address]


@pytest.mark.parametrize("between", [",", ";", "|", ")(", "、", "。", "\u200b", '"', "』『"])
def test_of_two_addresses_side_by_side_each_is_a_link(between: str) -> None:
    text = f"({between}https://a.example/x{between}https://b.example/y{between})"
    assert found(text) == ["https://a.example/x", "https://b.example/y"]


@pytest.mark.parametrize(
    "text", ["https://good.example@evil.example/", "https://good.example:80@evil.example", "https://u:p@evil.example/a"]
)
def test_an_address_that_looks_like_another_is_no_link(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", ["https://example.com/a " * 500, "@ada " * 500, "@a https://b.example/ " * 500])
def test_a_text_has_at_most_a_hundred_links(text: str) -> None:
    assert shown(text).count("<a ") == MOST == 100
    assert shown(text).striptags() == text.strip()


def test_an_endless_address_is_text_and_what_follows_is_looked_at() -> None:
    endless = "https://example.com/" + "a" * LONGEST_ADDRESS
    assert found(f"{endless} https://example.com/b") == ["https://example.com/b"]
