from __future__ import annotations

from typing import Any

import pytest

from feedapp.reading.viewers import Credentials


@pytest.fixture
def ada(people: Any, services: Any) -> Any:
    somebody = people("ada")
    services.posts.publish(Credentials.of(somebody.session, kind="session"), body="the post")
    return somebody


def test_a_post_is_kept_and_let_go(browser: Any, ada: Any) -> None:
    reader = browser(ada)
    assert "Nothing saved yet" in reader.get("/bookmarks").text
    for _ in range(2):
        assert reader.post("/posts/1/bookmarks", Referer="http://localhost/public").location == "/public#post-1"
    assert 'class="act kept"' in reader.get("/public").text
    assert "the post" in reader.get("/bookmarks").text
    for _ in range(2):
        assert reader.post("/posts/1/bookmarks/delete").location == "/posts/1#post-1"
    assert "Nothing saved yet" in reader.get("/bookmarks").text


def test_a_script_gets_the_button(browser: Any, ada: Any) -> None:
    answer = browser(ada).post("/posts/1/bookmarks?fragment=1")
    assert answer.status_code == 200
    assert answer.text.strip().startswith('<form class="bookmark"')
    assert "/posts/1/bookmarks/delete" in answer.text


def test_who_is_not_signed_in_sees_no_button_and_is_asked_to_log_in(browser: Any, ada: Any) -> None:
    assert "bookmark" not in browser().get("/public").text
    assert browser().get("/bookmarks").location == "/login?next=/bookmarks"
    assert browser().post("/posts/1/bookmarks").location.startswith("/login")


def test_the_address_of_the_form_leads_to_the_post(browser: Any, ada: Any) -> None:
    for address in ("/posts/1/bookmarks", "/posts/1/bookmarks/delete"):
        assert browser(ada).get(address).location == "/posts/1"
