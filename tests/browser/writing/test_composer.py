"""A new post from anywhere: in a dialog that keeps one's place, and on a page that leads back without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect


def test_it_opens_over_the_page_and_leaves_it_as_it_was(visit: Any) -> None:
    ada = visit("ada")
    for number in range(20):
        ada.write(f"Post {number}\n\n" + "words " * 60)
    page = ada.go("/")
    page.evaluate("scrollTo({top: 1500, behavior: 'instant'})")
    seen = page.evaluate("[...document.querySelectorAll('.card')].find(c => c.getBoundingClientRect().bottom > 100).id")
    top = page.locator(f"#{seen}").bounding_box()["y"]
    page.get_by_role("link", name="New post").click()
    dialog = page.get_by_role("dialog", name="Write a post")
    expect(dialog.get_by_label("Your post")).to_be_focused()
    page.keyboard.type("Written over the page")
    dialog.get_by_role("button", name="Publish").click()
    expect(dialog).to_have_count(0)
    expect(page.locator(".toast")).to_contain_text("Published.")
    expect(page.locator(".feed .card").first).to_contain_text("Written over the page")
    assert abs(page.locator(f"#{seen}").bounding_box()["y"] - top) < 3
    expect(page.get_by_role("link", name="New post")).to_be_focused()
    page.locator(".toast").get_by_role("link", name="Look at it").click()
    expect(page.locator(".whole")).to_contain_text("Written over the page")
    assert not ada.mistakes


@pytest.mark.parametrize("address", ["/notifications", "/settings", "/search"])
def test_what_is_not_sent_is_kept_and_nothing_is_asked(visit: Any, address: str) -> None:
    ada = visit("ada")
    page = ada.go(address)
    page.get_by_role("link", name="New post").click()
    field = page.get_by_role("dialog").get_by_label("Your post")
    field.fill("To be continued")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("link", name="New post")).to_be_focused()
    page.get_by_role("link", name="New post").click()
    expect(field).to_have_value("To be continued")
    page.get_by_role("dialog").get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.url.endswith(address)
    page.goto("/")
    expect(page.locator("#compose")).to_have_value("To be continued")
    assert not ada.mistakes


def test_the_keyboard_stays_in_it(visit: Any) -> None:
    ada = visit("ada")
    page = ada.go("/notifications")
    page.get_by_role("link", name="New post").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_names_are_offered_in_it(visit: Any) -> None:
    solo = visit("solo")  # nobody else has a name that begins like that
    page = solo.go("/notifications")
    page.get_by_role("link", name="New post").click()
    page.get_by_role("dialog").get_by_label("Your post").type("@solo_")
    expect(page.locator("#completions [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_label("Your post")).to_have_value(f"@{solo.name} ")
    assert not solo.mistakes


def test_where_the_form_is_in_sight_it_is_used(visit: Any) -> None:
    ada = visit("ada")
    page = ada.go("/")
    page.get_by_role("link", name="New post").click()
    expect(page.locator("#compose")).to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("address", ["/public", "/notifications", "/search?q=beans"])
def test_without_scripts_one_comes_back_to_where_one_was(visit: Any, address: str) -> None:
    ada = visit("ada", scripts=False)
    page = ada.go(address)
    page.get_by_role("link", name="New post").click()
    page.get_by_role("link", name="Cancel").click()
    assert page.url.endswith(address)
    page.get_by_role("link", name="New post").click()
    page.get_by_label("Your post").fill(" ")
    page.get_by_role("button", name="Publish").click()
    page.get_by_label("Your post").fill("Words")
    page.get_by_role("button", name="Publish").click()
    assert address in page.url
    if address == "/public":
        expect(ada.card("Words")).to_be_in_viewport()


def test_the_language_of_the_last_post_is_that_of_the_next(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    ada = visit("ada", scripts=scripts)
    page = ada.go("/notifications")
    for number, expected in enumerate(("", "pt")):
        page.get_by_role("link", name="New post").first.click()
        form = page.locator("dialog form[data-writes]" if scripts else ".sheet form")
        expect(form.get_by_label("Its language")).to_have_value(expected)
        form.get_by_label("Its language").select_option("pt")
        form.get_by_label("Your post").fill(f"Bom dia {number}")
        form.get_by_role("button", name="Publish").click()
        expect(page.locator("dialog[open]")).to_have_count(0)  # not the toast of the one before
        done = (".toast", "Published.") if scripts else ("main", "Nothing has happened yet")
        expect(page.locator(done[0])).to_contain_text(done[1])
    page = ada.go("/")
    form = page.locator("form.compose")
    expect(form.get_by_label("Its language")).to_have_value("pt")
    form.get_by_label("Its language").select_option("")
    ada.compose("Nothing foreign")
    expect(page.locator(".feed .card").first).to_contain_text("Nothing foreign")
    page = ada.go("/")
    expect(page.locator("form.compose").get_by_label("Its language")).to_have_count(0)
    assert not ada.mistakes
