"""A text is shown as it would look, with scripts and without."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

TEXT = "Hello *dear*:\n\n- one\n- two"


def test_a_post_is_looked_at_changed_and_published(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    ada = visit("ada", scripts=scripts)
    page = ada.go("/")
    page.fill("#compose", TEXT)
    page.get_by_role("button", name="Preview").click()
    shown = page.get_by_role("region", name="Preview")
    expect(shown.locator("em")).to_have_text("dear")
    expect(shown.locator("li")).to_have_text(["one", "two"])
    text = page.locator("textarea[name=body]")
    expect(text).to_have_value(TEXT)
    assert page.evaluate("scrollX") == 0
    if scripts:
        expect(page.get_by_role("status").filter(has_text="preview")).to_have_count(1)
        text.fill(TEXT + " *three*")
        expect(shown).to_have_count(0)
        page.get_by_role("button", name="Preview").click()
        expect(shown.locator("em")).to_have_text(["dear", "three"])
    page.locator("form[data-writes] .button").first.click()
    card = ada.card("Hello dear")
    expect(card.locator("em").first).to_have_text("dear")
    expect(shown).to_have_count(0)
    page.goto(page.url)
    expect(page.locator(".feed .card")).to_have_count(1)
    assert not ada.mistakes


def test_a_change_and_a_comment_are_looked_at_in_their_place(visit: Any) -> None:
    ada = visit("ada")
    number = ada.write("The post")
    page = ada.go(f"/posts/{number}")
    ada.choose("Edit", ada.card("The post"))
    edited = page.locator("form.in-place")
    edited.locator("textarea").fill("The **new** post")
    edited.get_by_role("button", name="Preview").click()
    expect(edited.get_by_role("region", name="Preview").locator("strong")).to_have_text("new")
    edited.get_by_role("button", name="Save").click()
    expect(page.locator(".whole .text strong")).to_have_text("new")
    page.fill("#compose", "`code`")
    page.locator(".compose").get_by_role("button", name="Preview").click()
    expect(page.locator(".compose .previewed code")).to_have_text("code")
    page.locator(".compose .button").click()
    expect(ada.card("code").locator("code")).to_have_text("code")
    expect(page.locator(".previewed")).to_have_count(0)
    assert not ada.mistakes


def test_what_cannot_be_shown_is_said_beside_the_text(visit: Any) -> None:
    ada = visit("ada")
    page = ada.go("/")
    page.fill("#compose", "x" * 20_001)
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".compose [role=alert]")).to_contain_text("at most 20,000")
    page.fill("#compose", "short")
    page.route("**/posts/preview?*", lambda route: route.abort())
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".compose [role=alert]")).to_contain_text("does not answer")
    expect(page.locator("#compose")).to_have_value("short")
