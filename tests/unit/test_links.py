from __future__ import annotations

from time import perf_counter

import pytest

from feedapp.text import FOLDED_LINES, SHOWN, excerpt, linked, plain


def test_what_looks_like_html_is_text() -> None:
    assert linked("<script>alert('x')</script> & \"so\"") == (
        "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#34;so&#34;"
    )


def test_a_web_address_becomes_a_link_that_vouches_for_nothing() -> None:
    assert linked("see https://example.com/a?b=1&c=2 there") == (
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
    assert linked(text).count("<a ") == 1
    assert f'href="{address}"' in linked(text)


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "data:text/html,x", "https://", "http:// x", "node.js", "a@www.example.com", "xhttp://a.b"],
)
def test_what_is_no_web_address_is_no_link(text: str) -> None:
    assert "<a" not in linked(text)


def test_nothing_of_the_text_is_lost_beside_its_links() -> None:
    text = "a https://x.org/b) c\n\nhttps://y.org. d"
    assert linked(text).striptags() == " ".join(text.split())


def test_an_address_cannot_break_out_of_its_link() -> None:
    html = linked("https://x.org/\"onmouseover='alert(1)'<b>")
    assert 'href="https://x.org/"' in html
    assert "<b>" not in html


@pytest.mark.parametrize("unit", ["http://", "http://a.b/(", 'http://a.bc/"', "www.", "a.", ")", "http://a)", "[", "@"])
def test_hostile_texts_take_no_longer_than_others(unit: str) -> None:
    text = "http://a.b/" + unit * (20_000 // len(unit))
    started = perf_counter()
    linked(text)
    assert perf_counter() - started < 0.5


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("@ada", "ada"),
        ("ask @Ada_L, she knows", "ada_l"),
        ("(@ada)", "ada"),
        ("@ada's", "ada"),
        ("thanks @ada.", "ada"),
        ("@ada...", "ada"),
        ("«@ada»", "ada"),
        ("@" + "a" * 30, "a" * 30),
    ],
)
def test_a_name_leads_to_the_person(text: str, name: str) -> None:
    html = linked(text)
    assert html.count("<a ") == 1
    assert f'<a class="mention" href="/@{name}" dir="ltr">' in html
    assert html.striptags() == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "bob@ada.org", "@ada@example.org", "bob.b@ada", "bob+x@ada", "x/@ada", "@@ada", "@", "@ ada", "@\u017f",
        "@" + "a" * 31, "@ada-lovelace", "@ada.org", "&@ada", "@\u212a", "@ad\u00e0",
    ],
)  # fmt: skip
def test_what_is_no_name_is_no_link(text: str) -> None:
    assert "<a" not in linked(text)


def test_a_name_in_an_address_belongs_to_the_address() -> None:
    html = linked("https://example.com/@ada and @bob")
    assert 'href="https://example.com/@ada"' in html
    assert html.count('class="mention"') == 1
