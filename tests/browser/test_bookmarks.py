"""Bookmarks: kept at once, found again, and taken back when the site says no."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect


def test_a_bookmark_shows_at_once_and_is_found_again(visit: Any) -> None:
    bob, ada = visit("bob"), visit("ada")
    number = bob.write("Worth keeping")
    page = ada.go("/public")
    button = page.locator(f"#post-{number} .bookmark .act")
    button.click()
    expect(page.locator(f"#post-{number} form[action$='/bookmarks/delete']")).to_be_visible()
    expect(button).to_have_class("act kept")
    assert not ada.mistakes
    page.locator("details.menu summary").click()
    page.get_by_role("link", name="Bookmarks").click()
    expect(page.locator(f"#post-{number}")).to_be_visible()
    page.locator(f"#post-{number} .bookmark .act").click()
    expect(page.locator(f"#post-{number} form[action$='/bookmarks']")).to_be_visible()
    page.reload()
    expect(page.locator(".empty")).to_contain_text("Nothing saved yet")


def test_a_bookmark_works_without_scripts(visit: Any) -> None:
    ada = visit("ada", scripts=False)
    number = ada.write("Worth keeping")
    page = ada.go("/public")
    page.locator(f"#post-{number} .bookmark .act").click()
    expect(page.locator(f"#post-{number} .kept")).to_be_visible()
    page.goto(page.url.partition("/public")[0] + "/bookmarks")
    expect(page.locator(f"#post-{number}")).to_be_visible()
    page.locator(f"#post-{number} .bookmark .act").click()
    expect(page.locator(f"#post-{number}")).to_have_count(0)


def test_a_bookmark_that_fails_is_taken_back_with_a_message(visit: Any) -> None:
    bob, ada = visit("bob"), visit("ada")
    number = bob.write("Worth keeping")
    page = ada.go("/public")
    ada.context.set_offline(True)
    button = page.locator(f"#post-{number} .bookmark .act")
    button.click()
    expect(page.locator(".toast")).to_contain_text("You are offline.")
    expect(button).to_have_class("act")
