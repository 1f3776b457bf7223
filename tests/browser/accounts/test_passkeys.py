"""Passkeys in a browser: Chromium with an authenticator of its own making, at a host with a name."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.test_site import log_in, put_an_authenticator_on
from tests.browser.visitors import PASSWORD, Visitor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from tests.consistency.sites.site import Site

_numbers = count(1)
OPTIONS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def ada(site: Site, browser: Any) -> Iterator[Visitor]:
    """Sign up at localhost: a number is no name that passkeys could be for."""
    context = browser.new_context(base_url=f"http://localhost:{site.apps[0].port}")
    context.set_default_timeout(10_000)
    visitor = Visitor(context, f"key_{next(_numbers)}")
    visitor.refuse_errors()
    visitor.sign_up()
    yield visitor
    context.close()


def device(visitor: Visitor) -> tuple[Any, str]:
    """Give a browser an authenticator."""
    devtools = visitor.context.new_cdp_session(visitor.page)
    devtools.send("WebAuthn.enable")
    return devtools, devtools.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})["authenticatorId"]


def add(page: Page, name: str) -> None:
    page.goto("/settings/passkeys")
    page.get_by_label("Name of the passkey").fill(name)
    page.locator("#current_password").fill(PASSWORD)
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("button", name="Make the passkey").click()


def log_out(page: Page) -> None:
    page.goto("/settings")
    page.get_by_role("main").get_by_role("button", name="Log out").click()


def test_a_passkey_is_made_lets_in_and_is_removed(ada: Visitor) -> None:
    devtools, authenticator = device(ada)
    page = ada.go("/settings/passkeys")
    add(page, "my laptop")
    expect(page.get_by_role("status").first).to_contain_text("lets you in from now on")
    assert len(devtools.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]) == 1
    add(page, "once more")
    expect(page.get_by_role("alert")).to_contain_text("This device has a passkey of yours already")
    log_out(page)
    page.goto("/login?next=/settings/passkeys")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator(".token").filter(has_text="my laptop")).to_contain_text("last used")
    page.locator("#remove-password").fill(PASSWORD)
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_role("status").first).to_contain_text("was removed")
    log_out(page)
    page.goto("/login")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("does not let you in")
    assert not ada.mistakes


def test_a_passkey_is_the_second_step_in_place_of_a_code(ada: Visitor) -> None:
    device(ada)
    page = ada.go("/settings/passkeys")
    add(page, "my laptop")
    expect(page.get_by_role("status").first).to_contain_text("lets you in from now on")
    put_an_authenticator_on(page)
    log_out(page)
    page.goto("/login?next=/settings/passkeys")
    page.get_by_label("Username").fill(str(ada.name))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Your code")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator(".token").filter(has_text="my laptop")).to_contain_text("last used")
    assert not ada.mistakes


def test_who_has_none_is_told_and_logs_in_with_the_password(ada: Visitor) -> None:
    device(ada)
    log_out(ada.page)
    page = ada.go("/login")
    page.get_by_label("Username").fill(ada.name or "")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey came")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(page.locator(".menu")).to_be_visible()
    assert not ada.mistakes


def test_a_device_that_does_not_know_its_person_makes_none(ada: Visitor) -> None:
    devtools, authenticator = device(ada)
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    add(ada.page, "a stranger's")
    expect(ada.page.get_by_role("alert")).to_contain_text("No passkey came")
    assert not ada.mistakes


def test_a_site_without_a_name_says_so(visit: Callable[..., Visitor]) -> None:
    ada = visit("ada")
    device(ada)
    add(ada.page, "my laptop")
    expect(ada.page.get_by_role("alert")).to_contain_text("https and a name of its own")


def test_without_scripts_the_pages_say_so(visit: Callable[..., Visitor]) -> None:
    ada = visit("ada", scripts=False)
    page = ada.go("/settings/passkeys")
    expect(page.get_by_text("Passkeys take a script")).to_be_visible()
    page.context.clear_cookies()
    page.goto("/login")
    expect(page.get_by_role("button", name="Use a passkey")).to_have_count(0)
    log_in(page, ada.name or "")
    expect(page.locator(".menu")).to_be_visible()
