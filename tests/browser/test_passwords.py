"""Showing what is typed as a password."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.visitors import PASSWORD


def test_a_password_is_shown_and_hidden_again_when_it_is_sent(visit: Any) -> None:
    ada = visit("ada")
    ada.context.clear_cookies()
    page = ada.go("/login")
    page.fill("#username", ada.name)
    page.fill("#password", PASSWORD)
    show = page.get_by_role("button", name="Show what I type: Password")
    show.click()
    expect(page.locator("#password")).to_have_attribute("type", "text")
    expect(show).to_have_attribute("aria-pressed", "true")
    show.click()
    expect(page.locator("#password")).to_have_attribute("type", "password")
    show.click()
    page.get_by_role("button", name="Log in").click()
    expect(page.locator(".menu")).to_be_visible()
    assert not ada.mistakes


def test_without_scripts_there_is_no_such_button(visit: Any) -> None:
    page = visit(scripts=False).go("/login")
    expect(page.locator("[data-shows]")).to_be_hidden()
