"""/posts/<id>/menu, and the same of a comment: what each reader can do, and nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.wiring import Services
    from tests.support.people import Somebody

MENUS = {"post": "/posts/1", "comment": "/posts/1/comments/1"}


@pytest.fixture
def site(browser: Callable[..., Any], people: Callable[..., Somebody], services: Services) -> dict[str, Any]:
    """Ada with a post and a comment, Bob, and Mod, who moderates; and a stranger."""
    found = {name: browser(people(name)) for name in ("ada", "bob", "mod")}
    services.roles.assign(username="mod", role="moderator")
    found["ada"].post("/posts", {"body": "Buy beans"})
    found["ada"].post("/posts/1/comments", {"body": "Cheap beans"})
    return {**found, "stranger": browser()}


def choices(text: str) -> list[str]:
    """Give what can be chosen, in its order."""
    menu = text.partition('class="options"')[2]
    return re.findall(r">([^<>]+)</(?:a|button)>", menu.partition("</div>")[0])


@pytest.mark.parametrize("fragment", ["", "?fragment=1"])
@pytest.mark.parametrize("what", MENUS)
def test_each_reader_has_what_they_may_do(site: dict[str, Any], what: str, fragment: str) -> None:
    shared, keeps = ["Copy link", "Share"], ["Bookmark"] if what == "post" else []
    pins = ["Pin to your profile"] if what == "post" else []
    wanted = {
        "ada": [*shared, *keeps, *pins, "Edit", "Delete"],
        "bob": [*shared, *keeps, "Mute @ada", "Report"],
        "mod": [*shared, *keeps, "Mute @ada", "Report or hide"],
        "stranger": [*shared, "Report"],
    }
    for name, who in site.items():
        answer = who.get(f"{MENUS[what]}/menu{fragment}")
        assert answer.status_code == 200
        assert choices(answer.text) == wanted[name]
        assert f'http://localhost{MENUS[what]}"' in answer.text
        assert ("<main" in answer.text) == (not fragment)


def test_every_card_leads_to_its_menu(site: dict[str, Any]) -> None:
    for who in site.values():
        for page, address in (("/public", "/posts/1/menu"), ("/posts/1", "/posts/1/comments/1/menu")):
            assert f'href="{address}"' in who.get(page).text


def test_what_was_chosen_shows_at_once(site: dict[str, Any]) -> None:
    bob, menu = site["bob"], "/posts/1/menu"
    bob.post("/posts/1/bookmarks")
    assert "Remove bookmark" in choices(bob.get(menu).text)
    bob.post("/@ada/mutes")
    assert "Unmute @ada" in choices(bob.get(menu).text)
    bob.post("/@ada/mutes/delete")
    assert "Mute @ada" in choices(bob.get(menu).text)


def test_there_is_none_of_what_is_not_there(site: dict[str, Any]) -> None:
    for address in ("/posts/9/menu", "/posts/0/menu", "/posts/1/comments/9/menu", "/posts/2/comments/1/menu"):
        assert site["bob"].get(address).status_code == 404
    site["ada"].post("/posts/1/delete")
    assert site["bob"].get("/posts/1/menu").status_code == 404


def test_robots_are_kept_from_them(site: dict[str, Any]) -> None:
    assert "Disallow: /posts/*/menu" in site["stranger"].get("/robots.txt").text
    assert 'name="robots" content="noindex"' in site["stranger"].get("/posts/1/menu").text
