"""A second click goes to what the first one went to, or to nothing: never to what came under the pointer between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.visitors import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

SIZES = {"short page": (1280, 1400), "long page": (1280, 500), "phone": (390, 700)}
TEXTS = {"a line": "Line 0", "many lines": "Line 0\n" * 14 + "end"}


def middle(button: Locator) -> tuple[float, float]:
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def requests_of(page: Page) -> list[str]:
    sent: list[str] = []
    page.on("request", lambda each: sent.append(f"{each.method} {each.url.partition('?')[0].rpartition('/')[2]}"))
    return sent


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("form", ["comment", "post"])
def test_a_second_click_on_the_button_of_a_text_does_nothing_more(visit: Any, form: str, size: str, text: str) -> None:
    ada = visit("ada")
    number = ada.write("The post")
    width, height = SIZES[size]
    ada.page.set_viewport_size({"width": width, "height": height})
    page = ada.go(f"/posts/{number}" if form == "comment" else "/")
    ada.click_quickly()
    for each in range(2):
        page.fill("#compose", text.replace("Line 0", f"Line 0 of {each}"))
        place = middle(page.locator(".compose .button"))
        page.mouse.click(*place)
        expect(ada.card(f"Line 0 of {each}")).to_be_visible()
        expect(page.locator("#compose")).to_have_value("")
        sent = requests_of(page)
        page.wait_for_timeout(150)
        for _ in range(2):
            page.mouse.click(*place)
        page.wait_for_timeout(150)
        assert not [one for one in sent if one.startswith("POST") or one.endswith(("edit", "delete"))]
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.locator(".in-place")).to_have_count(0)
    assert page.locator(".liked").count() == 0
    assert not ada.mistakes


def test_the_button_of_a_comment_stays_where_it_is(visit: Any) -> None:
    ada = visit("ada")
    number = ada.write("The post")
    page = ada.go(f"/posts/{number}")
    for each in ("First", "Second"):
        page.fill("#compose", each)
        place = middle(page.locator(".compose .button"))
        page.mouse.click(*place)
        expect(ada.card(each)).to_be_visible()
        page.wait_for_timeout(1_500)  # longer than a double click may take: only the place helps
        under = "place => document.elementFromPoint(...place).closest('.button')?.textContent"
        assert page.evaluate(under, place) == "Comment"


def test_a_double_click_on_delete_asks_once_and_deletes_nothing(visit: Any) -> None:
    ada = visit("ada")
    for each in range(3):
        ada.write(f"Post {each}")
    for size in SIZES.values():
        ada.page.set_viewport_size({"width": size[0], "height": size[1]})
        page = ada.go("/")
        ada.choose("Delete", page.locator(".card").nth(1), twice=True)
        expect(page.get_by_role("dialog")).to_have_count(1)
        page.wait_for_timeout(200)
        expect(page.get_by_role("dialog")).to_have_count(1)
        expect(page.locator(".feed .card")).to_have_count(3)


def test_a_double_click_on_edit_opens_one_form(visit: Any) -> None:
    ada = visit("ada")
    ada.write("The post")
    page = ada.go("/")
    ada.choose("Edit", twice=True)
    expect(page.locator(".in-place")).to_have_count(1)
    page.wait_for_timeout(200)
    expect(page.locator(".in-place")).to_have_count(1)


def test_a_second_click_on_an_answer_touches_nothing_below_it(visit: Any) -> None:
    """Where the dialog's button was, a like of the card below may be; it is put there on purpose."""
    ada = visit("ada")
    for each in range(30):
        ada.write(f"Post {each}")
    page = ada.go("/")
    ada.click_quickly()
    ada.choose("Delete")
    place = middle(page.get_by_role("dialog").get_by_role("button", name="Delete"))
    page.mouse.click(*place)
    expect(page.get_by_role("dialog")).to_have_count(0)
    like = page.locator(".like .act").nth(3)
    box = like.bounding_box()
    assert box
    page.evaluate("shift => scrollBy(0, shift)", box["y"] + 10 - place[1])
    box = like.bounding_box()
    assert box
    assert abs(box["y"] + 10 - place[1]) < 3
    page.evaluate("shift => { document.body.style.translate = `${shift}px` }", place[0] - box["x"] - 10)
    page.mouse.click(*place)
    page.wait_for_timeout(150)
    assert page.locator(".liked").count() == 0


@pytest.mark.parametrize("button", ["Save", "Older posts"])
def test_a_second_click_after_a_change_of_the_page_is_no_click(visit: Any, button: str) -> None:
    ada = visit("ada")
    for each in range(25):
        ada.post("/posts?fragment=1", body=f"Post {each}")
    ada.stop_loading()
    page = ada.go("/public" if button == "Save" else f"/@{ada.name}")
    ada.click_quickly()
    if button == "Save":
        ada.choose("Edit", page.locator(".card").nth(1))
        page.locator(".in-place textarea").fill("Changed\n" * 3)
        control = page.get_by_role("button", name="Save")
    else:
        page.route("**/@*fragment=1", lambda route: (page.wait_for_timeout(300), route.continue_()))
        control = page.get_by_role("link", name="Older posts")
    place = middle(control)
    page.mouse.click(*place)
    expect(page.locator(".card") if button == "Save" else page.locator(".card").nth(24)).not_to_have_count(0)
    expect(control).to_have_count(0)
    address = page.url
    for _ in range(2):
        page.mouse.click(*place)
    page.wait_for_timeout(200)
    assert page.url == address
    assert page.locator("dialog[open], .in-place, .liked").count() == 0


def test_a_form_that_leads_to_another_page_is_sent_once(visit: Any) -> None:
    ada = visit("ada")
    page = ada.go("/settings/tokens")
    sent = requests_of(page)
    page.route("**/settings/tokens", lambda route: (page.wait_for_timeout(300), route.continue_()))
    page.get_by_label("Name of a new token").fill("once")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Create token").dblclick(no_wait_after=True)
    expect(page.locator("#token")).to_be_visible()
    assert sent.count("POST tokens") == 1
    page.go_back()
    page.get_by_label("Name of a new token").fill("again")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Create token").click()
    expect(page.locator("#token")).to_be_visible()


def test_two_likes_with_a_wheel_between_are_two(visit: Any) -> None:
    ada = visit("ada")
    for each in range(9):
        ada.write(f"Post {each}")
    page = ada.go("/")
    page.set_viewport_size({"width": 800, "height": 500})
    first, second = page.locator(".like .act").nth(1), page.locator(".like .act").nth(2)
    place = middle(first)
    box, other = first.bounding_box(), second.bounding_box()
    assert box
    assert other
    page.mouse.click(*place)
    expect(page.locator(".liked")).to_have_count(1)
    page.mouse.wheel(0, other["y"] - box["y"])
    page.wait_for_function(
        "top => Math.abs(document.querySelectorAll('.like .act')[2].getBoundingClientRect().top - top) < 3",
        arg=box["y"],
    )
    page.mouse.click(*place)
    expect(page.locator(".liked")).to_have_count(2)
