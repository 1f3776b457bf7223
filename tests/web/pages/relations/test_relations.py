from __future__ import annotations

from typing import Any

import pytest

from feedapp.reading.viewers import Credentials


@pytest.fixture
def scene(people: Any, services: Any) -> Any:
    """Ada and bob have each a post, and an answer under cyd's."""
    found = {name: people(name, display_name=name.capitalize()) for name in ("ada", "bob", "cyd")}
    senders = {name: Credentials.of(each.session, kind="session") for name, each in found.items()}
    for name, sender in senders.items():
        services.posts.publish(sender, body=f"Post of {name}.")
    for name in ("ada", "bob"):
        services.comments.comment_on(senders[name], 3, body=f"Answer of {name}.")
        services.follows.follow(senders[name], username="cyd")
    services.follows.follow(senders["ada"], username="bob")
    return found


PAGES = ("/", "/public", "/posts/3", "/public?fragment=1", "/@cyd/followers", "/search?q=of", "/suggestions")


def test_a_block_from_both_sides_on_every_page(browser: Any, scene: Any) -> None:
    ada, bob = browser(scene["ada"]), browser(scene["bob"])
    assert "Bob" in "".join(ada.get(page).text for page in PAGES)
    answer = ada.post("/@bob/blocks", Referer="http://localhost/posts/2")
    assert answer.location == "/@bob"
    for page in PAGES:
        for who, other in ((ada, "bob"), (bob, "ada")):
            shown = who.get(page)
            assert shown.status_code == 200
            assert f"/@{other}" not in shown.text, page
            assert f"of {other}." not in shown.text, page
    profile = ada.get("/@bob").text
    assert "You block @bob" in profile
    assert "Post of bob" not in profile
    assert 'action="/@bob/followers"' not in profile
    for address in ("/posts/2", "/@bob/followers", "/posts/3/comments/2"):
        assert ada.get(address).status_code == 404
    for address in ("/posts/1", "/@ada", "/@ada/following", "/posts/3/comments/1"):
        assert bob.get(address).status_code == 404
    listed = ada.get("/settings/blocks").text
    assert 'action="/@bob/blocks/delete"' in listed
    assert ada.post("/@bob/blocks/delete", Referer="http://localhost/settings/blocks").location == "/settings/blocks"
    assert "You block nobody" in ada.get("/settings/blocks").text
    assert "Post of ada." in bob.get("/public").text


def test_new_posts_are_not_announced_to_those_who_do_not_see_them(browser: Any, scene: Any) -> None:
    ada, bob, cyd = (browser(scene[name]) for name in ("ada", "bob", "cyd"))
    top = ada.get("/public").text.split('data-top="')[1].split('"')[0]
    ada.post("/@bob/blocks")
    bob.post("/posts", {"body": "new"})
    assert ada.get(f"/public/newer?after={top}").status_code == 204
    assert "1 new post" in browser().get(f"/public/newer?after={top}").text
    cyd.post("/posts", {"body": "new"})
    for address in ("/public/newer", "/newer"):
        assert "1 new post" in ada.get(f"{address}?after={top}").text


def test_muting_from_the_menu_of_a_profile(browser: Any, scene: Any) -> None:
    ada = browser(scene["ada"])
    assert 'action="/@bob/mutes"' in ada.get("/@bob").text
    assert ada.post("/@bob/mutes").location == "/@bob"
    profile = ada.get("/@bob").text
    assert "You mute @bob" in profile
    assert "Post of bob." in profile
    for page in ("/", "/public", "/posts/3"):
        assert "of bob." not in ada.get(page).text
    assert "Bob" in ada.get("/settings/mutes").text
    assert ada.post("/@bob/mutes/delete").location == "/@bob"
    assert "Post of bob." in ada.get("/").text


def test_a_page_on_which_all_is_hidden_says_so_and_leads_on(browser: Any, people: Any, services: Any) -> None:
    ada, bob = people("ada"), people("bob")
    for number in range(21):
        services.posts.publish(Credentials.of(bob.session, kind="session"), body=f"text {number}")
    reader = browser(ada)
    reader.post("/@bob/mutes")
    shown = reader.get("/public").text
    assert "There are no posts on this page" in shown
    assert "/public?cursor=" in shown


def test_links_to_the_forms_lead_to_the_profile(browser: Any, people: Any) -> None:
    people("ada")
    for address in ("/@ada/blocks", "/@ada/mutes", "/@ada/blocks/delete", "/@ada/mutes/delete"):
        assert browser().get(address).location == "/@ada"


def test_who_is_not_signed_in_has_neither(browser: Any, people: Any) -> None:
    people("ada")
    assert "/mutes" not in browser().get("/@ada").text
    for address in ("/settings/blocks", "/settings/mutes"):
        assert browser().get(address).location.startswith("/login")
    assert browser().post("/@ada/blocks").location.startswith("/login")


def test_a_post_for_followers_only_is_written_and_said_to_be_one(browser: Any, people: Any) -> None:
    ada, bob, cyd = (browser(people(name)) for name in ("ada", "bob", "cyd"))
    bob.post("/@ada/followers")
    for page in ("/", "/posts/new"):
        assert '<option value="followers">' in ada.get(page).text
    assert ada.post("/posts", {"body": "A secret", "visibility": "followers"}).status_code == 303
    for page in ("/", "/posts/1", "/@ada", "/public"):
        for who in (ada, bob):
            assert "A secret" in who.get(page).text
            assert "For followers only" in who.get(page).text
        for other in (cyd, browser()):
            assert "A secret" not in other.get(page).text
    assert cyd.get("/posts/1").status_code == browser().get("/posts/1").status_code == 404
    assert "visibility" not in ada.get("/posts/1/edit").text
    refused = ada.post("/posts", {"body": "", "visibility": "followers"})
    assert '<option value="followers" selected>' in refused.text
    assert ada.post("/posts", {"body": "text", "visibility": "friends"}).status_code == 422


def test_posts_for_others_are_not_announced(browser: Any, people: Any) -> None:
    ada, cyd = browser(people("ada")), browser(people("cyd"))
    cyd.post("/posts", {"body": "first"})
    top = cyd.get("/public").text.split('data-top="')[1].split('"')[0]
    ada.post("/posts", {"body": "A secret", "visibility": "followers"})
    assert cyd.get(f"/public/newer?after={top}").status_code == 204
    assert ada.get(f"/public/newer?after={top}").status_code == 200
