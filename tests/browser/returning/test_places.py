"""Where somebody was when they looked before: in their feed, and among the comments on a post."""

from __future__ import annotations

import os
from typing import Any

from playwright.sync_api import Page, expect

AGED = """minutes => {
  for (const key of Object.keys(localStorage).filter((each) => each.startsWith('here:'))) {
    const all = JSON.parse(localStorage.getItem(key));
    for (const each of [all.home, ...Object.values(all.posts)]) if (each) each.looked -= minutes * 60000;
    localStorage.setItem(key, JSON.stringify(all));
  }
}"""


def later(page: Page, minutes: int) -> None:
    page.evaluate(AGED, minutes)


def kept(page: Page) -> bool:
    return bool(page.evaluate("Object.keys(localStorage).some((each) => each.startsWith('here:'))"))


def until(page: Page, *, is_kept: bool) -> None:
    """Wait until the page's place is kept, or until none is kept any more."""
    for _ in range(100):
        if kept(page) == is_kept:
            return
        page.wait_for_timeout(50)
    raise AssertionError(is_kept)


def test_a_feed_shows_where_one_was(visit: Any) -> None:
    ada, bob = visit("ada"), visit("bob")
    ada.post(f"/@{bob.name}/followers")
    bob.write("What was there before")
    page = ada.go("/")
    until(page, is_kept=True)
    expect(page.locator(".here")).to_have_count(0)
    for number in range(3):
        bob.write(f"News {number}")
    ada.go("/")
    expect(page.locator(".card").first).to_contain_text("News 2")
    expect(page.locator(".here")).to_have_count(0)  # it is the same visit
    bob.write("And one more")
    later(page, 31)
    ada.go("/")
    expect(page.locator(".here")).to_have_text("You were here: 1 new post above")
    expect(page.locator(".card:has(.here)")).to_contain_text("News 2")
    if into := os.environ.get("SHOTS"):
        page.screenshot(path=f"{into}/here.png")
    ada.go("/")
    expect(page.locator(".here")).to_have_count(1)  # until the next visit
    later(page, 31)
    ada.go("/")
    page.wait_for_load_state("networkidle")
    expect(page.locator(".here")).to_have_count(0)
    assert not ada.mistakes


def test_a_post_shows_which_comments_are_new(visit: Any) -> None:
    ada, bob = visit("ada"), visit("bob")
    number = ada.write("Tell me")
    bob.post(f"/posts/{number}/comments", body="The first")
    page = ada.go(f"/posts/{number}")
    until(page, is_kept=True)
    bob.post(f"/posts/{number}/comments", body="The second")
    ada.post(f"/posts/{number}/comments", body="My own")
    later(page, 3)
    ada.go(f"/posts/{number}")
    expect(page.locator(".comment.news")).to_have_count(1)
    expect(page.locator(".comment.news")).to_contain_text("The second")
    expect(page.locator(".comment.news .who")).to_contain_text("New:")
    if into := os.environ.get("SHOTS"):
        page.screenshot(path=f"{into}/news.png")
    page.get_by_role("link", name="1 new since you were here").click()
    assert page.url.endswith(page.locator(".comment.news").get_attribute("id") or "-")
    assert not ada.mistakes


def test_nothing_is_kept_of_strangers_and_after_a_log_out(visit: Any) -> None:
    stranger, ada = visit(), visit("ada")
    number = ada.write("Seen by all")
    page = stranger.go(f"/posts/{number}")
    page.wait_for_load_state("networkidle")
    assert not kept(page)
    page = ada.go(f"/posts/{number}")
    until(page, is_kept=True)
    page.locator(".menu.you summary").click()
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("/")
    until(page, is_kept=False)
    assert not ada.mistakes
