from __future__ import annotations

import re
from typing import Any

import pytest

from feedapp.reading.viewers import Credentials


@pytest.fixture
def ada(people: Any, services: Any) -> Any:
    somebody = people("ada")
    for number in range(25):
        services.posts.publish(Credentials.of(somebody.session, kind="session"), body=f"post {number}")
    return somebody


def cards(text: str) -> list[str]:
    return re.findall(r'<article class="card post[^"]*" id="post-([^"]+)"', text)


def test_a_post_is_pinned_on_its_page_and_stands_at_the_top_of_the_profile(browser: Any, ada: Any) -> None:
    own, stranger = browser(ada), browser()
    assert 'action="/posts/25/pin"' in own.get("/posts/25/menu").text
    assert own.post("/posts/25/pin", Referer="http://localhost/posts/25").location == "/posts/25"
    assert 'action="/posts/25/pin/delete"' in own.get("/posts/25/menu").text
    shown = stranger.get("/@ada").text
    assert cards(shown)[:2] == ["top-25", "25"], "at the top, and in its place"
    assert shown.count("Pinned post") == 1
    assert own.post("/posts/1/pin").location == "/posts/1"
    assert cards(stranger.get("/@ada").text)[:2] == ["top-1", "25"]
    assert own.post("/posts/1/pin/delete", Referer="http://localhost/@ada").location == "/@ada"
    assert cards(stranger.get("/@ada").text)[0] == "25"


def test_only_the_first_page_has_it_at_the_top(browser: Any, ada: Any) -> None:
    browser(ada).post("/posts/1/pin")
    stranger = browser()
    onward = re.search(r'href="(/@ada\?cursor=[^"]+)"', stranger.get("/@ada").text)
    assert onward
    assert cards(stranger.get(onward[1]).text) == ["5", "4", "3", "2", "1"]
    assert "top-1" not in stranger.get("/@ada?fragment=1").text


def test_nobody_else_is_offered_to_pin(browser: Any, ada: Any, people: Any) -> None:
    bob = browser(people("bob"))
    assert "/pin" not in bob.get("/posts/1/menu").text
    assert bob.post("/posts/1/pin").status_code == 403
    assert browser().post("/posts/1/pin").location.startswith("/login")
    browser(ada).post("/posts/1/pin")
    assert "/pin" not in bob.get("/posts/1/menu").text
    assert "/pin/delete" in browser(ada).get("/posts/1/menu").text


def test_the_address_of_the_form_leads_to_the_post(browser: Any, ada: Any) -> None:
    for address in ("/posts/1/pin", "/posts/1/pin/delete"):
        assert browser(ada).get(address).location == "/posts/1"
