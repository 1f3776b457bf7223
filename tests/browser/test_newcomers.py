"""Somebody's first minutes."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.visitors import PASSWORD


def test_signing_up_leads_to_a_home_that_says_what_to_do(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    somebody = visit(scripts=scripts)
    page = somebody.go("/")
    page.get_by_role("navigation", name="Account").get_by_role("link", name="Sign up").click()
    page.get_by_label("Username").fill(f"newcomer_{int(scripts)}")
    page.get_by_label("Name (optional)").fill("New Comer")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    somebody.skip()
    expect(page.get_by_role("heading", name="Your home feed is still empty")).to_be_visible()


def test_a_newcomer_follows_tags_and_people_first_or_skips_them(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    bob = visit("bob")
    bob.write(f"Words of {bob.name} about #tulips")
    somebody = visit(scripts=scripts)
    page = somebody.go("/signup?next=/tags")
    page.get_by_label("Username").fill(f"follower_{int(scripts)}")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name="What would you like to read about?")).to_be_visible()
    expect(page.locator(".onward a")).to_have_text("Skip", use_inner_text=True)
    page.get_by_role("button", name="Follow #tulips").click()
    expect(page.get_by_role("button", name="Following #tulips")).to_be_visible()
    page.get_by_role("link", name="Next", exact=True).click()
    expect(page.get_by_role("heading", name="Whom would you like to read?")).to_be_visible()
    page.get_by_role("link", name="Skip", exact=True).click()
    expect(page.get_by_role("heading", name="Tags", exact=True)).to_be_visible()
    page.goto("/")
    expect(somebody.card("about #tulips").first).to_be_visible()
    assert not somebody.mistakes


def test_a_first_post_is_there_at_once(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    ada = visit("ada", scripts=scripts)
    page = ada.go("/")
    ada.compose(f"My first post of {ada.name}")
    expect(ada.card(f"My first post of {ada.name}")).to_be_visible()
    expect(page.get_by_role("heading", name="Your home feed is still empty")).to_have_count(0)
    page.reload()
    expect(page.locator(".feed .card")).to_have_count(1)
    assert not ada.mistakes


def test_somebody_suggested_can_be_followed(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    bob = visit("bob")
    bob.write("Words of somebody worth following")
    ada = visit("ada", scripts=scripts)
    page = ada.go("/suggestions")
    expect(page.get_by_role("heading", name="Who to follow")).to_be_visible()
    page.goto(f"/@{bob.name}")
    page.get_by_role("button", name="Follow").click()
    expect(page.get_by_role("button", name="Following")).to_be_visible()
    expect(page.locator(".counts")).to_contain_text("1 follower")
    page.goto("/")
    expect(ada.card("Words of somebody worth following")).to_be_visible()


def test_light_and_dark_are_remembered(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    somebody = visit(scripts=scripts, color_scheme="light")
    page = somebody.go("/public")
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-scheme", "dark")
    page.wait_for_timeout(300)
    page.goto("/login")
    expect(page.locator("html")).to_have_attribute("data-scheme", "dark")
    lightness = float(
        page.evaluate("getComputedStyle(document.body).backgroundColor").partition("(")[2].split(" ")[0].rstrip("%")
    )
    assert lightness < 0.3
