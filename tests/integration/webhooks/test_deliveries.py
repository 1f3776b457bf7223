"""What a receiver of webhooks gets, over HTTP: signed, in order, each change once unless it says that it failed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from standardwebhooks import WebhookVerificationError

from feedapp.repositories.delivery.webhook_queue import KEPT
from feedapp.services.content.changes import filling, webhook_care

if TYPE_CHECKING:
    from tests.integration.webhooks.conftest import HookSite
    from tests.integration.webhooks.receiver import Receiver


def told(messages: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(each["kind"], each["id"], each["change"]) for one in messages for each in one["data"]["items"]]


def test_what_changes_is_sent_signed_and_as_the_api_tells_it(site: HookSite, receiver: Receiver) -> None:
    start = site.call("GET", "/api/changes?cursor=now")["next_cursor"]
    secret = site.add(receiver.url)["secret"]
    post = site.publish()
    site.call("PATCH", f"/api/posts/{post}", body="Hello again")
    comment = site.call("POST", f"/api/posts/{post}/comments", 201, body="Well said")["id"]
    site.call("PATCH", "/api/me", display_name="Ada")
    site.call("DELETE", f"/api/posts/{post}", 204)
    site.deliver()
    (message,) = receiver.take(secret)
    assert message["type"] == "changes"
    assert datetime.fromisoformat(message["timestamp"]).tzinfo is not None
    assert message["data"] == site.call("GET", f"/api/changes?cursor={start}")
    assert told([message])[-1] == ("post", post, "deleted")
    assert ("comment", comment, "created") in told([message])
    site.deliver()
    assert not receiver.sent
    site.publish()
    site.deliver()
    (later,) = receiver.take(secret)
    assert later["data"] == site.call("GET", f"/api/changes?cursor={message['data']['next_cursor']}")
    site.publish()
    site.deliver()
    with pytest.raises(WebhookVerificationError):
        receiver.take("whsec_" + "A" * 44)


def test_what_fails_is_sent_again_as_it_was_and_nothing_overtakes_it(site: HookSite, receiver: Receiver) -> None:
    secret = site.add(receiver.url)["secret"]
    receiver.status = 500
    first = site.publish("one")
    site.deliver()
    second = site.publish("two")
    site.deliver()
    assert len(receiver.sent) == 1, "not before its time"
    site.later()
    site.deliver()
    assert site.state() == "failing"
    receiver.status = 200
    site.later()
    site.deliver()
    taken = receiver.take(secret)
    assert [each["id"] for each in taken[:3]] == [taken[0]["id"]] * 3
    assert told(taken[2:]) == [("post", first, "created"), ("post", second, "created")]
    assert site.state() == "active"
    assert [(each["status"], each["attempt"]) for each in site.log()] == [(200, 1), (200, 3), (500, 2), (500, 1)]


def test_many_changes_come_in_messages_of_a_hundred_in_one_go(site: HookSite, receiver: Receiver) -> None:
    secret = site.add(receiver.url)["secret"]
    with site.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO posts (author_id, body) SELECT 1, 'text ' || number FROM generate_series(1, 250) number")
        )
    site.deliver()
    taken = receiver.take(secret)
    assert [len(each["data"]["items"]) for each in taken] == [100, 100, 50]
    assert len(set(told(taken))) == 250


def test_a_webhook_is_told_only_of_the_kinds_that_it_wants(
    site: HookSite, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "MOST", 2)
    secret = site.add(receiver.url, kinds=["user"])["secret"]
    for number in range(5):
        site.publish(str(number))
    site.call("PATCH", "/api/me", bio="Engines")
    site.deliver()
    assert told(receiver.take(secret)) == [("user", str(site.admin.id), "edited")]


@pytest.mark.parametrize("what", ["stalls", "is not there", "leads elsewhere", "refuses"])
def test_whatever_the_receiver_does_costs_a_moment_and_is_in_the_log(
    site: HookSite, receiver: Receiver, what: str
) -> None:
    url = "http://127.0.0.1:1/hook" if what == "is not there" else receiver.url
    site.add(url)
    if what == "stalls":
        receiver.stalls = 30.0
        site.hurry()
    receiver.status = {"leads elsewhere": 302, "refuses": 400}.get(what, 204)
    receiver.location = url if what == "leads elsewhere" else ""
    site.publish()
    site.deliver()
    (line,) = site.log()
    assert line["milliseconds"] < 3_000
    assert line["status"] == {"leads elsewhere": 302, "refuses": 400}.get(what)
    assert line["trouble"]
    assert len(receiver.sent) == (0 if what == "is not there" else 1)
    assert site.state() == "failing"


def test_who_fails_for_long_is_disabled_and_gets_what_it_missed_once_enabled(
    site: HookSite, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = site.add(receiver.url)["secret"]
    receiver.status = 503
    post = site.publish()
    site.deliver()
    with site.app.app_context():
        assert site.services.webhook_care.disable_hopeless() == 0
        monkeypatch.setattr(webhook_care, "PATIENCE", webhook_care.PATIENCE * 0)
        assert site.services.webhook_care.disable_hopeless() == 1
    assert site.state() == "disabled"
    assert "0 days" in site.call("GET", "/api/webhooks/1")["trouble"]
    receiver.status, receiver.sent = 204, []
    site.later()
    site.deliver()
    assert not receiver.sent
    site.call("PATCH", "/api/webhooks/1", enabled=True)
    site.deliver()
    assert told(receiver.take(secret)) == [("post", post, "created")]
    assert site.state() == "active"


def test_who_answers_gone_is_disabled_at_once(site: HookSite, receiver: Receiver) -> None:
    site.add(receiver.url)
    receiver.status = 410
    site.publish()
    site.deliver()
    with site.app.app_context():
        site.services.webhook_care.disable_hopeless()
    assert site.state() == "disabled"
    with site.engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM outbox_messages")) == 0


def test_who_missed_what_is_no_longer_kept_is_told_so(site: HookSite, receiver: Receiver) -> None:
    secret = site.add(receiver.url)["secret"]
    site.publish()
    with site.engine.begin() as connection:
        connection.execute(
            text(
                "WITH old AS (DELETE FROM changes RETURNING transaction_id, id) INSERT INTO changes_dropped "
                "(transaction_id, change_id) SELECT transaction_id, id FROM old ORDER BY 1 DESC, 2 DESC LIMIT 1"
            )
        )
    site.deliver()
    (message,) = receiver.take(secret)
    assert (message["type"], message["data"]["items"]) == ("expired", [])
    post = site.publish()
    site.deliver()
    (after,) = receiver.take(secret)
    assert told([after]) == [("post", post, "created")]


def test_a_test_message_comes_through_and_a_deleted_webhook_gets_nothing(site: HookSite, receiver: Receiver) -> None:
    secret = site.add(receiver.url)["secret"]
    key = site.call("POST", "/api/webhooks/1/ping", 202)["message"]
    site.deliver()
    (message,) = receiver.take(secret)
    assert (message["id"], message["type"]) == (key, "ping")
    site.publish()
    with site.app.app_context():
        site.services.webhook_care.fill()
    site.call("DELETE", "/api/webhooks/1", 204)
    site.deliver()
    assert not receiver.sent


def test_of_the_log_the_last_hundred_lines_are_kept_for_a_month(site: HookSite, receiver: Receiver) -> None:
    site.add(receiver.url)
    with site.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO webhook_deliveries "
                "(webhook_id, message, kind, changes, attempt, trouble, milliseconds, at) "
                "SELECT 1, 'msg_old', 'changes', 1, 1, '', 1, now() - interval '31 days' FROM generate_series(1, 300)"
            )
        )
    site.publish()
    site.deliver()
    assert len(site.log()) == KEPT
    with site.app.app_context():
        assert site.services.webhook_care.sweep() == KEPT - 1
    assert [each["status"] for each in site.log()] == [204]


def test_a_message_that_was_lost_is_made_anew(site: HookSite, receiver: Receiver) -> None:
    """The outbox is not in a restored backup's future: what the row names may not be there."""
    secret = site.add(receiver.url)["secret"]
    post = site.publish()
    with site.app.app_context():
        site.services.webhook_care.fill()
    with site.engine.begin() as connection:
        connection.execute(text("DELETE FROM outbox_messages"))
    site.deliver()
    assert told(receiver.take(secret)) == [("post", post, "created")]
