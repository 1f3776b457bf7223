"""Who is asked to log in comes back to where that was."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from feedapp.reading.viewers import Credentials

if TYPE_CHECKING:
    from tests.web.pages.browsing import Browser


@pytest.fixture
def ada(people: Any, services: Any) -> Any:
    somebody, bob = people("ada"), people("bob")
    credentials = Credentials.of(somebody.session, kind="session")
    for number in range(45):
        services.posts.publish(credentials, body=f"post {number}")
    services.follows.follow(Credentials.of(bob.session, kind="session"), username="ada")
    return somebody


def ways(text: str, page: str = "login") -> list[str]:
    """Give where each link to the page leads on to; the first is the one of the header."""
    links = [unescape(found) for found in re.findall(rf'href="(/{page}[^"]*)"', text)]
    return [parse_qs(urlsplit(link).query).get("next", ["/"])[0] for link in links]


def log_in(browser: Browser, somebody: Any, target: str) -> str:
    form = {"username": somebody.username, "password": somebody.password, "next": target}
    return browser.post("/login", form).headers["Location"]


@pytest.mark.parametrize("page", ["login", "signup"])
@pytest.mark.parametrize("address", ["/public", "/posts/1", "/@ada", "/@ada/followers", "/posts/9", "/nowhere"])
def test_the_links_of_every_page_lead_back_to_it(browser: Any, ada: Any, address: str, page: str) -> None:
    assert ways(browser().get(address).text, page)[0] == address


def test_the_page_of_a_list_is_kept_and_no_other_parameter(browser: Any, ada: Any) -> None:
    onward = unescape(re.findall(r'rel="next" href="([^"]+)"', browser().get("/public").text)[0])
    assert ways(browser().get(f"{onward}&x=1").text)[0] == onward
    assert ways(browser().get("/public?x=1&next=//evil.example").text)[0] == "/public"


def test_a_like_leads_back_to_the_post_in_the_list_where_it_stood(browser: Any, ada: Any) -> None:
    assert ways(browser().get("/public").text)[1:3] == ["/public#post-45", "/public#post-44"]
    assert ways(browser().get("/").text)[1] == "/public#post-45"  # whose home may lack it
    assert ways(browser().get("/@ada").text)[2] == "/@ada#post-45"
    assert "/posts/7#post-7" in ways(browser().get("/posts/7").text)
    onward = unescape(re.findall(r'rel="next" href="([^"]+)"', browser().get("/").text)[0])
    back = ways(browser().get(f"{onward}&fragment=1").text)[0]
    assert back == f"/public?{onward.partition('?')[2]}#post-25"
    visitor = browser()
    assert log_in(visitor, ada, back) == back
    assert visitor.get(back.partition("#")[0]).status_code == 200


def test_a_follow_and_a_comment_lead_back_to_where_they_were_pressed(browser: Any, ada: Any) -> None:
    assert ways(browser().get("/@bob").text)[1] == "/@bob"
    assert ways(browser().get("/@ada/followers").text)[1] == "/@ada/followers#person-bob"
    assert ways(browser().get("/posts/7").text)[-1] == "/posts/7#compose"


def test_signing_up_instead_and_failing_first_lead_back_too(browser: Any, ada: Any) -> None:
    visitor = browser()
    for answer in (
        visitor.get("/login?next=/posts/7"),
        visitor.post("/login", {"username": "ada", "password": "no", "next": "/posts/7"}),
    ):
        assert ways(answer.text) == [], "a page leads to itself"
        assert ways(answer.text, "signup") == ["/posts/7", "/posts/7"]
    for address, way in (("/signup?next=//evil.example/", "/"), ("/signup?next=/posts/7", "/posts/7")):
        page = visitor.get(address).text
        assert (ways(page), ways(page, "signup")) == ([way, way], [])


def test_a_reader_who_is_signed_in_gets_no_such_links(browser: Any, ada: Any) -> None:
    assert ways(browser(ada).get("/public").text) == []
