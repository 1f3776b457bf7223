from __future__ import annotations

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedapp.lengths import BODY_LENGTH
from feedapp.text.folding import SHOWN
from feedapp.text.formatted import cut, headline, rendered, spoken
from feedapp.text.html import linked
from feedapp.text.markdown import MOST_SIGNS
from feedapp.text.tags import MOST_TAGS

PEOPLE = frozenset({"ada", "ada_", "_x_"})
TAGS = {"p", "blockquote", "ul", "ol", "li", "em", "strong", "code", "pre", "a", "mark"}


class Reader(HTMLParser):
    """Reads HTML as a browser does: which tags, nested how, and what text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.deepest = 0
        self.text = ""
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        assert {name for name, _ in attrs} <= {"dir", "href", "rel", "class", "start"}
        self.addresses += [str(value) for name, value in attrs if name == "href"]
        self.open.append(tag)
        self.deepest = max(self.deepest, len(self.open))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**strong** and *em*", '<p dir="auto"><strong>strong</strong> and <em>em</em></p>'),
        ("_em_ too", '<p dir="auto"><em>em</em> too</p>'),
        ("`a < b`", '<p dir="auto"><code dir="ltr">a &lt; b</code></p>'),
        ("- a\n- b\n  - c", '<ul dir="auto"><li>a</li><li>b<ul dir="auto"><li>c</li></ul></li></ul>'),
        ("3. c\n4. d", '<ol dir="auto" start="3"><li>c</li><li>d</li></ol>'),
        ("> said\n> so", '<blockquote dir="auto"><p dir="auto">said\nso</p></blockquote>'),
        ("```py\nif *a*:\n    @ada\n```", '<pre dir="ltr"><code>if *a*:\n    @ada</code></pre>'),
        ("*a*\nb\n\nc", '<p dir="auto"><em>a</em>\nb</p><p dir="auto">c</p>'),
        ("\\*no\\* *yes*", '<p dir="auto">*no* <em>yes</em></p>'),
        (
            "[here](https://e.org/?a=1&b=2)",
            '<p dir="auto"><a href="https://e.org/?a=1&amp;b=2" rel="nofollow ugc noopener">here</a></p>',
        ),
        ("مرحبا **بالعالم**", '<p dir="auto">مرحبا <strong>بالعالم</strong></p>'),
        ("**漢字**と *かな*", '<p dir="auto"><strong>漢字</strong>と <em>かな</em></p>'),
        ("*👩‍👩‍👧* 🎉", '<p dir="auto"><em>👩‍👩‍👧</em> 🎉</p>'),
    ],
)
def test_there_is_formatting(text: str, html: str) -> None:
    assert rendered(text, PEOPLE) == html


@pytest.mark.parametrize(
    "text",
    [
        "a\n\n\n  b\n\tc   d",
        "    four spaces\n    are no code",
        "# no heading\n\ntext\n---\nno heading\n===\n***",
        "2 * 3 * 4 = 24, a * b",
        "snake_case_name and __init__.py and _",
        "¯\\_(ツ)_/¯",
        "C:\\*.* is no link",
        "<b>bold</b> <script>alert(1)</script> <!-- no -->",
        "&amp; &lt; &#42; &copy;",
        "[a]: https://e.org\n[a]",
        "<https://e.org>",
        "[](https://e.org/)",
        "```",
        "> " * 100 + "deep",
        "- " * 50,
        "#tag @ada www.example.com/_a_ https://e.org/*b*",
        "*not closed",
        "1.5 kg, 3) and so on -5",
        "@_x_ and @ada_ are names",
    ],
)
def test_plain_text_stays_as_it_was_typed(text: str) -> None:
    assert rendered(text, PEOPLE) == linked(text, PEOPLE)
    assert cut(text).text == text
    assert spoken(text) == text


@pytest.mark.parametrize(
    "address",
    [
        *(
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\tscript:alert(1)",
            "&#106;avascript:alert(1)",
            "data:text/html,x",
        ),
        *(
            "vbscript:x",
            "//e.org",
            "/logout",
            "ftp://e.org",
            "https://bank.example@e.org/",
            "https:e.org",
            "http://[",
            "#x",
        ),
        *("<javascript:alert(1)>", "file:///etc/passwd", "mailto:a@e.org", "https://" + "a" * 2_000),
    ],
)
def test_no_link_leads_where_it_may_not(address: str) -> None:
    found = read(rendered(f"[here]({address}) *x*", ()))
    assert all(each.startswith(("https://", "http://", "/tags/x")) for each in found.addresses)
    assert "[here](" in found.text


def test_an_address_cannot_leave_its_attribute() -> None:
    html = rendered('[a](https://e.org/"onclick=alert(1)//) [b](<https://e.org/"><script>) *x*', ())
    assert all('"' not in each and "<" not in each for each in read(html).addresses)


def test_names_and_addresses_are_links_within_formatting() -> None:
    html = rendered("**@ada** - *see www.example.com/a_b_c*, `@ada`\n\n- https://e.org/x*y\n- @nobody", PEOPLE)
    assert read(html).addresses == ["/@ada", "https://www.example.com/a_b_c", "https://e.org/x*y"]
    assert '<code dir="ltr">@ada</code>' in html


def test_tags_are_links_within_formatting() -> None:
    html = rendered("**#soup** [#bread](https://e.org) `#salt` #snake_case_ *x*", ())
    assert read(html).addresses == ["/tags/soup", "https://e.org", "/tags/snake_case_"]
    assert rendered(" ".join(f"#tag{number}" for number in range(30)) + " *x*", ()).count("<a ") == MOST_TAGS


def test_no_link_is_within_a_link_and_there_are_not_too_many() -> None:
    assert rendered("[@ada www.a.org](https://e.org)", PEOPLE).count("<a ") == 1
    assert rendered("[a](https://e.org) @ada " * 100, PEOPLE).count("<a ") == 100


def test_words_that_were_searched_are_marked() -> None:
    html = rendered("**bread** and `bread` [bread](https://e.org)", (), words=("bread",))
    assert html.count("<mark>bread</mark>") == 3
    read(html)


def test_a_long_text_is_cut_where_a_part_of_it_ends() -> None:
    text = "\n\n".join(f"**part {number}** " + "word " * 30 for number in range(20))
    body = cut(text)
    assert body.cut
    assert body.end <= SHOWN
    assert text[body.end :].startswith(" \n\n**part") or text[body.end :].startswith("\n\n**part")
    html = rendered(text, (), body=body)
    assert html.endswith("…</p>")
    assert read(html).text.count("part") == html.count("<strong>")


@pytest.mark.parametrize(("sign", "tag"), [("**", "strong"), ("*", "em"), ("`", "code")])
def test_a_cut_within_formatting_leaves_no_signs(sign: str, tag: str) -> None:
    text = f"{sign}{'word ' * 200}end{sign}"
    html = rendered(text, (), body=cut(text))
    assert html.count(f"<{tag}") == 1
    assert sign not in read(html).text
    assert read(html).text.endswith("…")


def test_a_title_has_no_signs() -> None:
    assert headline("**Soup** for [all](https://e.org)\n\n- `bread`", 100) == "Soup for all bread"
    assert len(headline("**a** " * 1_000, 80)) <= 81


def few(bomb: str) -> str:
    """Give as much of it as is read as formatting at all."""
    return bomb * min(BODY_LENGTH // len(bomb), (MOST_SIGNS - 1) // max(1, sum(map(bomb.count, "*_`[-"))))


BOMBS = [
    *("*a ", "[a](", "[", "![", ">", "> ", "- ", "`", "`a``b", "*", "_a *b ", "*a**b", "a**b", "[](", "\\*", "1. "),
    *("**a *b ", "[a](<", '[a](https://e.org "', "*`*`", "@a*", "www.a.b/*", "> - ", "```\n", "~~~ ", "- a\n", "*a* "),
    *("[a](https://e.org) ", "_", "](", "*a\n", "> > a\n", "\ufeff*a*", "\u202e*a*", "&lt;*a*"),
]
LONG = 1  # second of a processor, ten times what the slowest takes; quadratic time takes many times as much


@pytest.mark.parametrize("bomb", BOMBS)
def test_no_text_takes_long(bomb: str) -> None:
    began = time.process_time()
    rendered((bomb * BODY_LENGTH)[:BODY_LENGTH], PEOPLE)
    assert time.process_time() - began < LONG
    text = few(bomb)
    began = time.process_time()
    whole = rendered(text, PEOPLE)
    assert time.process_time() - began < LONG
    began = time.process_time()
    part = rendered(text, PEOPLE, body=cut(text))
    headline(text, 150)
    assert time.process_time() - began < LONG
    assert read(whole).deepest < 40
    assert read(part).deepest < 40


def test_emphasis_within_emphasis_has_an_end() -> None:
    found = read(rendered("*a **b " * 500 + "** *" * 500 + "x**" * 500, ()))
    assert found.deepest < 40


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *"*_`[]()<>&\"'\\~#-+!.|: \n\t1aé字א",
                "**",
                "](https://e.org)",
                "@ada",
                "www.e.org",
                "```\n",
                "\n\n",
                "> ",
                "- ",
            ]
        ),
        max_size=60,
    ).map("".join)
)
def test_whatever_is_written_makes_sound_html(text: str) -> None:
    for html in (rendered(text, PEOPLE), rendered(text, PEOPLE, words=("a",)), rendered(text, PEOPLE, body=cut(text))):
        found = read(html)
        assert all(each.startswith(("/@", "/tags/", "https://")) for each in found.addresses)
    # Whatever it means, no letter of it is lost.
    shown = read(rendered(text, PEOPLE)).text
    assert [sign for sign in text if sign in "é字א"] == [sign for sign in shown if sign in "é字א"]
