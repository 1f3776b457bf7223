"""A report and its resolution, a suspension and the way back, a wave of spam and its end; with and without scripts."""

from __future__ import annotations

import re
from time import monotonic, sleep
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.tour import flask

JOB = 60.0
"""Seconds that a job of a slow machine may take for what a request had no time for."""


@pytest.fixture
def everybody(visit: Any, site: Any, scripts: bool) -> tuple[Any, Any, Any]:  # noqa: FBT001
    """Give Ada, Bob, and Mia, who moderates."""
    ada, bob, mod = (visit(name, scripts=scripts) for name in ("ada", "bob", "mia"))
    flask(site, "user", "role", str(mod.name), "moderator")
    return ada, bob, mod


def decide(page: Any, action: str, why: str) -> None:
    page.locator(f"[name=action][value={action}]").check()
    page.get_by_label("Why").fill(why)
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("That was done, and stands in the log.")).to_be_visible()


def test_from_a_report_to_its_resolution(everybody: tuple[Any, Any, Any]) -> None:
    ada, bob, mod = everybody
    text = f"Cheap beans by {ada.name}"
    number = ada.write(text)
    page = bob.go(f"/posts/{number}/report")
    page.get_by_label("It is spam").check()
    page.get_by_label("Anything a moderator should know").fill("Every day.")
    page.get_by_role("button", name="Send report").click()
    expect(page.get_by_text("A moderator will look at it")).to_be_visible()
    page = mod.go("/notifications")
    page.get_by_role("link", name="reported").click()
    page.get_by_role("link", name=f"A post by @{ada.name}").first.click()
    expect(page.get_by_text("Every day.")).to_be_visible()
    decide(page, "hide", "This is advertising.")
    assert bob.page.goto(f"/posts/{number}").status == 404
    page = ada.go(f"/posts/{number}")
    expect(page.get_by_text("This is advertising.")).to_be_visible()
    page = ada.go("/settings/moderation")
    expect(page.get_by_text("hid your post")).to_be_visible()
    assert not ada.mistakes + bob.mistakes + mod.mistakes


def test_a_suspension_its_page_an_appeal_and_the_return(everybody: tuple[Any, Any, Any]) -> None:
    ada, bob, mod = everybody
    number = ada.write(f"Written by {ada.name}")
    page = mod.go("/admin/people/sanctions")
    page.get_by_label("Username").fill(str(ada.name))
    page.get_by_label("Suspend: nobody").check()
    page.get_by_label("Why?").fill("Beans all day.")
    page.get_by_role("button", name="Suspend or silence", exact=True).click()
    expect(page.get_by_text("That was done")).to_be_visible()
    assert bob.page.goto(f"/posts/{number}").status == 404
    page = ada.go("/")
    expect(page.get_by_role("heading", name="This account is suspended")).to_be_visible()
    expect(page.get_by_text("Beans all day.")).to_be_visible()
    page.get_by_label("If this is a mistake").fill("They were my own beans.")
    page.get_by_role("button", name="Send appeal").click()
    expect(page.get_by_text("A moderator will read it")).to_be_visible()
    page = mod.go("/admin/reports")
    page.get_by_role("link", name=f"An appeal by @{ada.name}").click()
    expect(page.get_by_text("They were my own beans.")).to_be_visible()
    decide(page, "restore", "")
    page = ada.go("/")
    expect(page.get_by_role("heading", name="Home")).to_be_attached()
    assert bob.page.goto(f"/posts/{number}").status == 200
    assert not ada.mistakes + bob.mistakes + mod.mistakes


def until_shown(visitor: Any, address: str, text: str) -> None:
    """Load the page anew until the text is there."""
    began = monotonic()
    while not visitor.go(address).get_by_text(text).first.is_visible():
        assert monotonic() - began < JOB
        sleep(0.5)


def test_a_wave_of_spam_is_deleted_and_undone_in_one_step_each(everybody: tuple[Any, Any, Any]) -> None:
    ada, bob, mod = everybody
    for each in range(300):
        ada.post("/posts", body=f"Wave {each} by {ada.name}")
    bob.go("/public")
    expect(bob.card(f"by {ada.name}")).to_be_visible()
    page = mod.go(f"/admin/people/sweeps?username={ada.name}")
    page.get_by_label("Why?").fill("A wave of spam.")
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_text("That was done")).to_be_visible()
    until_shown(mod, "/admin/people/sweeps", "300 posts and 0 comments")
    bob.go("/public")
    expect(bob.page.get_by_text(f"by {ada.name}")).to_have_count(0)
    page.get_by_role("button", name=re.compile(f"everything by @{ada.name}$")).click()
    expect(page.get_by_text("That was done")).to_be_visible()
    until_shown(bob, "/public", f"by {ada.name}")
    assert not ada.mistakes + bob.mistakes + mod.mistakes


def test_what_a_filter_holds_is_let_through(everybody: tuple[Any, Any, Any]) -> None:
    ada, bob, mod = everybody
    word = f"beans{ada.name}"
    page = mod.go("/admin/filters")
    page.get_by_label("Which").fill(word)
    page.get_by_role("button", name="Add filter").click()
    expect(page.get_by_text("That was done")).to_be_visible()
    ada.post("/posts", body=f"Buy {word} here")
    own = ada.context.request.get(f"/@{ada.name}").text()
    number = own.partition('id="post-')[2].partition('"')[0]
    expect(ada.go(f"/posts/{number}").get_by_text("It waits for a moderator")).to_be_visible()
    assert bob.page.goto(f"/posts/{number}").status == 404
    page = mod.go("/admin/reports")
    page.get_by_role("link", name=f"A post by @{ada.name}").first.click()
    decide(page, "none", "")
    assert bob.page.goto(f"/posts/{number}").status == 200
    page = mod.go("/admin/filters")
    page.get_by_role("button", name=f"Remove {word}").click()
    expect(page.get_by_text("That was done")).to_be_visible()
    assert not ada.mistakes + bob.mistakes + mod.mistakes
