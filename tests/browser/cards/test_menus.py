"""The menu behind the ⋯ of a post or comment, with scripts and without."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect


def test_it_is_read_and_left_by_keyboard(visit: Any) -> None:
    ada = visit("ada")
    ada.write("The post")
    page = ada.go("/")
    more = page.locator("[data-menu]")
    more.focus()
    page.keyboard.press("Enter")
    menu = page.locator(".card .options")
    expect(menu.get_by_role("button", name="Copy link")).to_be_focused()
    expect(more).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("button", name="Bookmark")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(menu.get_by_role("link", name="Delete")).to_be_focused()
    page.keyboard.press("Tab")
    expect(menu).to_have_count(0)
    expect(more).to_be_focused()
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(more).to_be_focused()
    assert not ada.mistakes


def test_there_is_one_at_a_time_and_a_click_elsewhere_takes_it_away(visit: Any) -> None:
    ada = visit("ada")
    for number in range(3):
        ada.write(f"Post {number}")
    page = ada.go("/")
    more, menu = page.locator("[data-menu]"), page.locator(".card .options")
    more.nth(0).click()
    expect(menu).to_have_count(1)
    page.wait_for_timeout(800)
    more.nth(0).click()
    expect(menu).to_have_count(0)
    more.nth(2).click()
    expect(menu).to_have_count(1)
    page.wait_for_timeout(800)
    page.locator("h1").evaluate("each => each.click()")
    expect(menu).to_have_count(0)
    assert page.url.endswith("/")


@pytest.mark.parametrize("width", [320, 1280])
def test_it_stays_in_the_window(visit: Any, width: int) -> None:
    ada = visit("ada")
    for number in range(8):
        ada.write(f"Post {number}")
    ada.page.set_viewport_size({"width": width, "height": 600})
    page = ada.go("/")
    floor = page.evaluate("innerWidth < 704 ? document.querySelector('.bar').getBoundingClientRect().top : innerHeight")
    for number in (0, 3, 7):
        page.locator("[data-menu]").nth(number).click()
        box = page.locator(".card .options").bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= floor
        page.keyboard.press("Escape")


def test_the_link_is_copied_and_the_bookmark_of_the_card_pressed(visit: Any, base_url: str) -> None:
    ada = visit("ada")
    number = ada.write("The post")
    ada.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = ada.go("/")
    ada.choose("Copy link")
    expect(page.locator(".toast")).to_contain_text("copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{base_url}/posts/{number}"
    page.wait_for_timeout(800)
    ada.choose("Bookmark")
    expect(page.locator(".card .kept")).to_be_visible()
    assert not ada.mistakes


def test_whom_one_mutes_is_gone_from_the_list(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    bob, ada = visit("bob"), visit("ada", scripts=scripts)
    bob.write("Words of Bob")
    ada.post(f"/@{bob.name}/followers")
    ada.write("Words of Ada")
    page = ada.go("/")
    ada.choose(f"Mute @{bob.name}", ada.card("Words of Bob"))
    if scripts:
        expect(page.locator(".toast")).to_contain_text("muted")
        expect(page.locator(".feed .card")).to_have_count(1)
    page.goto("/")
    expect(page.locator(".feed .card")).to_have_count(1)
    assert not ada.mistakes


def test_what_is_behind_it_is_a_page_without_scripts(visit: Any) -> None:
    ada = visit("ada", scripts=False)
    number = ada.write("The post")
    page = ada.go("/")
    page.locator("[data-menu]").click()
    expect(page.get_by_label("Link to this post")).to_have_value(f"{page.url.removesuffix('/menu')}")
    expect(page.get_by_role("button", name="Copy link")).to_be_hidden()
    page.get_by_role("button", name="Bookmark").click()
    page.goto("/bookmarks")
    expect(ada.card("The post")).to_be_visible()
    page.goto(f"/posts/{number}/menu")
    page.get_by_role("link", name="Back to the post").click()
    expect(page.locator(".whole")).to_be_visible()


def test_where_menus_cannot_be_fetched_the_link_leads_to_the_page(visit: Any) -> None:
    ada = visit("ada")
    number = ada.write("The post")
    ada.page.route("**/menus.js", lambda route: route.abort())
    page = ada.go("/")
    page.locator("[data-menu]").click()
    page.wait_for_url(f"**/posts/{number}/menu")
    expect(page.get_by_role("link", name="Edit")).to_be_visible()
