"""A site of one's own: set up, opened and closed, and people who come in and come back, with and without scripts."""

from __future__ import annotations

import re
from base64 import b32decode
from time import time
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from feedapp.embedded.database import offer_setup
from feedapp.services.access import totp
from tests.browser.tour import flask
from tests.browser.visitors import PASSWORD
from tests.consistency.sites.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

NEW = "three or four words"
WHY = "I grow beans."


@pytest.fixture
def closing(site: Site) -> Iterator[None]:
    """Leave the site as it was: called feedapp, and open."""
    yield
    flask(site, "site", "set", "name=feedapp", "rules=", "signup=open", "proof_of_work=off")


def fill_in(page: Page, name: str, **more: str) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    for label, text in more.items():
        page.get_by_label(label.replace("_", " ")).fill(text)


def log_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.goto("/login")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Log in").click()


def put_an_authenticator_on(page: Page) -> None:
    page.goto("/settings/second-factor")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Set it up").click()
    secret = b32decode(re.sub(r"\s", "", page.locator("#secret").inner_text()))
    page.get_by_label("The code that it shows").fill(totp.code_at(secret, int(time()) // totp.SECONDS))
    page.get_by_role("button", name="Use it").click()
    expect(page.get_by_role("heading", name="You log in with a code")).to_be_visible()


def test_a_new_site_is_set_up_by_the_code_that_was_printed(
    tmp_path: Any,
    browser: Any,
    scripts: bool,  # noqa: FBT001
) -> None:
    with Site(tmp_path, processes=1) as fresh:
        code = offer_setup(fresh.environment()["DATABASE_URL"])
        address = f"http://127.0.0.1:{fresh.apps[0].port}"
        page = browser.new_context(base_url=address, java_script_enabled=scripts).new_page()
        page.goto(f"/setup?code={code}")
        page.get_by_label("Name of the site").fill("The Allotment")
        page.get_by_label("Your username").fill("ada")
        page.get_by_label("Your password").fill(PASSWORD)
        page.get_by_role("button", name="Set up").click()
        expect(page.get_by_role("heading", name="Settings of the site")).to_be_visible()
        page.get_by_label("In a sentence").fill("For whoever has a spade")
        page.get_by_role("button", name="Save settings").click()
        expect(page.get_by_role("status").first).to_contain_text("saved")
        page.goto("/about")
        expect(page).to_have_title("About · The Allotment")
        expect(page.get_by_text("For whoever has a spade")).to_be_visible()
        page.goto(f"/setup?code={code}")
        expect(page.get_by_role("heading", name="This site is set up")).to_be_visible()


@pytest.mark.usefixtures("closing")
def test_the_site_is_renamed_while_it_is_read(visit: Any, site: Site, scripts: bool) -> None:  # noqa: FBT001
    reader = visit(scripts=scripts)
    page = reader.go("/public")
    expect(page).to_have_title("Everyone · feedapp")
    flask(site, "site", "set", "name=The Allotment")
    page.reload()
    expect(page).to_have_title("Everyone · The Allotment")
    expect(page.get_by_role("banner").get_by_role("link", name="The Allotment")).to_be_visible()


@pytest.mark.usefixtures("closing")
def test_an_invitation_lets_somebody_in(visit: Any, site: Site, scripts: bool) -> None:  # noqa: FBT001
    admin, guest = visit("admin_of"), visit(scripts=scripts)
    flask(site, "user", "role", admin.name, "admin")
    flask(site, "site", "set", "signup=invitation")
    page = guest.go("/signup")
    expect(page.get_by_text("you need an invitation")).to_be_visible()
    inviting = admin.go("/admin/invitations")
    inviting.get_by_role("button", name="Make a link").click()
    link = inviting.locator("#link").inner_text()
    page.goto(link)
    name = f"guest_{admin.name}"[:30]
    fill_in(page, name)
    page.get_by_role("button", name="Sign up").click()
    guest.skip()
    expect(page.get_by_role("heading", name="Your home feed is still empty")).to_be_visible()
    inviting.goto("/admin/invitations")
    expect(inviting.get_by_role("link", name=f"@{name}")).to_be_visible()
    assert not admin.mistakes + guest.mistakes


@pytest.mark.usefixtures("closing")
def test_somebody_asks_and_is_let_in(visit: Any, site: Site, scripts: bool) -> None:  # noqa: FBT001
    moderator, asker = visit("mo", scripts=scripts), visit(scripts=scripts)
    flask(site, "user", "role", moderator.name, "moderator")
    flask(site, "site", "set", "signup=approval", "rules=Be kind.")
    page = asker.go("/signup")
    name = f"asker_{moderator.name}"
    fill_in(page, name, Why_you_would_like_to_come_in=WHY)
    page.get_by_label("I accept the rules").check()
    page.get_by_role("button", name="Ask for an account").click()
    expect(page.get_by_role("heading", name="You asked for an account")).to_be_visible()
    log_in(page, name)
    expect(page.get_by_role("alert")).to_contain_text("has yet to decide")
    queue = moderator.go("/admin/people")
    expect(queue.get_by_text(WHY).first).to_be_visible()
    queue.get_by_role("button", name=f"Let in @{name}").click()
    expect(queue.get_by_role("status").first).to_contain_text("They have an account now")
    log_in(page, name)
    expect(page.get_by_role("heading", name="Your home feed is still empty")).to_be_visible()


@pytest.mark.usefixtures("closing")
def test_a_newcomer_proves_some_work_or_asks(visit: Any, site: Site, scripts: bool) -> None:  # noqa: FBT001
    flask(site, "site", "set", "proof_of_work=on")
    newcomer = visit(scripts=scripts)
    page = newcomer.go("/signup")
    fill_in(page, f"worker_{int(scripts)}")
    why = page.get_by_label("Why you would like to come in")
    if scripts:
        expect(why).to_be_hidden()
        page.get_by_role("button", name="Sign up").click()
        newcomer.skip()
        expect(page.get_by_role("heading", name="Your home feed is still empty")).to_be_visible()
    else:
        why.fill(WHY)
        page.get_by_role("button", name="Sign up").click()
        expect(page.get_by_role("heading", name="You asked for an account")).to_be_visible()
    assert not newcomer.mistakes


def test_a_lost_password_is_set_by_a_recovery_code(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    ada = visit("ada", scripts=scripts)
    page = ada.go("/")
    page.get_by_role("link", name="Save yours").click()
    page.get_by_role("button", name="Make recovery codes").click()
    code = page.locator(".codes code").first.inner_text()
    page.get_by_role("link", name="I saved them").click()
    expect(page.get_by_role("link", name="Save yours")).to_have_count(0)
    other = visit(scripts=scripts).go("/login")
    other.get_by_role("link", name="Set a new one").click()
    other.get_by_label("Username").fill(ada.name)
    other.get_by_label("Recovery code").fill(code)
    other.get_by_label("New password").fill(NEW)
    other.get_by_role("button", name="Set password").click()
    expect(other.get_by_role("status").first).to_contain_text("Your password is set")
    log_in(other, ada.name, NEW)
    expect(other.locator(".menu")).to_be_visible()
    page.goto("/settings")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_an_authenticator_is_asked_for_and_its_loss_survived(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    ada = visit("ada", scripts=scripts)
    page = ada.go("/settings/recovery")
    page.get_by_role("button", name="Make recovery codes").click()
    recovery = page.locator(".codes code").first.inner_text()
    put_an_authenticator_on(page)
    other = visit(scripts=scripts)
    log_in(other.page, ada.name)
    other.page.get_by_label("Code").fill("000000")
    other.page.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(other.page.get_by_role("alert")).to_be_visible()
    other.page.get_by_label("Code").fill(recovery)
    other.page.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(other.page.locator(".menu")).to_be_visible()
    assert not ada.mistakes + other.mistakes
