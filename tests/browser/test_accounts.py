"""Settings: sessions, tokens, and leaving for good."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.visitors import PASSWORD


def test_a_profile_is_changed(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    ada = visit("ada", scripts=scripts)
    page = ada.go("/settings")
    page.get_by_label("Name", exact=True).fill("Ada, Countess")
    page.get_by_label("About you").fill("Numbers.")
    page.get_by_role("button", name="Save profile").click()
    expect(page.get_by_role("status").first).to_contain_text("Your profile was saved.")
    page.goto(f"/@{ada.name}")
    expect(page.get_by_role("heading", name="Ada, Countess")).to_be_visible()
    expect(page.locator(".profile")).to_contain_text("Numbers.")


def test_a_token_is_made_shown_once_and_revoked(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    ada = visit("ada", scripts=scripts)
    page = ada.go("/settings/tokens")
    page.get_by_label("Name of a new token").fill("My script")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Create token").click()
    token = page.locator("#token").inner_text()
    me = ada.context.request.get("/api/me", headers={"Authorization": f"Bearer {token}"})
    assert me.json()["username"] == ada.name
    page.goto("/settings/tokens")
    expect(page.locator("main")).to_contain_text("My script")
    expect(page.locator("main")).not_to_contain_text(token)
    page.get_by_role("button", name="Revoke").click()
    expect(page.locator("main")).not_to_contain_text("My script")
    assert ada.context.request.get("/api/me", headers={"Authorization": f"Bearer {token}"}).status == 401


def test_what_is_shown_once_is_copied_by_a_button(visit: Any) -> None:
    ada = visit("ada", permissions=["clipboard-read", "clipboard-write"])
    page = ada.go("/settings/recovery")
    page.get_by_role("button", name="Make recovery codes").click()
    expect(page.locator("#codes code")).to_have_count(10)
    codes = page.locator("#codes code").all_inner_texts()
    page.get_by_role("button", name="Copy").click()
    expect(page.locator(".toast")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()").split() == codes
    page.evaluate("navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'))")
    page.get_by_role("button", name="Copy").click()
    expect(page.locator(".toast")).to_contain_text("copy it from there")
    assert page.evaluate("getSelection().toString()").split() == codes
    assert not ada.mistakes


def test_a_session_elsewhere_is_ended(visit: Any) -> None:
    ada, elsewhere = visit("ada"), visit()
    elsewhere.post("/login", username=ada.name, password=PASSWORD)
    expect(elsewhere.go("/").get_by_role("link", name="New post")).to_be_visible()
    page = ada.go("/settings/tokens")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)  # acknowledged
    elsewhere.page.reload()
    expect(elsewhere.page.get_by_role("link", name="Log in", exact=True)).to_be_visible()


def test_leaving_takes_all_that_one_wrote(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    ada, bob = visit("ada", scripts=scripts), visit("bob")
    number = ada.write(f"Last words of {ada.name}")
    page = ada.go("/settings")
    page.get_by_role("link", name="Delete it with everything you wrote").click()
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_role("heading", name="Your account is out of sight")).to_be_visible()
    for address in (f"/posts/{number}", f"/@{ada.name}"):
        assert bob.context.request.get(address).status == 404
    expect(page.get_by_role("link", name="Sign up", exact=True)).to_be_visible()
