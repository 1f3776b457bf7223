from __future__ import annotations

from typing import Any

import pytest

from feedapp.reading.viewers import Credentials
from tests.web.pages.browsing import textarea


def _write(services: Any, somebody: Any, body: str = "hello") -> int:
    written: int = services.posts.publish(Credentials.of(somebody.session, kind="session"), body=body).id
    return written


def test_a_post_is_in_the_feed_after_it_was_sent(browser: Any, people: Any) -> None:
    ada = browser(people("ada"))
    answer = ada.post("/posts", {"body": "my first post"})
    assert answer.status_code == 303
    assert answer.location == "/#post-1"
    assert "my first post" in ada.get("/").text


def test_a_post_has_a_page_with_author_time_and_counts(browser: Any, people: Any, services: Any) -> None:
    ada = people("ada", display_name="Ada L.")
    post_id = _write(services, ada)
    for who in (browser(), browser(ada)):
        page = who.get(f"/posts/{post_id}")
        assert page.status_code == 200
        assert "Ada L." in page.text
        assert "<time datetime=" in page.text
        assert "No comments yet" in page.text


def test_text_is_escaped_linked_and_keeps_its_lines(browser: Any, people: Any, services: Any) -> None:
    _write(services, people("ada"), "<script>x</script>\nhttps://example.com/a\n\nend")
    for address in ("/", "/posts/1", "/@ada"):
        text = browser().get(address).text
        assert "<script>x" not in text
        assert (
            '&lt;script&gt;x&lt;/script&gt;\n<a href="https://example.com/a" rel="nofollow ugc noopener" dir="ltr">'
            "https://example.com/a</a>\n\nend</div>"
        ) in text


def test_names_are_escaped_and_contained(browser: Any, people: Any, services: Any) -> None:
    _write(services, people("ada", display_name="<b>\u202eAda"), "hello")
    for address in ("/", "/posts/1", "/@ada"):
        text = browser().get(address).text
        assert "<b>\u202e" not in text
        assert "<bdi>&lt;b&gt;\u202eAda</bdi>" in text
        assert "\u202e" not in text.partition("</title>")[0]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "must not be empty"),
        ("  \n ", "must not be empty"),
        ("\u200b\u202e", "must not be empty"),
        ("a\x00b", "control characters"),
        ("x" * 20_001, "at most 20,000 characters"),
    ],
)
def test_a_text_that_cannot_be_taken_comes_back_with_the_reason(
    browser: Any, people: Any, services: Any, body: str, message: str
) -> None:
    somebody = people("ada")
    ada = browser(somebody)
    _write(services, somebody, "before")
    services.comments.comment_on(Credentials.of(somebody.session, kind="session"), 1, body="before")
    for address in ("/posts", "/posts/1/edit", "/posts/1/comments", "/posts/1/comments/1/edit"):
        answer = ada.post(address, {"body": body})
        assert answer.status_code == 422
        assert message in answer.text
        assert 'aria-invalid="true"' in answer.text
        assert f'action="{address}"' in answer.text
        assert (textarea(answer, "body") or "").replace("\0", "\ufffd") == body.replace("\0", "\ufffd")
    assert ada.get("/").text.count('id="post-') == 1
    assert "1 comment<" in ada.get("/posts/1").text


def test_a_missing_field_is_named(browser: Any, people: Any) -> None:
    answer = browser(people("ada")).post("/posts", {})
    assert answer.status_code == 422
    assert "is required" in answer.text


@pytest.mark.parametrize("body", ["x" * 20_000, "\U0001f469\u200d\U0001f4bb", "\u05e9\u05dc\u05d5\u05dd \u202e abc"])
def test_unusual_texts_are_taken(browser: Any, people: Any, body: str) -> None:
    ada = browser(people("ada"))
    assert ada.post("/posts", {"body": body}).status_code == 303
    assert body in ada.get("/posts/1").text


def test_a_text_of_ten_megabytes_is_refused(browser: Any, people: Any) -> None:
    ada = browser(people("ada"))
    answer = ada.post("/posts", {"body": "x" * 10_000_000})
    assert answer.status_code == 413
    assert "at most 512 KiB" in answer.text
    assert 'id="post-' not in ada.get("/").text


def test_an_edit_starts_from_the_text_as_it_is(browser: Any, people: Any, services: Any) -> None:
    somebody = people("ada")
    _write(services, somebody, "\n  <i>one</i>\n\ntwo &amp;")
    ada = browser(somebody)
    assert textarea(ada.get("/posts/1/edit"), "body") == "\n  <i>one</i>\n\ntwo &amp;"
    answer = ada.post("/posts/1/edit", {"body": "three"})
    assert (answer.status_code, answer.location) == (303, "/posts/1")
    page = ada.get("/posts/1").text
    assert "three" in page
    assert "Edited" in page


def test_deleting_asks_first(browser: Any, people: Any, services: Any) -> None:
    somebody = people("ada")
    _write(services, somebody)
    ada = browser(somebody)
    assert "Delete this post?" in ada.get("/posts/1/delete").text
    assert ada.get("/posts/1").status_code == 200
    assert ada.post("/posts/1/delete").status_code == 303
    assert ada.get("/posts/1").status_code == 404
    assert "hello" not in ada.get("/").text
    assert ada.post("/posts/1/delete").status_code == 404


def test_only_the_author_changes_a_post(browser: Any, people: Any, services: Any) -> None:
    _write(services, people("ada"))
    bob = browser(people("bob"))
    for answer in (
        bob.get("/posts/1/edit"),
        bob.get("/posts/1/delete"),
        bob.post("/posts/1/edit", {"body": "mine"}),
        bob.post("/posts/1/delete"),
    ):
        assert answer.status_code == 403
        assert "Only its author" in answer.text
    assert "hello" in bob.get("/posts/1").text
    assert "Edit<" not in bob.get("/posts/1").text


@pytest.mark.parametrize("post_id", ["2", "0", "01", "-1", "x", "9" * 30, "9" * 5_000, "\u0663", "%00", "1e3", "1%0A"])
def test_an_unknown_post_is_a_page_that_helps(browser: Any, people: Any, services: Any, post_id: str) -> None:
    ada = people("ada")
    _write(services, ada)
    for who in (browser(), browser(ada)):
        page = who.get(f"/posts/{post_id}")
        assert page.status_code == 404
        assert "Go to the home page" in page.text
    for action in ("edit", "delete", "likes", "likes/delete", "comments"):
        assert browser(ada).post(f"/posts/{post_id}/{action}", {"body": "x"}).status_code == 404


def test_a_text_for_a_post_that_is_gone_is_given_back(browser: Any, people: Any) -> None:
    answer = browser(people("ada")).post("/posts/7/comments", {"body": "long thoughts"})
    assert answer.status_code == 404
    assert textarea(answer, "body") == "long thoughts"
