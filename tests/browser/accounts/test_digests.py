"""Mails of what happened: chosen, and ended by the link in one, with and without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg2
import pytest
from playwright.sync_api import expect

from feedapp.writing.mail.links import MailLinks
from tests.browser.accounts.test_ways_in import letter, letters, member, postal, postal_site, seen
from tests.browser.visitors import PASSWORD
from tests.consistency.sites.site import SECRET_KEY

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.accounts.test_ways_in import PostalSite
    from tests.browser.visitors import Visitor
    from tests.support.mailserver import Received

__all__ = ["letters", "member", "postal", "postal_site"]
SETTINGS = "/settings/notifications"


def ending(site: PostalSite, member: Visitor) -> str:
    """Give the link that a mail to somebody has."""
    connection = psycopg2.connect(site.database_url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT id, key::text FROM users WHERE username = %s", [member.name])
        ((user_id, key),) = cursor.fetchall()
    connection.close()
    return f"/unsubscribe?link={MailLinks(SECRET_KEY).ending(user_id, user_key=key)}"


def test_mails_are_chosen_and_ended(member: Visitor, postal_site: PostalSite, letters: list[Received]) -> None:
    page = member.go(SETTINGS)
    expect(page.get_by_label("Once a week")).to_have_count(0)
    page.get_by_role("link", name="Confirm a mail address").click()
    expect(page.get_by_role("heading", name="Mail address").first).to_be_visible()
    member.post("/settings/email", email=f"{member.name}@example.org", current_password=PASSWORD)
    member.post("/verify", link=letter(letters).code)
    page = member.go(SETTINGS)
    expect(page.get_by_label("Never")).to_be_checked()
    page.get_by_label("Once a week").check()
    page.get_by_label("likes what you wrote").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("Your choice was saved")
    expect(page.get_by_label("Once a week")).to_be_checked()
    expect(page.get_by_label("likes what you wrote")).not_to_be_checked()
    page.context.clear_cookies()  # the link works in any browser
    page.goto(ending(postal_site, member))
    page.get_by_role("button", name="End these mails").click()
    expect(page.get_by_role("heading", name="No more of these mails")).to_be_visible()
    assert not member.mistakes


def test_axe_finds_nothing_on_their_pages(
    member: Visitor,
    postal_site: PostalSite,
    letters: list[Received],
    node_modules: Path,
    scripts: bool,  # noqa: FBT001
) -> None:
    if not scripts:
        pytest.skip("axe is a script")
    found = seen(member, [SETTINGS], node_modules)
    member.post("/settings/email", email=f"{member.name}@example.org", current_password=PASSWORD)
    member.post("/verify", link=letter(letters).code)
    assert found + seen(member, [SETTINGS, ending(postal_site, member)], node_modules) == []
