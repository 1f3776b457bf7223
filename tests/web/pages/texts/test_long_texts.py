"""Whatever people write, a page stays small, is made soon, and is not taller than its reader is patient."""

from __future__ import annotations

import html
import re
from time import thread_time
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp.blueprints.pages.kit.cookies import session_cookie

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from tests.support.people import Somebody

LARGEST_PAGE, SLOWEST_SECONDS = 1_000_000, 2  # of a processor: what else the machine does is not its
WORST = {
    "names": "@ada " * 4_000,
    "short names": "@a " * 6_666,
    "addresses": "www.a.b " * 2_500,
    "one address": "https://a.b/?" + "&" * 19_000,
    "addresses as long as they may be": ("https://a.b/?" + "&" * 700 + " ") * 28,
    "brackets": "http://a/)-" * 1_800,
    "signs that are escaped": "'\"" * 10_000,
    "signs of four bytes": "\U0001f600" * 20_000,
    "lines": "x\n" * 9_999 + "x",
    "links, then signs": "@a " * 100 + "'" * 19_700,
}


@pytest.fixture
def write(engine: Engine, people: Callable[..., Somebody]) -> Callable[[str], None]:
    """Fill a post, its first page of comments and everybody's feed with one text."""
    for name in ("ada", "a"):
        people(name, display_name="'" * 100)

    def fill(body: str) -> None:
        with engine.begin() as connection:
            for statement in (
                "INSERT INTO posts (author_id, body) SELECT 1, :body FROM generate_series(1, 20)",
                "INSERT INTO post_counters (post_id, comments) SELECT id, 50 FROM posts",
                "INSERT INTO comments (post_id, author_id, body) SELECT 1, 1, :body FROM generate_series(1, 50)",
                "UPDATE users SET bio = left(:body, 2000)",
            ):
                connection.execute(text(statement), {"body": body} if ":body" in statement else {})

    return fill


@pytest.mark.parametrize("kind", WORST)
def test_a_page_is_bounded_in_bytes_and_time(browser: Any, write: Callable[[str], None], kind: str) -> None:
    write(WORST[kind])
    reader = browser()
    for address in ("/public", "/posts/1", "/posts/1/comments/1", "/@ada"):
        for query in ("?x=1", "?x=2"):
            started = thread_time()
            answer = reader.get(address + query)
            assert thread_time() - started < SLOWEST_SECONDS
            assert answer.status_code == 200
            assert len(answer.data) < LARGEST_PAGE


@pytest.mark.parametrize("body", ["line\n" * 3_999 + "end", "word " * 3_999, "あ" * 5_000, "x\u2028" * 5_000])
def test_a_long_comment_is_folded_and_has_a_page_where_it_is_whole(browser: Any, people: Any, body: str) -> None:
    ada = browser(people("ada"))
    ada.post("/posts", {"body": "a post"})
    ada.post("/posts/1/comments", {"body": body})
    ada.post("/posts/1/comments", {"body": "a short one"})
    page = ada.get("/posts/1").text
    assert page.count("Read the whole comment") == 1
    assert len(page) < 20_000
    assert page.count("\n") < 300
    address = re.search(r'class="more"><a href="([^"]+)">Read the whole comment', page)
    assert address
    whole = ada.get(address[1]).text
    kept = body.replace("\u2028", "\n").strip()
    assert kept in whole
    assert "Read the whole" not in whole
    assert 'class="card comment whole"' in whole


def test_a_comment_that_was_sent_or_edited_under_the_post_is_folded_too(browser: Any, people: Any) -> None:
    ada = browser(people("ada"))
    ada.post("/posts", {"body": "a post"})
    for address in ("/posts/1/comments", "/posts/1/comments/1/edit"):
        answer = ada.post(f"{address}?fragment=1", {"body": "word " * 3_000})
        assert answer.text.count("Read the whole comment") == 1
    answer = ada.post("/posts/1/comments/1/edit?fragment=1&whole=1", {"body": "words " * 3_000})
    assert "Read the whole" not in answer.text
    assert 'class="card comment whole"' in answer.text


@pytest.mark.parametrize(
    ("start", "link"),
    [
        ("x" * 690, "https://example.com/a-long-path/that-goes-on"),
        ("x " * 345, "https://example.com/?q=" + "q" * 50),
        ("あ" * 695, "https://example.com/日本語の長い名前"),
        ("x" * 695, "@ada_lovelace"),
    ],
)
def test_a_link_that_does_not_fit_is_left_to_the_whole_text(browser: Any, people: Any, start: str, link: str) -> None:
    people("ada_l")
    ada = browser(people("ada_lovelace"))
    people("ada_")
    ada.post("/posts", {"body": f"{start} {link} {'y ' * 500}"})
    ada.post("/posts/1/comments", {"body": f"{start} {link} {'y ' * 500}"})
    target = link.replace("@", "/@")
    for address in ("/public", "/posts/1"):
        texts = re.findall(r'<div class="text[^>]*>(.*?)</div>', browser().get(address).text, re.DOTALL)
        assert texts[-1].endswith("…")
        assert {found for each in texts for found in re.findall('href="([^"]+)"', each)} <= {target}
    assert f'href="{target}"' in browser().get("/posts/1").text


def test_a_bio_is_cut_after_its_links_were_found(client: Any, browser: Any, people: Any) -> None:
    ada, bob = people("ada"), people("bob")
    client.post("/api/users/bob/followers", headers=ada.headers)
    client.patch(
        "/api/me", headers=ada.headers, json={"bio": "x" * 140 + " https://example.com/abcdefghijk " + "y" * 99}
    )
    page = browser(bob).get("/@bob/followers").text
    assert "x" * 140 + "…" in page
    assert "example.com" not in page


def test_the_rest_of_a_long_bio_is_folded(client: Any, browser: Any, people: Any) -> None:
    ada = people("ada")
    client.patch("/api/me", headers=ada.headers, json={"bio": "line\n" * 300 + "https://example.com/end"})
    page = browser().get("/@ada").text
    shown, _, rest = page.partition("<summary>Read the rest</summary>")
    assert shown.count("line") < 20
    assert rest.count("line") > 280
    assert 'href="https://example.com/end"' in rest


@pytest.mark.parametrize("body", ["a\nb", "a\r\n\r\nb", "a\u2028b", "a\tb"])
def test_titles_and_descriptions_are_one_line(browser: Any, people: Any, body: str) -> None:
    ada = browser(people("ada"))
    ada.post("/posts", {"body": body})
    page = ada.get("/posts/1").text
    assert "<title>ada: a b · feedapp</title>" in page
    assert '<meta name="description" content="a b">' in page


@pytest.mark.parametrize(
    ("typed", "status"),
    [("'" * 500_000, 413), ("<\n" * 200_000, 413), ('"' * 200_000, 413), ("a" * 140_000, 422), ("é" * 25_000, 422)],
)
def test_a_form_that_is_given_back_is_no_larger_than_other_pages(
    client: FlaskClient, people: Callable[..., Somebody], typed: str, status: int
) -> None:
    """A sign may take five times its room in HTML. What no page could give back is refused; the browser has it."""
    client.set_cookie(session_cookie(client.application), people("ada").session)
    answer = client.post("/posts", data=f"body={typed}", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == status
    assert len(answer.data) < LARGEST_PAGE
    assert status == 413 or typed in html.unescape(answer.text)
