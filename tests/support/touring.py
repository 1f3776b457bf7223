"""A small community, a tour that reads everything there is to read, and what its keys should hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.blueprints.pages.kit.cookies import session_cookie
from feedapp.cache.catalogue.key_parser import row_of
from feedapp.cache.catalogue.keys import NOTABLE, NOTIFICATIONS_OF, USED_TAGS
from feedapp.extensions import db
from feedapp.reading.viewers import Credentials
from feedapp.repositories.notifications.digests import DigestRepository
from feedapp.services.people.joining.door import Knock
from feedapp.services.people.joining.sign_ups import Newcomer
from tests.integration.media.samples import form, picture
from tests.support.apps import services
from tests.support.people import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.wiring import Services
    from tests.support.copies import Snapshots
    from tests.support.people import Somebody


def community(client: FlaskClient, people: Callable[..., Somebody]) -> dict[str, Somebody]:
    """Ada writes, Bob follows her, likes, comments; Cyd, a stranger, and she are admins. Gus is suspended."""
    everybody = {name: people(name) for name in ("ada", "bob", "cyd")}
    client.post("/api/media", headers=everybody["ada"].headers, **form(picture()))
    for name, media, tags in (("ada", ["1"], ""), ("bob", [], " #beans #plum #pear"), ("ada", [], "")):
        wanted = {"body": f"of @{name}, for @dee{tags}", "media": media}
        client.post("/api/posts", headers=everybody[name].headers, json=wanted)
    client.post("/api/posts", headers=everybody["ada"].headers, json={"body": "of #Beans, #plum and #kale"})
    client.post("/api/tags/beans/followers", headers=everybody["cyd"].headers)
    for name in ("ada", "bob"):
        client.post("/api/posts/1/comments", headers=everybody[name].headers, json={"body": f"of @{name}"})
    answers = "/api/posts/1/comments"
    for name, answered in (("ada", "2"), ("bob", None), ("cyd", "4")):
        client.post(answers, headers=everybody[name].headers, json={"body": "Well.", "in_reply_to": answered})
    client.delete(f"{answers}/4", headers=everybody["bob"].headers)
    client.post(f"{answers}/2/likes", headers=everybody["ada"].headers)
    for name in ("ada", "bob"):
        client.post("/api/posts/1/likes", headers=everybody[name].headers)
    for name, number in (("ada", 2), ("bob", 1), ("bob", 3)):
        client.post(f"/api/posts/{number}/bookmarks", headers=everybody[name].headers)
    client.post("/api/posts/1/pin", headers=everybody["ada"].headers)
    for follower, followee in (("bob", "ada"), ("cyd", "ada"), ("bob", "cyd")):
        client.post(f"/api/users/{followee}/followers", headers=everybody[follower].headers)
    with client.application.app_context():
        parts = services(client.application)
        parts.roles.assign(username="cyd", role="admin")
        with parts.unit_of_work():
            DigestRepository(db.session).choose(everybody["ada"].id, "daily")
        parts.roles.assign(username="ada", role="admin")
        invited = parts.joining.invitations.invite(
            uses=2, days=1, by=Credentials.of(everybody["ada"].token, kind="api")
        )
        parts.joining.sign_ups.join(Newcomer("eve", PASSWORD), Knock(invitation=invited))
        parts.blocks.block(Credentials.of(everybody["ada"].token, kind="api"), username="eve")
        for name in ("ada", "bob"):
            parts.mutes.mute(Credentials.of(everybody[name].token, kind="api"), username="eve")
        parts.site_settings.set({"signup": "approval"})
        parts.joining.sign_ups.join(Newcomer("fay", PASSWORD), Knock(reason="I like plants."))
        parts.site_settings.set({"signup": "open", "moderation_log": "public"})
    gus = people("gus")
    client.post("/api/users/gus/suspension", headers=everybody["cyd"].headers, json={"reason": "Advertising."})
    assert client.get("/api/me", headers=gus.headers).status_code == 403
    return everybody


def tour(client: FlaskClient, everybody: dict[str, Somebody]) -> None:
    """Read everything, as everybody and as nobody; and pages, which look up the names in texts."""
    for address in (
        "/public",
        "/posts/1",
        *(f"/posts/1/comments/{n}" for n in (1, 2, 4)),
        "/about",
        "/rules",
        "/privacy",
        "/moderation",
    ):
        client.get(address)
    tour_of_who_runs_it(client.application, everybody["cyd"])
    for address in ("/", "/notifications", "/settings/notifications", "/settings/passkeys"):
        at_home(client.application, everybody["ada"]).get(address)
    for headers in ({}, *(each.headers for each in everybody.values())):
        for address in (
            *("/api/posts", "/api/posts?limit=1", "/api/posts?feed=public&limit=50", "/api/me"),
            "/api/posts?feed=active&limit=1",
            *(f"/api/users/{name}" for name in everybody),
            *(f"/api/posts?limit=1&feed=user&username={name}" for name in everybody),
            *(
                f"/api/users/{name}/{side}?limit={limit}"
                for name in everybody
                for side, limit in (("followers", 1), ("following", 1), ("comments", 1), ("comments", 20), ("likes", 1))
            ),
            *("/api/suggestions", "/api/me/likes", "/api/tokens", "/api/posts?feed=bookmarks&limit=1", "/api/tags"),
            *(f"/api/me/{which}?limit={limit}" for which in ("blocks", "mutes") for limit in (1, 20)),
            "/api/me/muted-words",
            *("/api/notifications?limit=1", "/api/notifications/unread"),
            *(f"/api/notifications?kind={kind}" for kind in NOTIFICATIONS_OF),
            *(f"/api/posts/{number}" for number in range(1, 5)),
            *(each.format(tag) for tag in ("beans", "plum") for each in ("/api/tags/{}", "/api/posts?limit=1&tag={}")),
            *(
                "/api/posts/1/comments",
                "/api/posts/1/comments?limit=1",
                *(f"/api/posts/1/comments?order={order}&limit=2" for order in ("oldest", "newest")),
                "/api/posts/1/comments/1",
                "/api/posts/1/likes?limit=1",
            ),
        ):
            answer = client.get(address, headers=headers).get_json()
            mark = "&" if "?" in address else "?"
            for way in ("next_cursor", "prev_cursor"):  # on, and back again
                if answer.get(way):
                    answer = client.get(f"{address}{mark}cursor={answer[way]}", headers=headers).get_json()


def toured(client: FlaskClient, people: Callable[..., Somebody], snapshots: Snapshots) -> dict[str, Somebody]:
    """Give the community as it is after the tour, with all that it has cached."""

    def make() -> dict[str, Somebody]:
        everybody = community(client, people)
        tour(client, everybody)
        return everybody

    return snapshots.of("toured", make)


def tour_of_who_runs_it(app: Flask, admin: Somebody) -> None:
    """Read what only an admin reads."""
    client = at_home(app, admin)
    for address in ("/admin/people", "/admin/site", "/admin/invitations", "/settings/passkeys"):
        assert client.get(address).status_code == 200


def at_home(app: Flask, somebody: Somebody) -> FlaskClient:
    """Give a browser in which somebody is logged in."""
    client = app.test_client()
    client.set_cookie(session_cookie(app), somebody.session)
    return client


def kept(parts: Services) -> Iterator[tuple[Key, bytes]]:
    """Give every key in Redis as an instance of the key table, with what it holds."""
    for batch in parts.backend.names("*"):
        names = [name.decode().removeprefix(parts.backend.name("")) for name in batch]
        for name, held in zip(names, parts.backend.raw_many(names), strict=True):
            key = row_of(name)
            assert key, f"{name} is in no row of the key table"
            if held is not None:
                yield key, held


def stale(parts: Services) -> list[str]:
    """Give the keys whose value, as a reader would be shown it, is not what PostgreSQL says now."""
    verdicts = parts.cache_verification.verify(sample=10_000)
    return [difference.key.name for verdict in verdicts for difference in verdict.differences] + [
        key.name
        for key in (NOTABLE, USED_TAGS)
        if (ranking := parts.backend.get(key.name)) is not None
        and set(ranking) != set(parts.reading.load_facts([key])[key])
    ]
