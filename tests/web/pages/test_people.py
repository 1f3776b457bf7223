from __future__ import annotations

from typing import Any

import pytest

from feedapp.reading.viewers import Credentials
from tests.support.people import PASSWORD


def test_a_profile_shows_who_somebody_is_and_what_they_wrote(browser: Any, people: Any, services: Any) -> None:
    ada = people("ada", display_name="Ada L.")
    sender = Credentials.of(ada.session, kind="session")
    services.posts.publish(sender, body="the post")
    services.profiles.edit_own(sender, bio="<b>hi</b> https://example.com")
    for who in (browser(), browser(ada), browser(people("bob"))):
        page = who.get("/@ada")
        assert page.status_code == 200
        assert "Ada L." in page.text
        assert "the post" in page.text
        assert "&lt;b&gt;hi&lt;/b&gt; <a " in page.text
        assert "<b>1</b> post<" in page.text


def test_following_and_unfollowing(browser: Any, people: Any) -> None:
    people("ada")
    bob = browser(people("bob"))
    assert ">Follow<" in bob.get("/@ada").text
    for _ in range(2):
        assert bob.post("/@ada/followers").location == "/@ada"
    assert ">Following<" in bob.get("/@ada").text
    assert "<b>1</b> follower<" in bob.get("/@ada").text
    assert bob.post("/@ada/followers/delete", Referer="http://localhost/@ada?cursor=x").location == "/@ada?cursor=x"
    assert ">Follow<" in bob.get("/@ada").text


def test_nobody_follows_themselves(browser: Any, people: Any) -> None:
    ada = browser(people("ada"))
    assert 'action="/@ada/followers"' not in ada.get("/@ada").text
    answer = ada.post("/@ada/followers")
    assert answer.status_code == 422
    assert "cannot follow yourself" in answer.text


def test_capital_letters_lead_to_the_same_profile(browser: Any, people: Any) -> None:
    people("ada")
    assert browser().get("/@Ada").location == "/@ada"


@pytest.mark.parametrize("name", ["nobody", "a" * 31, "%00", "a b", "<b>", "\u202e", "ä"])
def test_an_unknown_name_is_a_page_that_helps(browser: Any, people: Any, name: str) -> None:
    bob = browser(people("bob"))
    for answer in (browser().get(f"/@{name}"), bob.get(f"/@{name}"), bob.post(f"/@{name}/followers")):
        assert answer.status_code == 404
        assert "Go to the home page" in answer.text
        assert "<b>" not in answer.text


def test_after_a_change_of_name_the_posts_lead_to_the_new_one(browser: Any, people: Any, services: Any) -> None:
    sender = Credentials.of(people("ada").session, kind="session")
    services.posts.publish(sender, body="the post")
    browser().get("/@ada")
    services.profiles.edit_own(sender, username="lovelace", current_password=PASSWORD)
    page = browser().get("/@ada")
    assert page.status_code == 404
    assert "change their names" in page.text
    assert 'href="/@lovelace"' in browser().get("/").text
    assert browser().get("/@lovelace").status_code == 200


def test_somebody_deleted_leaves_no_broken_page(browser: Any, people: Any, services: Any) -> None:
    ada, bob = people("ada"), people("bob")
    services.posts.publish(Credentials.of(ada.session, kind="session"), body="of ada")
    services.posts.publish(Credentials.of(bob.session, kind="session"), body="of bob")
    services.comments.comment_on(Credentials.of(ada.session, kind="session"), 2, body="ada was here")
    gone = browser(ada)
    assert "ada was here" in browser(bob).get("/posts/2").text
    services.grace.delete("ada", now=True)
    assert "of ada" not in browser(bob).get("/public").text
    assert "ada was here" not in browser(bob).get("/posts/2").text
    assert browser(bob).get("/@ada").status_code == 404
    page = gone.get("/")
    assert page.status_code == 200
    assert "Log in" in page.text
    assert gone.session is None
