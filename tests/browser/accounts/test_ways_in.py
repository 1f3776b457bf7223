"""Doors that are open and closed, a password lost on a site with mail, an account taken back."""

from __future__ import annotations

from itertools import count
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.quality.test_accessibility import violations
from tests.browser.test_site import NEW, fill_in, log_in
from tests.browser.tour import SCHEMES, flask
from tests.browser.visitors import PASSWORD, Visitor
from tests.consistency.sites.site import Site
from tests.support.mailserver import MailServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.support.mailserver import Received

PATIENCE = 20
_numbers = count(1)


class PostalSite(Site):
    """A site that sends mail."""

    smtp = ""

    def environment(self) -> dict[str, str]:
        return super().environment() | {"SMTP_URL": self.smtp, "MAIL_FROM": "feedapp@example.org"}


@pytest.fixture(scope="module")
def letters() -> Iterator[list[Received]]:
    with MailServer() as server:
        PostalSite.smtp = server.url
        yield server.received


@pytest.fixture(scope="module")
def postal_site(letters: list[Received], tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostalSite]:
    letters.clear()
    with PostalSite(tmp_path_factory.mktemp("postal"), processes=1) as site:
        yield site


@pytest.fixture(scope="module")
def postal(postal_site: PostalSite) -> str:
    """Give the address of a site that sends mail."""
    return f"http://127.0.0.1:{postal_site.apps[0].port}"


@pytest.fixture
def member(postal: str, browser: Any, scripts: bool) -> Iterator[Visitor]:  # noqa: FBT001
    """Somebody new on the site that sends mail."""
    context = browser.new_context(base_url=postal, java_script_enabled=scripts, reduced_motion="reduce")
    visitor = Visitor(context, f"ada_{next(_numbers)}")
    visitor.refuse_errors()
    visitor.sign_up()
    yield visitor
    context.close()


def letter(letters: list[Received]) -> Received:
    """Wait for the one mail that comes."""
    until = monotonic() + PATIENCE
    while not letters and monotonic() < until:
        sleep(0.1)
    (mail,) = letters
    letters.clear()
    return mail


def test_an_open_door_and_a_closed_one(visit: Any, site: Site, scripts: bool) -> None:  # noqa: FBT001
    stranger = visit(scripts=scripts)
    name = f"open_{next(_numbers)}"
    page = stranger.go("/signup?next=/public")
    fill_in(page, name)
    page.get_by_role("button", name="Sign up").click()
    stranger.skip()
    expect(page.get_by_role("heading", name="Everyone")).to_be_visible()
    expect(page.locator(".menu")).to_be_visible()
    page.context.clear_cookies()
    try:
        flask(site, "site", "set", "signup=closed")
        page.goto("/signup")
        expect(page.get_by_text("Nobody can make an account here at present.")).to_be_visible()
        expect(page.get_by_label("Username")).to_have_count(0)
        log_in(page, name)
        expect(page.locator(".menu")).to_be_visible()
    finally:
        flask(site, "site", "set", "signup=open")
    assert not stranger.mistakes


def test_a_lost_password_is_set_by_a_mail(member: Visitor, letters: list[Received]) -> None:
    address = f"{member.name}@example.org"
    page = member.go("/settings/email")
    page.get_by_label("Mail address").fill(address)
    page.locator("#current_password").fill(PASSWORD)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("waits to be confirmed")).to_be_visible()
    page.goto(letter(letters).link)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Address confirmed")).to_be_visible()
    page.context.clear_cookies()
    page.goto("/login")
    page.get_by_role("link", name="Set a new one").click()
    page.get_by_label("Username or mail address").fill(address)
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("status").first).to_contain_text("a mail with a link is on its way")
    mail = letter(letters)
    assert mail.recipients == [address]
    page.goto(mail.link)
    page.get_by_label("New password").fill(NEW)
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_role("status").first).to_contain_text("Your password is set")
    assert "password was changed" in str(letter(letters).mail["Subject"])
    log_in(page, str(member.name), NEW)
    expect(page.locator(".menu")).to_be_visible()
    assert not member.mistakes


def test_axe_finds_nothing_on_pages_that_mails_lead_to(
    member: Visitor,
    letters: list[Received],
    node_modules: Path,
    scripts: bool,  # noqa: FBT001
) -> None:
    if not scripts:
        pytest.skip("axe is a script")
    member.post("/settings/email", email=f"{member.name}@example.org", current_password=PASSWORD)
    verify = letter(letters).link
    found = seen(member, ["/settings/email", verify], node_modules)
    member.post("/verify", link=verify.partition("=")[2])
    member.post("/reset/mail", who=str(member.name))
    reset = letter(letters).link
    member.context.clear_cookies()
    assert found + seen(member, ["/reset", reset], node_modules) == []


def test_axe_finds_nothing_where_newcomers_prove_work(
    visit: Callable[..., Visitor],
    site: Site,
    node_modules: Path,
    scripts: bool,  # noqa: FBT001
) -> None:
    if not scripts:
        pytest.skip("axe is a script")
    flask(site, "site", "set", "proof_of_work=on")
    try:
        assert seen(visit(), ["/signup", "/privacy"], node_modules) == []
    finally:
        flask(site, "site", "set", "proof_of_work=off")


def seen(visitor: Visitor, addresses: list[str], node_modules: Path) -> list[str]:
    """Ask axe about pages, light and dark."""
    found = []
    for address in addresses:
        page = visitor.go(address)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found += [f"{address}, {scheme}: {each}" for each in violations(page, node_modules)]
    return found


def test_a_deleted_account_is_taken_back(visit: Callable[..., Visitor], scripts: bool) -> None:  # noqa: FBT001
    ada, bob = visit("ada", scripts=scripts), visit("bob")
    number = ada.write(f"Words of {ada.name}")
    page = ada.go("/settings/delete")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_role("heading", name="Your account is out of sight")).to_be_visible()
    assert bob.context.request.get(f"/posts/{number}").status == 404
    log_in(page, str(ada.name))
    expect(page.get_by_role("heading", name="Take your account back?")).to_be_visible()
    page.get_by_role("button", name="Take it back and log in").click()
    expect(page.locator(".menu")).to_be_visible()
    shown: Page = bob.go(f"/posts/{number}")
    expect(shown.get_by_text(f"Words of {ada.name}").first).to_be_visible()
    assert not ada.mistakes
