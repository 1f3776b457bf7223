"""/welcome: what a newcomer is shown once, after signing up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.people import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.people import Somebody
    from tests.web.pages.browsing import Browser

NEW = {"username": "newcomer", "password": PASSWORD}


@pytest.fixture
def writer(browser: Callable[..., Browser], people: Callable[..., Somebody]) -> Browser:
    """Ada, who writes with a tag."""
    ada = browser(people("ada"))
    ada.post("/posts", {"body": "Early #beans"})
    return ada


def led(newcomer: Any, address: str) -> list[str]:
    """Follow what leads elsewhere, and give the addresses on the way."""
    way = [address]
    while (answer := newcomer.get(way[-1])).status_code == 303:
        way.append(answer.location)
    return way


@pytest.mark.usefixtures("writer")
def test_tags_come_first_then_people_then_where_they_wanted_to_go(browser: Any) -> None:
    newcomer = browser()
    first = newcomer.post("/signup", {**NEW, "next": "/posts/1"}).location
    assert first == "/welcome?next=/posts/1"
    topics = newcomer.get(first).text
    assert "#beans" in topics
    assert 'href="/welcome/people?next=/posts/1"' in topics
    people = newcomer.get("/welcome/people?next=/posts/1").text
    assert "@ada" in people
    assert 'class="button" href="/posts/1"' in people


@pytest.mark.usefixtures("writer")
def test_home_comes_last_if_nothing_else_was_wanted(browser: Any) -> None:
    newcomer = browser()
    assert newcomer.post("/signup", NEW).location == "/welcome"
    assert 'href="/welcome/people"' in newcomer.get("/welcome").text
    assert 'class="button" href="/"' in newcomer.get("/welcome/people").text


def test_where_there_is_nothing_to_follow_nothing_is_shown(browser: Any) -> None:
    newcomer = browser()
    assert led(newcomer, newcomer.post("/signup", NEW).location) == ["/welcome", "/welcome/people", "/"]


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
@pytest.mark.usefixtures("writer")
def test_it_leads_nowhere_else(browser: Any, people: Any, target: str) -> None:
    bob = browser(people("bob"))
    for page in ("/welcome", "/welcome/people"):
        answer = bob.get(page, query_string={"next": target})
        assert answer.status_code == 200
        assert "evil.example" not in answer.text.partition("<main")[2]


@pytest.mark.usefixtures("writer")
def test_what_was_followed_is_followed_and_comes_back_to_the_page(browser: Any) -> None:
    newcomer = browser()
    newcomer.post("/signup", NEW)
    here = "http://localhost/welcome"
    assert newcomer.post("/tags/beans/followers", Referer=here).location == "/welcome"
    assert "Following" in newcomer.get("/welcome").text
    newcomer.post("/@ada/followers")
    assert "Early" in newcomer.get("/").text


@pytest.mark.usefixtures("writer")
def test_it_is_for_members_and_nothing_leads_there_again(browser: Any, people: Any) -> None:
    bob = people("bob")
    assert browser().get("/welcome").location.startswith("/login?next=")
    answer = browser().post("/login", {"username": bob.username, "password": PASSWORD})
    assert answer.location == "/"
    for page in ("/", "/public", "/settings", "/suggestions"):
        assert "/welcome" not in browser(bob).get(page).text
