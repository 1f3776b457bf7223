from __future__ import annotations

import re
from typing import Any

import pytest

from feedapp.reading.viewers import Credentials


@pytest.fixture
def ada(people: Any, services: Any) -> Any:
    somebody = people("ada")
    services.posts.publish(Credentials.of(somebody.session, kind="session"), body="the post")
    return somebody


def _comment(services: Any, somebody: Any, body: str) -> None:
    services.comments.comment_on(Credentials.of(somebody.session, kind="session"), 1, body=body)


def test_a_comment_stands_under_its_post(browser: Any, people: Any, ada: Any) -> None:
    bob = browser(people("bob"))
    answer = bob.post("/posts/1/comments", {"body": "<i>well</i> said"})
    assert (answer.status_code, answer.location) == (303, "/posts/1#comment-1")
    for who in (bob, browser(), browser(ada)):
        page = who.get("/posts/1").text
        assert "&lt;i&gt;well&lt;/i&gt; said" in page
        assert "1 comment<" in page


def test_a_comment_beyond_the_first_page_has_a_page_of_its_own(browser: Any, services: Any, ada: Any) -> None:
    for number in range(50):
        _comment(services, ada, f"number {number}")
    answer = browser(ada).post("/posts/1/comments", {"body": "the last"})
    assert answer.location == "/posts/1/comments/51"
    for who in (browser(), browser(ada)):
        assert "the last" in who.get(answer.location).text


def test_comments_are_paged_both_ways(browser: Any, services: Any, ada: Any) -> None:
    for number in range(60):
        _comment(services, ada, f"number {number}.")
    first = browser().get("/posts/1").text
    assert "number 49." in first
    assert "number 50." not in first
    onward = re.search(r'rel="next" href="([^"#]+)', first)
    assert onward
    second = browser().get(onward[1]).text
    assert "number 50." in second
    back = re.search(r'rel="prev" href="([^"#]+)', second)
    assert back
    assert "number 0." in browser().get(back[1]).text


def test_a_comment_is_edited_and_deleted_by_its_author(browser: Any, services: Any, ada: Any) -> None:
    _comment(services, ada, "first")
    reader = browser(ada)
    assert "first" in reader.get("/posts/1/comments/1/edit").text
    assert reader.post("/posts/1/comments/1/edit", {"body": "second"}).location == "/posts/1#comment-1"
    assert "second" in reader.get("/posts/1").text
    assert "Delete this comment?" in reader.get("/posts/1/comments/1/delete").text
    assert reader.post("/posts/1/comments/1/delete").location == "/posts/1#comments"
    assert "second" not in reader.get("/posts/1").text


def test_nobody_else_changes_it(browser: Any, people: Any, services: Any, ada: Any) -> None:
    _comment(services, ada, "first")
    bob = browser(people("bob"))
    for action in ("edit", "delete"):
        address = f"/posts/1/comments/1/{action}"
        assert bob.get(address).status_code == 403
        assert bob.post(address, {"body": "mine"}).status_code == 403
    assert "first" in bob.get("/posts/1").text


def test_an_unknown_comment_is_not_found(browser: Any, services: Any, ada: Any) -> None:
    _comment(services, ada, "first")
    reader = browser(ada)
    for address in ("/posts/1/comments/2", "/posts/2/comments/1", "/posts/1/comments/x"):
        assert browser().get(address).status_code == 404
        assert reader.get(f"{address}/edit").status_code == 404
        assert reader.post(f"{address}/delete").status_code == 404


def test_the_address_of_the_form_leads_to_the_comments(browser: Any, ada: Any) -> None:
    assert browser(ada).get("/posts/1/comments").location == "/posts/1#comments"
