"""Likes and follows: at once, never twice, and taken back when the site says no."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

TROUBLES = ["offline", "broken", "gone"]


def test_a_like_shows_at_once_and_then_what_the_site_counts(visit: Any) -> None:
    bob, ada, cyd = visit("bob"), visit("ada"), visit("cyd")
    number = bob.write("Likeable")
    page = ada.go("/public")
    cyd.post(f"/posts/{number}/likes")
    button = page.locator(f"#post-{number} .like .act")
    page.route("**/likes*", lambda route: (page.wait_for_timeout(300), route.continue_()))
    button.click()
    assert "liked" in (button.get_attribute("class") or "")
    expect(button.locator("span").first).to_have_text("2")
    button.click()
    expect(button.locator("span").first).to_have_text("1")
    expect(button).not_to_have_class("act liked")
    assert not ada.mistakes


def test_a_like_works_without_scripts(visit: Any) -> None:
    ada = visit("ada", scripts=False)
    number = ada.write("Likeable")
    page = ada.go("/public")
    page.locator(f"#post-{number} .like .act").click()
    expect(page.locator(f"#post-{number} .like .liked")).to_contain_text("1")
    page.locator(f"#post-{number} .like .act").click()
    expect(page.locator(f"#post-{number} .like .act")).to_contain_text("0")


def test_a_double_click_likes_once(visit: Any) -> None:
    ada = visit("ada")
    number = ada.write("Likeable")
    page = ada.go("/public")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.route("**/likes*", lambda route: (page.wait_for_timeout(200), route.continue_()))
    page.locator(f"#post-{number} .like .act").dblclick()
    page.wait_for_timeout(800)
    assert len(sent) == 1
    page.reload()
    expect(page.locator(f"#post-{number} .like .liked")).to_contain_text("1")


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_like_that_fails_is_taken_back_with_a_message(visit: Any, trouble: str) -> None:
    bob, ada = visit("bob"), visit("ada")
    number = bob.write("Likeable")
    page = ada.go("/public")
    message = {"offline": "You are offline.", "broken": "does not answer", "gone": "no such post"}[trouble]
    if trouble == "offline":
        ada.context.set_offline(True)
    elif trouble == "broken":
        page.route("**/likes*", lambda route: route.fulfill(status=503, body="upstream"))
    else:
        bob.post(f"/posts/{number}/delete")
    button = page.locator(f"#post-{number} .like .act")
    button.click()
    expect(page.locator(".toast")).to_contain_text(message)
    expect(button).to_have_class("act")
    expect(button.locator("span").first).to_have_text("0")


def test_a_follow_that_fails_is_taken_back_with_a_message(visit: Any) -> None:
    bob, ada = visit("bob"), visit("ada")
    page = ada.go(f"/@{bob.name}")
    ada.context.set_offline(True)
    page.get_by_role("button", name="Follow").click()
    expect(page.locator(".toast")).to_contain_text("You are offline.")
    expect(page.locator(".follow button")).to_contain_text("Follow ")
    ada.context.set_offline(False)
    page.get_by_role("button", name="Follow").click()
    expect(page.locator(".counts")).to_contain_text("1 follower")


def test_a_like_after_the_session_ended_leads_to_the_login(visit: Any) -> None:
    ada = visit("ada")
    number = ada.write("Likeable")
    page = ada.go("/public")
    ada.context.clear_cookies()
    page.locator(f"#post-{number} .like .act").click()
    expect(page.locator(".toast")).to_contain_text("You were signed out")
    page.locator(".toast a").click()
    expect(page.get_by_label("Username")).to_be_visible()
