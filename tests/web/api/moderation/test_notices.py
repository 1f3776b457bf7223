"""Moderators are told that something was reported: in one entry, which grows until they read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.api.calls import Json, data, publish

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from feedapp.wiring import Services
    from tests.support.people import Somebody


def report(client: FlaskClient, who: Somebody, post_id: str) -> None:
    data(client.post("/api/reports", headers=who.headers, json={"post_id": post_id, "reason": "spam"}), 201)


def told(client: FlaskClient, who: Somebody) -> list[Json]:
    found = data(client.get("/api/notifications?kind=moderation", headers=who.headers))
    return list(found["items"])


def unread(client: FlaskClient, who: Somebody) -> int:
    return int(data(client.get("/api/notifications/unread", headers=who.headers))["unread_count"])


def test_moderators_and_admins_are_told_once(
    client: FlaskClient,
    people: Callable[..., Somebody],
    services: Services,
    ada: Somebody,
    bob: Somebody,
    cyd: Somebody,
    mod: Somebody,
) -> None:
    boss = people("boss")
    services.roles.assign(username="boss", role="admin")
    first, second = publish(client, ada), publish(client, ada)
    assert unread(client, mod) == 0
    report(client, bob, first)
    report(client, cyd, first)  # the same case: they know of it
    for who in (mod, boss):
        [entry] = told(client, who)
        assert (entry["actor"], entry["others_count"], entry["read"]) == (None, 0, False)
        assert unread(client, who) == 1
    for who in (ada, bob, cyd):
        assert told(client, who) == []
    report(client, bob, second)
    [grown] = told(client, mod)
    assert (grown["others_count"], unread(client, mod)) == (1, 1)
    client.post("/api/notifications/read", headers=mod.headers, json={"until": grown["id"]})
    assert unread(client, mod) == 0
    report(client, bob, publish(client, ada))
    [anew] = told(client, mod)
    assert (anew["others_count"], anew["read"], unread(client, mod)) == (0, False, 1)


def test_a_moderator_who_reports_something_knows_of_it(
    client: FlaskClient, ada: Somebody, mod: Somebody, post_id: str
) -> None:
    del ada
    report(client, mod, post_id)
    assert told(client, mod) == []
