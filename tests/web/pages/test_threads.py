"""Threads as pages, and likes of comments, without scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.support.people import Somebody


@pytest.fixture
def thread(client: Any, people: Callable[..., Somebody]) -> dict[str, Somebody]:
    """Bob's comment 1 is answered by Ada, whose post it is (2), she by Bob (3); 4 stands beside it."""
    everybody = {name: people(name) for name in ("ada", "bob")}
    client.post("/api/posts", headers=everybody["ada"].headers, json={"body": "post"})
    for name, answered in (("bob", None), ("ada", "1"), ("bob", "2"), ("bob", None)):
        sent = {"body": f"text by {name}", "in_reply_to": answered}
        client.post("/api/posts/1/comments", headers=everybody[name].headers, json=sent)
    return everybody


def shown(html: str) -> list[tuple[str, str]]:
    """Give the cards of comments: id, classes."""
    return [
        (number, kind) for kind, number in re.findall(r'<article class="card comment([^"]*)" id="comment-(\d+)"', html)
    ]


def test_a_post_shows_two_levels_and_leads_to_more(app: Flask, thread: dict[str, Somebody]) -> None:
    html = app.test_client().get("/posts/1").text
    assert shown(html) == [("1", ""), ("2", " reply"), ("4", "")]
    assert html.count('<span class="badge">Author</span>') == 1
    assert 'href="/posts/1/comments/2#comments"' in html
    assert re.search(r'id="answers-1" open><summary>1 reply</summary>\s*<article [^>]*id="comment-2"', html)
    assert html.count('<details class="answers"') == 1
    for order, expected in (("newest", "4321"), ("oldest", "1234")):
        flat = app.test_client().get(f"/posts/1?order={order}").text
        assert "".join(number for number, _ in shown(flat)) == expected
        assert "answers-" not in flat
        assert f'order={order}#comments" aria-current="true"' in flat
        assert 'href="/posts/1/comments/1">In reply to a comment' in flat


def test_the_page_of_a_comment_shows_what_it_answers_and_its_answers(app: Flask, thread: dict[str, Somebody]) -> None:
    html = app.test_client().get("/posts/1/comments/2").text
    assert shown(html) == [("2", " whole"), ("3", "")]
    assert 'href="/posts/1/comments/1">In reply to bob</a>: <span dir="auto">text by bob' in html
    assert 'id="comments-title">1 reply<' in html
    assert app.test_client().get("/posts/1/comments/99").status_code == 404
    assert app.test_client().get("/posts/2/comments/2").status_code == 404


def test_somebody_answers_by_a_form(app: Flask, browser: Any, thread: dict[str, Somebody]) -> None:
    reader = browser(thread["ada"])
    form = reader.get("/posts/1/comments/3/reply")
    assert 'name="in_reply_to" value="3"' in form.text
    assert "Reply to bob" in form.text
    answer = reader.post("/posts/1/comments", {"body": "deep", "in_reply_to": "3"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/posts/1/comments/5"
    assert shown(reader.get("/posts/1/comments/3").text) == [("3", " whole"), ("5", "")]
    empty = reader.post("/posts/1/comments", {"body": "", "in_reply_to": "3"})
    assert (empty.status_code, 'name="in_reply_to" value="3"' in empty.text) == (422, True)
    gone = reader.post("/posts/1/comments", {"body": "kept text", "in_reply_to": "99"})
    assert gone.status_code == 422
    assert "What you answer is gone" in gone.text
    assert "kept text" in gone.text


def test_a_deleted_comment_is_a_stub(app: Flask, client: Any, browser: Any, thread: dict[str, Somebody]) -> None:
    assert browser(thread["ada"]).post("/posts/1/comments/2/delete").status_code == 303
    html = app.test_client().get("/posts/1").text
    assert shown(html)[1] == ("2", " stub reply")
    assert "This comment was deleted." in html
    own = app.test_client().get("/posts/1/comments/2").text
    assert shown(own) == [("2", " stub"), ("3", "")]
    assert "ada" not in own.split("<main")[1].split('id="comment-3"')[0]
    assert browser(thread["bob"]).post("/posts/1/comments/3/delete").status_code == 303
    assert app.test_client().get("/posts/1/comments/2").status_code == 404


def test_somebody_likes_a_comment_and_takes_it_back(app: Flask, browser: Any, thread: dict[str, Somebody]) -> None:
    reader = browser(thread["ada"])
    assert 'action="/posts/1/comments/1/likes"' in reader.get("/posts/1").text
    liked = reader.post("/posts/1/comments/1/likes")
    assert (liked.status_code, liked.headers["Location"]) == (303, "/posts/1/comments/1#comment-1")
    assert 'action="/posts/1/comments/1/likes/delete"' in reader.get("/posts/1").text
    button = reader.post("/posts/1/comments/1/likes/delete?fragment=1")
    assert button.status_code == 200
    assert 'action="/posts/1/comments/1/likes"' in button.text
    assert reader.get("/posts/1/comments/1/likes").headers["Location"] == "/posts/1/comments/1"
    assert reader.post("/posts/1/comments/99/likes").status_code == 404
    assert "log in to like this comment" in app.test_client().get("/posts/1").text
