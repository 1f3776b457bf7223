from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def three(browser: Any, people: Any) -> dict[str, Any]:
    """Give three browsers: ada follows bob, cyd follows nobody."""
    found = {name: browser(people(name)) for name in ("ada", "bob", "cyd")}
    found["ada"].post("/@bob/followers")
    return found


def test_followers_and_followed_have_pages(browser: Any, three: dict[str, Any]) -> None:
    followers = browser().get("/@bob/followers").text
    assert 'id="person-ada"' in followers
    assert 'aria-current="page">1 follower</a>' in followers
    assert 'id="person-bob"' in browser().get("/@ada/following").text
    assert "follows nobody yet" in browser().get("/@bob/following").text
    assert 'href="/@bob/followers"' in browser().get("/@bob").text
    assert browser().get("/@Bob/followers").location == "/@bob/followers"
    assert browser().get("/@nobody/followers").status_code == 404


def test_each_is_followed_from_the_list(three: dict[str, Any]) -> None:
    text = three["cyd"].get("/@bob/followers").text
    assert 'action="/@ada/followers"' in text
    back = three["cyd"].post("/@ada/followers", Referer="http://localhost/@bob/followers")
    assert back.location == "/@bob/followers"
    assert 'action="/@ada/followers/delete"' in three["cyd"].get("/@bob/followers").text
    own = three["ada"].get("/@bob/followers").text
    assert 'action="/@ada/followers"' not in own


def test_a_long_list_is_walked(browser: Any, people: Any) -> None:
    people("ada")
    for number in range(21):
        browser(people(f"p{number}")).post("/@ada/followers")
    first = browser().get("/@ada/followers")
    assert first.text.count('class="card person"') == 20
    onward = first.text.partition('rel="next" href="')[2].partition('"')[0]
    assert 'id="person-p0"' in browser().get(onward).text
    part = browser().get(f"{onward}&fragment=1")
    assert 'id="person-p0"' in part.text
    assert "<html" not in part.text


def test_a_new_account_finds_people_on_its_empty_home(three: dict[str, Any]) -> None:
    text = three["cyd"].get("/").text
    assert "Who to follow" in text
    assert 'id="person-bob"' in text
    three["cyd"].post("/@bob/followers")
    assert 'id="person-bob"' not in three["cyd"].get("/").text
    assert 'id="person-bob"' not in three["cyd"].get("/suggestions").text


def test_who_follows_many_is_left_alone(browser: Any, people: Any) -> None:
    ada = browser(people("ada"))
    for number in range(11):
        people(f"p{number}")
    for number in range(9):
        ada.post(f"/@p{number}/followers")
    assert "Who to follow" in ada.get("/").text
    ada.post("/@p9/followers")
    assert "Who to follow" not in ada.get("/").text
    assert 'id="person-p10"' in ada.get("/suggestions").text


def test_suggestions_are_not_for_everybody(browser: Any, three: dict[str, Any]) -> None:
    assert browser().get("/suggestions").location == "/login?next=/suggestions"
    assert "Who to follow" not in browser().get("/").text
