"""The whole card of a post leads to it, and nothing in it is lost by that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator

TEXT = "Words of a post that can be selected, with https://example.com/ in them"


def at(place: Locator, x: int, y: int) -> None:
    place.click(position={"x": x, "y": y})


def test_the_space_around_a_text_opens_the_post(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    ada = visit("ada", scripts=scripts)
    number = ada.write(TEXT)
    page = ada.go("/")
    card = page.locator(f"#post-{number}")
    box = card.bounding_box()
    assert box
    at(card, int(box["width"] / 2), 5)
    expect(page.locator(".whole")).to_be_visible()
    assert page.url.endswith(f"/posts/{number}")


def test_the_avatar_and_the_name_lead_to_the_person(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    bob, ada = visit("bob"), visit("ada", scripts=scripts)
    number = bob.write(TEXT)
    for part in (".face", ".name"):
        page = ada.go("/public")
        page.locator(f"#post-{number} {part}").click()
        expect(page.locator("#profile-name")).to_have_text(bob.name)


def test_a_click_on_a_text_opens_the_post_and_one_on_a_link_in_it_does_not(visit: Any) -> None:
    ada = visit("ada")
    number = ada.write("See #beans, and the words around it")
    page = ada.go("/")
    page.locator(f"#post-{number} .text a").click()
    expect(page).to_have_title("#beans · feedapp")
    page = ada.go("/")
    page.locator(f"#post-{number} .like button").click()
    expect(page.locator(f"#post-{number} .liked")).to_be_visible()
    page.wait_for_timeout(800)
    at(page.locator(f"#post-{number} .text"), 150, 12)
    expect(page.locator(".whole")).to_be_visible()
    assert not ada.mistakes


def test_a_text_can_be_selected_in_a_list(visit: Any) -> None:
    ada = visit("ada")
    number = ada.write(TEXT)
    page = ada.go("/")
    box = page.locator(f"#post-{number} .text").bounding_box()
    assert box
    page.mouse.move(box["x"] + 2, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 12, steps=5)
    page.mouse.up()
    assert page.evaluate("getSelection().toString()").startswith("Words of")
    page.wait_for_timeout(900)
    page.mouse.click(box["x"] + 60, box["y"] + 12)  # this takes the selection back
    page.wait_for_timeout(300)
    assert page.url.endswith("/")
    page.wait_for_timeout(900)
    page.mouse.click(box["x"] + 60, box["y"] + 12)
    expect(page.locator(".whole")).to_be_visible()


def test_a_click_with_a_key_opens_it_elsewhere(visit: Any) -> None:
    ada = visit("ada")
    number = ada.write(TEXT)
    page = ada.go("/")
    with page.context.expect_page() as opened:
        page.locator(f"#post-{number} .text").click(position={"x": 40, "y": 12}, modifiers=["Control"])
    opened.value.wait_for_url(f"**/posts/{number}")
    assert page.url.endswith("/")


def test_a_post_that_is_being_edited_is_not_opened(visit: Any) -> None:
    ada = visit("ada")
    ada.write(TEXT)
    page = ada.go("/")
    ada.choose("Edit")
    page.locator(".in-place textarea").click()
    page.locator(".in-place .count").click()
    page.wait_for_timeout(300)
    assert page.url.endswith("/")
