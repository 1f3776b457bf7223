from __future__ import annotations

import re
from typing import Any

import pytest

from feedapp.reading.viewers import Credentials
from feedapp.writing.events import Moderated


@pytest.fixture
def ada(people: Any, services: Any) -> Any:
    somebody = people("ada")
    services.posts.publish(Credentials.of(somebody.session, kind="session"), body="the post")
    return somebody


def title(page: Any) -> str:
    return str(re.search(r"<title>(.*?) ·", page.text)[1])  # type: ignore[index]


def said(page: Any) -> list[str]:
    """Give what the entries say, without markup."""
    found = re.findall(r'<p class="told"[^>]*>(.*?)<span class="when">', page.text, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", "", each).split()) for each in found]


def test_every_page_says_how_many_are_unread(browser: Any, people: Any, ada: Any) -> None:
    reader = browser(ada)
    for address in ("/", "/public", "/settings", "/about", "/nothing"):
        assert "(" not in title(reader.get(address))
    for name in ("bob", "cyd"):
        browser(people(name)).post("/posts/1/likes")
    browser(people("dee")).post("/posts/1/comments", {"body": "so it is"})
    for address in ("/", "/public", "/settings", "/about", "/posts/1", "/search"):
        page = reader.get(address)
        assert title(page).startswith("(2) "), address
        assert '<span class="unread-count">2<span class="unseen"> unread</span></span>' in page.text
    assert title(reader.get("/")) == "(2) Home"
    assert "(" not in title(browser().get("/public"))


def test_the_page_says_who_did_what(browser: Any, people: Any, services: Any, ada: Any) -> None:
    bob, cyd = (browser(people(name)) for name in ("bob", "cyd"))
    for who in (bob, cyd):
        who.post("/posts/1/likes")
        who.post("/@ada/followers")
    bob.post("/posts/1/comments", {"body": "<b>well</b> said"})
    bob.post("/posts", {"body": "as @ada says"})
    with services.unit_of_work() as work:
        work.emits(Moderated(ada.id, "hide", "Not here.", post_id=1))
    page = browser(ada).get("/notifications")
    assert said(page) == [
        "New: A moderator hid your post",
        "New: bob named you in a post",
        "New: bob commented on your post",
        "New: cyd and 1 other follow you",
        "New: cyd and 1 other like your post",
    ]
    assert "&lt;b&gt;well" in page.text
    assert "Not here." in page.text
    for address in ("/posts/2", "/posts/1/comments/1", "/@ada/followers", "/posts/1"):
        assert f'href="{address}"' in page.text
        assert browser(ada).get(address).status_code == 200


def test_all_are_read_at_once_by_a_button(browser: Any, people: Any, ada: Any) -> None:
    browser(people("bob")).post("/posts/1/likes")
    reader = browser(ada)
    page = reader.get("/notifications")
    until = re.search(r'name="until" value="([^"]+)"', page.text)[1]  # type: ignore[index]
    assert reader.post("/notifications/read", {"until": until}).location == "/notifications"
    again = reader.get("/notifications")
    assert said(again) == ["bob likes your post"]
    assert title(again) == "Notifications"
    assert "Mark all as read" not in again.text
    assert reader.post("/notifications/read?fragment=1", {"until": until}).status_code == 204
    assert reader.get("/notifications/read").location == "/notifications"


def test_kinds_have_lists_of_their_own_and_long_lists_go_on(browser: Any, people: Any, ada: Any) -> None:
    bob = browser(people("bob"))
    for number in range(22):
        bob.post("/posts/1/comments", {"body": f"comment {number}"})
    bob.post("/posts/1/likes")
    reader = browser(ada)
    first = reader.get("/notifications?kind=comment")
    assert len(said(first)) == 20
    assert "Mark all as read" not in first.text
    onward = re.search(r'rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&")  # type: ignore[index]
    assert said(reader.get(onward)) == ["New: bob commented on your post"] * 2
    assert "<html" not in reader.get(f"{onward}&fragment=1").text
    assert "nothing of this kind" in reader.get("/notifications?kind=mention").text


def test_it_is_for_who_is_signed_in(browser: Any, ada: Any) -> None:
    assert browser().get("/notifications").location == "/login?next=/notifications"
    assert browser().post("/notifications/read", {"until": "1-1"}).status_code == 303
    assert "Nothing has happened yet" in browser(ada).get("/notifications").text


def test_one_says_what_one_wants_to_be_told(browser: Any, people: Any, ada: Any) -> None:
    reader, bob = browser(ada), browser(people("bob"))
    page = reader.get("/settings/notifications")
    assert page.text.count('value="1" checked>') == 5
    assert reader.post("/settings/notifications", {"comment": "1"}).location == "/settings/notifications?saved=1"
    page = reader.get("/settings/notifications?saved=1")
    assert page.text.count('value="1" checked>') == 1
    assert "Your choice was saved" in page.text
    bob.post("/posts/1/likes")
    bob.post("/posts/1/comments", {"body": "told"})
    assert said(reader.get("/notifications")) == ["New: bob commented on your post"]


def test_a_conversation_can_be_muted_where_it_is_told(browser: Any, people: Any, ada: Any) -> None:
    reader, bob = browser(ada), browser(people("bob"))
    bob.post("/posts/1/comments", {"body": "told"})
    page = reader.get("/notifications")
    back = re.search(r'name="back" value="([^"]+)"', page.text)[1]  # type: ignore[index]
    answer = reader.post("/posts/1/mutes", {"back": back}, Referer="http://localhost/notifications")
    assert answer.location == f"/notifications#{back}"
    bob.post("/posts/1/comments", {"body": "not told"})
    page = reader.get("/notifications")
    assert len(said(page)) == 1
    assert "Tell me of this conversation again" in page.text
    assert reader.post("/posts/1/mutes/delete", {"back": "</a>"}).location == "/posts/1"
    assert reader.get("/posts/1/mutes").location == "/posts/1"
    bob.post("/posts/1/comments", {"body": "told again"})
    assert len(said(reader.get("/notifications"))) == 2
