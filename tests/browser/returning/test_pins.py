"""A pinned post, with scripts and without."""

from __future__ import annotations

import os
from typing import Any

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_post_is_pinned_seen_by_a_stranger_and_unpinned(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    ada, stranger = visit("ada", scripts=scripts), visit(scripts=scripts)
    number = ada.write("Who I am, and what I write about")
    ada.write("Something of today")
    page = ada.go(f"/posts/{number}")
    ada.choose("Pin to your profile", page.locator(".whole"))
    expect(ada.go(f"/posts/{number}/menu").get_by_role("button", name="Unpin from your profile")).to_be_visible()
    for width, scheme in ((390, "light"), (1280, "dark")):
        shown = stranger.page
        shown.set_viewport_size({"width": width, "height": 900})
        shown.emulate_media(color_scheme=scheme)
        stranger.go(f"/@{ada.name}")
        top = shown.locator(f"#post-top-{number}")
        expect(top).to_contain_text("Pinned post")
        assert shown.locator(".card").first.get_attribute("id") == f"post-top-{number}"
        assert shown.locator(".card").count() == 3
        if into := os.environ.get("SHOTS"):
            shown.screenshot(path=f"{into}/pin-{width}-{scheme}.png")
    ada.go(f"/@{ada.name}")
    ada.choose("Unpin from your profile", page.locator(f"#post-top-{number}"))
    expect(ada.go(f"/posts/{number}/menu").get_by_role("button", name="Pin to your profile")).to_be_visible()
    ada.go(f"/@{ada.name}")
    expect(page.locator(f"#post-top-{number}")).to_have_count(0)
    expect(page.locator(f"#post-{number}")).to_be_visible()
    assert not ada.mistakes


@pytest.mark.parametrize("clicked", ["post-top", "post"])
def test_what_is_liked_or_kept_in_one_place_is_so_in_the_other_at_once(visit: Any, clicked: str) -> None:
    ada, bob, cyd = visit("ada"), visit("bob"), visit("cyd")
    number = ada.write("Like me twice")
    ada.post(f"/posts/{number}/pin")
    page = bob.go(f"/@{ada.name}")
    cyd.post(f"/posts/{number}/likes")
    places = [page.locator(f"#{each}-{number}") for each in ("post-top", "post")]
    button = page.locator(f"#{clicked}-{number} .like .act")
    page.route("**/likes*", lambda route: (page.wait_for_timeout(300), route.continue_()))
    button.click()
    for each in places:  # before the site has answered
        assert "liked" in (each.locator(".like .act").get_attribute("class") or "")
    for each in places:  # and what it counts
        expect(each.locator(".like .act span").first).to_have_text("2")
        expect(each.locator("form[action$='/likes/delete']")).to_be_visible()
    expect(button).to_be_focused()
    page.locator(f"#{clicked}-{number} .bookmark .act").click()
    for each in places:
        expect(each.locator("form[action$='/bookmarks/delete'] .kept")).to_be_visible()
    for each in places[::-1]:  # each of them goes on from there
        each.locator(".like .act").click()
        for both in places:
            expect(both.locator("form[action$='/likes'], form[action$='/likes/delete']")).not_to_have_attribute(
                "data-sending", "yes"
            )
    for each in places:
        expect(each.locator(".like .act span").first).to_have_text("2")
    assert not bob.mistakes


def test_a_like_that_fails_is_taken_back_in_both_places(visit: Any) -> None:
    ada, bob = visit("ada"), visit("bob")
    number = ada.write("Like me twice")
    ada.post(f"/posts/{number}/pin")
    page = bob.go(f"/@{ada.name}")
    bob.context.set_offline(True)
    page.locator(f"#post-top-{number} .like .act").click()
    expect(page.locator(".toast")).to_contain_text("You are offline.")
    for each in ("post-top", "post"):
        button = page.locator(f"#{each}-{number} .like .act")
        expect(button).to_have_class("act")
        expect(button.locator("span").first).to_have_text("0")
    bob.context.set_offline(False)
    page.locator(f"#post-{number} .like .act").click()
    for each in ("post-top", "post"):
        expect(page.locator(f"#{each}-{number} form[action$='/likes/delete']")).to_be_visible()


def test_what_is_deleted_or_edited_in_one_place_is_so_in_the_other(visit: Any) -> None:
    ada = visit("ada")
    kept, gone = ada.write("One that stays"), ada.write("One that goes")
    ada.post(f"/posts/{gone}/pin")
    page = ada.go(f"/@{ada.name}")
    ada.choose("Delete", page.locator(f"#post-top-{gone}"))
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.locator(f"#post-top-{gone}, #post-{gone}")).to_have_count(0)
    ada.post(f"/posts/{kept}/pin")
    page = ada.go(f"/@{ada.name}")
    ada.choose("Edit", page.locator(f"#post-top-{kept}"))
    page.locator(".in-place textarea").fill("One that says something else")
    page.locator(".in-place").get_by_role("button", name="Save").click()
    for each in (f"#post-top-{kept}", f"#post-{kept}"):
        expect(page.locator(each)).to_contain_text("One that says something else")
    expect(page.locator(f"#post-top-{kept}")).to_contain_text("Pinned post")
    assert not ada.mistakes


def test_a_menu_does_what_it_says_where_the_card_is_older(visit: Any) -> None:
    ada, bob = visit("ada"), visit("bob")
    number = ada.write("Kept elsewhere meanwhile")
    page = bob.go("/public")
    bob.post(f"/posts/{number}/bookmarks")
    card = page.locator(f"#post-{number}")
    expect(card.locator(".kept")).to_have_count(0)
    bob.choose("Remove bookmark", card)
    page.wait_for_load_state()
    bob.go(f"/posts/{number}")
    expect(page.locator(".whole .kept")).to_have_count(0)
    assert not bob.mistakes
