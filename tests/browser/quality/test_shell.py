"""The ways to everywhere, at each size of a window: within reach, large enough, and beside what is read."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

WIDTHS = [320, 390, 768, 1060, 1280, 1920]
SMALLEST = 44
SMALL = """least => [...document.querySelectorAll('.bar a, .bar summary, .top > .brand')]
    .filter(each => each.checkVisibility())
    .map(each => [each.textContent.trim(), each.getBoundingClientRect()])
    .filter(([, box]) => box.width < least || box.height < least)
    .map(([text, box]) => `${text}: ${box.width} x ${box.height}`)"""

PLACES = """() => [...document.querySelectorAll('.places > a, .to-write, .you > summary')]
    .map(each => each.getBoundingClientRect()).map(box => [box.y, box.x])"""


@pytest.mark.parametrize("width", WIDTHS)
def test_everything_is_one_step_away_at_each_size(visit: Any, width: int) -> None:
    ada = visit("ada")
    for number in range(12):
        ada.write(f"Post {number} of somebody who writes much. " * 9)
    ada.page.set_viewport_size({"width": width, "height": 800})
    page = ada.go("/public")
    assert page.evaluate(SMALL, SMALLEST) == []
    page.evaluate("scrollTo(0, document.body.scrollHeight / 3)")
    ways = page.get_by_role("navigation", name="Main")
    for name in ("Home", "Everyone", "Notifications", "Search"):
        expect(ways.get_by_role("link", name=name)).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("link", name="New post")).to_be_in_viewport(ratio=1)
    expect(page.locator(".you summary")).to_be_in_viewport(ratio=1)
    expect(ways.locator("[aria-current=page]")).to_have_text("Everyone")
    beside = page.locator(".beside").bounding_box()
    main = page.locator("main").bounding_box()
    assert beside
    assert main
    assert (beside["x"] >= main["x"] + main["width"]) == (width >= 1280)
    assert not ada.mistakes


@pytest.mark.parametrize("width", [390, 1280])
def test_the_end_of_a_page_is_not_behind_the_bar(visit: Any, width: int) -> None:
    ada = visit("ada")
    ada.page.set_viewport_size({"width": width, "height": 700})
    page = ada.go("/settings")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    last = page.locator(".foot a").last.bounding_box()
    bar = page.locator(".bar").bounding_box()
    assert last
    assert bar
    assert last["y"] + last["height"] <= (bar["y"] if width < 704 else 700)


def test_the_menu_of_one_s_account_has_the_colours_and_needs_no_scripts(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    ada = visit("ada", scripts=scripts, color_scheme="light")
    page = ada.go("/")
    expect(page.get_by_role("button", name="Dark")).to_be_hidden()
    page.locator(".you summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-scheme", "dark")
    assert not ada.mistakes


def test_the_keyboard_goes_through_the_ways_in_the_order_in_which_they_stand(visit: Any) -> None:
    ada = visit("ada")
    for width in (390, 768, 1280):
        ada.page.set_viewport_size({"width": width, "height": 800})
        page = ada.go("/")
        seen = []
        for _ in range(8):
            page.keyboard.press("Tab")
            seen.append(page.evaluate("document.activeElement.innerText.trim().split('\\n')[0]"))
        assert seen[0] == "Skip to content"
        assert seen[2:7] == ["Home", "Everyone", "Notifications", "Search", "New post"]
        places = page.evaluate(PLACES)
        assert places == sorted(places) or [x for _, x in places] == sorted(x for _, x in places)


def test_a_language_that_is_written_from_the_right_has_the_rail_there(visit: Any) -> None:
    ada = visit("ada")
    ada.page.set_viewport_size({"width": 1280, "height": 800})
    page = ada.go("/public")
    page.evaluate("document.documentElement.dir = 'rtl'")
    rail, main, beside = (page.locator(each).bounding_box() for each in (".top", "main", ".beside"))
    assert rail["x"] > main["x"] > beside["x"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    ada.page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_strangers_have_what_they_can_use(visit: Any) -> None:
    for width in (320, 768, 1280):
        stranger = visit()
        stranger.page.set_viewport_size({"width": width, "height": 700})
        page = stranger.go("/")
        ways = page.get_by_role("navigation", name="Main")
        expect(ways.get_by_role("link")).to_have_text(["Everyone", "Active", "Search"])
        expect(ways.locator("[aria-current=page]")).to_have_text("Everyone")
        for name in ("Log in", "Sign up"):
            expect(page.get_by_role("navigation", name="Account").get_by_role("link", name=name)).to_be_in_viewport()
        assert page.evaluate(SMALL, SMALLEST) == []
        ways.get_by_role("link", name="Active").click()
        expect(page).to_have_title("Active · feedapp")
