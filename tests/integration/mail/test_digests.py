"""Digests: what somebody was told and has not read, by mail, to those who want it, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.mail.digesting import SETTINGS, digests_of, do, later, run, wanting
from tests.integration.mail.test_sending import waiting

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


def test_what_was_not_read_comes_in_one_mail_grouped_as_on_the_page(
    site: MailSite, engine: Engine, ada: Somebody, bob: Somebody
) -> None:
    cyd = site.somebody("cyd")
    for who in (bob, cyd):
        do(site, who, "POST", "posts/1/likes")
    do(site, bob, "POST", "posts/1/comments", body="<b>well</b> said, **all** of it")
    do(site, bob, "POST", "users/ada/followers")
    assert run(site) == 0, "not before it is due"
    (mail,) = digests_of(site, engine)
    assert mail.recipients == ["ada@example.org"]
    assert mail.mail["Subject"] == "feedapp: bob follows you, and more"
    listed = [each[2:] for each in mail.text.splitlines() if each.startswith("* ")]
    assert listed == ["bob follows you", "bob commented on your post", "cyd and 1 other like your post"]
    assert "  > <b>well</b> said, all of it" in mail.text
    assert "http://localhost/posts/1/comments/1" in mail.text
    assert "&lt;b&gt;well&lt;/b&gt; said" in mail.html
    assert '<a href="http://localhost/@bob" dir="auto">bob follows you</a>' in mail.html
    assert ada.username in mail.text


def test_nothing_is_sent_where_nothing_is_new(site: MailSite, engine: Engine, ada: Somebody, bob: Somebody) -> None:
    assert digests_of(site, engine) == []
    do(site, bob, "POST", "posts/1/likes")
    assert len(digests_of(site, engine)) == 1
    assert digests_of(site, engine) == [], "what was mailed is not news"
    do(site, bob, "POST", "posts/1/comments", body="new")
    (mail,) = digests_of(site, engine)
    assert "likes your post" not in mail.text
    (told, *_) = do(site, ada, "GET", "notifications")["items"]
    do(site, bob, "POST", "posts/1/comments", body="newer")
    (told, *_) = do(site, ada, "GET", "notifications")["items"]
    do(site, ada, "POST", "notifications/read", until=told["id"])
    assert digests_of(site, engine) == [], "what was read is not news"


def test_what_may_still_be_committed_waits_for_the_next(
    site: MailSite, engine: Engine, ada: Somebody, bob: Somebody
) -> None:
    """An entry has its place before its transaction is committed: another that is later may be seen before it."""
    assert digests_of(site, engine) == []
    do(site, bob, "POST", "posts/1/comments", body="just now")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE notification_digests SET due_at = now()")
    assert run(site) == 0
    (mail,) = digests_of(site, engine)
    assert "just now" in mail.text
    assert mail.recipients == [f"{ada.username}@example.org"]


@pytest.mark.parametrize("every", ["never", "weekly"])
def test_it_comes_as_often_as_somebody_wants(site: MailSite, engine: Engine, bob: Somebody, every: str) -> None:
    ada = wanting(site)
    do(site, ada, "PATCH", "notifications/settings", digest=every)
    do(site, bob, "POST", "posts/1/likes")
    assert do(site, ada, "GET", "notifications/settings")["digest"] == every
    assert digests_of(site, engine) == []
    assert len(digests_of(site, engine, days=7)) == (1 if every == "weekly" else 0)


def test_nobody_gets_one_who_did_not_choose_it(site: MailSite, engine: Engine, bob: Somebody) -> None:
    ada = site.verified("ada", "ada@example.org")
    assert do(site, ada, "GET", "notifications/settings")["digest"] == "never"
    do(site, ada, "POST", "posts", body="mine")
    do(site, bob, "POST", "posts/1/likes")
    assert digests_of(site, engine, days=30) == []


def test_it_takes_a_verified_address(site: MailSite, engine: Engine, bob: Somebody) -> None:
    client = site.app.test_client()
    refused = client.patch(SETTINGS, headers=bob.headers, json={"digest": "daily"})
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, "digest")
    ada = wanting(site)
    do(site, bob, "POST", "posts/1/likes")
    do(site, ada, "PATCH", "me", email="", current_password=ada.password)
    site.sent()
    assert digests_of(site, engine) == []


def _blocks(site: MailSite, ada: Somebody, bob: Somebody) -> None:
    do(site, ada, "POST", "users/bob/blocks")


def _mutes(site: MailSite, ada: Somebody, bob: Somebody) -> None:
    do(site, ada, "POST", "users/bob/mutes")


def _hides(site: MailSite, ada: Somebody, bob: Somebody) -> None:
    mod = site.somebody("mod")
    with site.app.app_context():
        site.services.roles.assign(username="mod", role="moderator")
        site.services.relay.work()
    token = do(site, mod, "POST", "tokens", username="mod", password=mod.password, scopes=["moderate"])["token"]
    headers = {"Authorization": f"Bearer {token}"}
    body = {"reason": "Advertising."}
    answer = site.app.test_client().post("/api/users/bob/suspension", headers=headers, json=body)
    assert answer.status_code < 300, answer.text


def _switches_off(site: MailSite, ada: Somebody, bob: Somebody) -> None:
    do(site, ada, "PATCH", "notifications/settings", comment=False)


def _mutes_the_conversation(site: MailSite, ada: Somebody, bob: Somebody) -> None:
    do(site, ada, "POST", "posts/1/mutes")


def _deletes(site: MailSite, ada: Somebody, bob: Somebody) -> None:
    do(site, bob, "DELETE", "posts/1/comments/1")


def _wants_no_more(site: MailSite, ada: Somebody, bob: Somebody) -> None:
    do(site, ada, "PATCH", "notifications/settings", digest="never")


def _reads(site: MailSite, ada: Somebody, bob: Somebody) -> None:
    do(site, ada, "POST", "notifications/read", until=do(site, ada, "GET", "notifications")["items"][0]["id"])


def _mutes_a_word(site: MailSite, ada: Somebody, bob: Somebody) -> None:
    do(site, ada, "PUT", "me/muted-words", words=["football"])


CHANGES = [_blocks, _mutes, _hides, _switches_off, _mutes_the_conversation, _deletes, _reads, _wants_no_more]


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_not_to_be_told_any_more_when_it_leaves_is_not_told(
    site: MailSite, engine: Engine, ada: Somebody, bob: Somebody, change: Any
) -> None:
    """The message waits in the outbox when it changes."""
    do(site, bob, "POST", "posts/1/comments", body="Football")
    later(site, engine)
    assert run(site) == 1
    assert len(waiting(engine)) == 1
    change(site, ada, bob)
    assert [each.mail["Subject"] for each in site.sent()] == []
    assert waiting(engine) == []


def test_a_word_that_is_muted_is_not_quoted(site: MailSite, engine: Engine, ada: Somebody, bob: Somebody) -> None:
    do(site, bob, "POST", "posts/1/comments", body="Football")
    _mutes_a_word(site, ada, bob)
    (mail,) = digests_of(site, engine)
    assert "Football" not in mail.text
