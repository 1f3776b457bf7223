"""What somebody is told: at the top of every page, read by looking at it, or by the button without scripts."""

from __future__ import annotations

import os
import re
from typing import Any

from playwright.sync_api import expect


def _happen(visit: Any, ada: Any) -> str:
    """Let two people like, comment on and name."""
    number = str(ada.write("The beans are up, and the peas will be by the end of the week."))
    for name in ("bob", "cyd"):
        other = visit(name)
        other.post(f"/posts/{number}/likes")
        other.post(f"/@{ada.name}/followers")
    other.post(f"/posts/{number}/comments", body="Mine were eaten. What do you put around them?")
    other.write(f"As @{ada.name} says, it is time for beans.")
    return number


def test_they_are_read_by_looking_at_them(visit: Any) -> None:
    ada = visit("ada")
    _happen(visit, ada)
    page = ada.go("/public")
    expect(page).to_have_title(re.compile(r"^\(4\) "))
    expect(page.locator(".unread-count")).to_have_text("4 unread")
    page.get_by_role("link", name="Notifications").click()
    expect(page.locator(".notice-of.news")).to_have_count(4)
    if folder := os.environ.get("PICTURES"):
        for scheme in ("light", "dark"):
            for size, width in (("phone", 390), ("desk", 1280)):
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size({"width": width, "height": 800})
                page.screenshot(path=f"{folder}/notifications-{scheme}-{size}.png")
    expect(page).to_have_title(re.compile("^Notifications "))
    expect(page.locator(".unread-count")).to_have_count(0)
    page.reload()
    expect(page.locator(".notice-of.news")).to_have_count(0)
    expect(page.locator(".notice-of")).to_have_count(4)
    assert not ada.mistakes


def test_they_are_read_by_a_button_without_scripts(visit: Any) -> None:
    ada = visit("ada", scripts=False)
    number = _happen(visit, ada)
    page = ada.go("/notifications")
    page.wait_for_timeout(2_000)
    page.reload()
    expect(page.locator(".notice-of.news")).to_have_count(4)
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator(".notice-of.news")).to_have_count(0)
    expect(page).to_have_title(re.compile("^Notifications "))
    page.get_by_role("link", name="your post").click()
    expect(page).to_have_url(re.compile(f"/posts/{number}$"))
