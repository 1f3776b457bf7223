"""Digests that leave late, or stand among much else: nothing is lost, and nobody waits for them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from feedapp.services.notifications import digests
from tests.integration.mail.digesting import digests_of, do, later, run, wanting
from tests.integration.mail.test_sending import make_due, waiting

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from tests.integration.mail.conftest import MailSite
    from tests.support.people import Somebody


@pytest.fixture
def ada(site: MailSite) -> Somebody:
    return wanting(site)


@pytest.fixture
def bob(site: MailSite) -> Somebody:
    return site.somebody("bob")


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "PAGE", 5)
    monkeypatch.setattr(digests, "LISTED", 3)


def test_the_link_for_mail_programs_is_written_as_they_read_it(
    site: MailSite, engine: Engine, ada: Somebody, bob: Somebody
) -> None:
    """In one line and not as an encoded word: RFC 2047 forbids these there, and RFC 2369 has an address in brackets."""
    do(site, bob, "POST", "posts/1/likes")
    (mail,) = digests_of(site, engine)
    assert ada.username in mail.text
    assert re.search(rb"^List-Unsubscribe: <http://localhost/unsubscribe\?link=[\w.-]{30,}>\r$", mail.raw, re.MULTILINE)


def test_what_is_left_out_takes_no_others_place(
    site: MailSite, engine: Engine, ada: Somebody, bob: Somebody, short_pages: None
) -> None:
    do(site, bob, "POST", "users/ada/followers")
    for _ in range(6):
        do(site, bob, "POST", "posts/1/comments", body="and another thing")
    do(site, ada, "POST", "posts/1/mutes")
    (mail,) = digests_of(site, engine)
    assert mail.mail["Subject"] == "feedapp: bob follows you"
    assert "more" not in mail.text.partition("All notifications")[0]


def test_what_came_later_hides_nothing_of_one_that_leaves_late(
    site: MailSite, engine: Engine, ada: Somebody, bob: Somebody, short_pages: None
) -> None:
    do(site, bob, "POST", "users/ada/followers")
    later(site, engine)
    assert run(site) == 1
    for _ in range(16):
        do(site, bob, "POST", "posts/1/comments", body="meanwhile")
    (mail,) = site.sent()
    assert mail.mail["Subject"] == "feedapp: bob follows you"
    assert ada.username in mail.text


@pytest.mark.parametrize(("days", "sent"), [(3, 1), (6, 1), (8, 0)])
def test_a_mail_server_that_is_away_for_days_loses_none(
    site: MailSite, engine: Engine, ada: Somebody, bob: Somebody, days: int, sent: int
) -> None:
    do(site, bob, "POST", "posts/1/likes")
    later(site, engine)
    assert run(site) == 1
    with engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE outbox_messages SET created_at = created_at - make_interval(days => {days})"
        )
    site.server.handler.verdicts[:] = ["451 not now"]
    first = site.sent()
    make_due(engine)
    assert len(first + site.sent()) == sent
    site.server.handler.verdicts.clear()
    assert waiting(engine) == []


def test_nobodys_new_password_waits_behind_digests(
    site: MailSite, engine: Engine, ada: Somebody, bob: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are sent one at a time, and many are due at once: so by a thread of their own."""
    do(site, bob, "POST", "posts/1/likes")
    later(site, engine)
    assert run(site) == 1
    assert site.browser().post("/reset/mail", {"who": ada.username}).status_code == 303
    targets = site.services.courier._targets
    monkeypatch.setattr(targets["digests"], "deliver", _hangs)
    site.services.courier._work_for(targets["mail"])
    assert [each.mail["Subject"] for each in site.server.received] == ["feedapp: Set a new password"]
    site.server.received.clear()


def _hangs(_messages: object) -> None:
    raise AssertionError
