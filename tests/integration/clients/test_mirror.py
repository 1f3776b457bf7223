"""A mirror that follows `/api/changes` while others write: equal to the database, with few requests.

MIRROR_SECONDS says for how long they write.
"""

from __future__ import annotations

import logging
import os
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from feedapp_client import Mirror
from sqlalchemy import text

from tests.integration.clients.writers import at_work
from tests.support.apps import services

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp_client import Client
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from tests.support.people import Somebody

LOG = logging.getLogger(__name__)
SECONDS = float(os.environ.get("MIRROR_SECONDS", "6"))
EVERY = 1.0
"""Seconds between two looks of the mirror, or an eighth of the time if that is more."""
SHOWN = "u.deletion_at IS NULL AND u.leaving_since IS NULL"
STORED = {
    "users": f"SELECT u.id, u.username, u.display_name, u.bio FROM users u WHERE {SHOWN}",
    "posts": "SELECT p.id, p.author_id, u.username, p.body FROM posts p JOIN users u ON u.id = p.author_id "
    f"WHERE {SHOWN}",
    "comments": "SELECT c.id, c.post_id, c.author_id, c.body FROM comments c JOIN users u ON u.id = c.author_id "
    "JOIN posts p ON p.id = c.post_id JOIN users a ON a.id = p.author_id "
    f"WHERE {SHOWN} AND a.deletion_at IS NULL AND a.leaving_since IS NULL",
}


def stored(engine: Engine) -> dict[str, set[tuple[Any, ...]]]:
    with engine.connect() as connection:
        return {name: {tuple(map(str, row)) for row in connection.execute(text(sql))} for name, sql in STORED.items()}


def mirrored(mirror: Mirror) -> dict[str, set[tuple[Any, ...]]]:
    names = {id_: user["username"] for id_, user in mirror.users.items()}
    return {
        "users": {(each["id"], each["username"], each["display_name"], each["bio"]) for each in mirror.users.values()},
        "posts": {
            (each["id"], each["author"]["id"], names.get(each["author"]["id"]), each["body"])
            for each in mirror.posts.values()
        },
        "comments": {
            (each["id"], each["post_id"], each["author"]["id"], each["body"]) for each in mirror.comments.values()
        },
    }


def caught_up(mirror: Mirror) -> None:
    while mirror.update():
        pass


def test_a_mirror_of_a_busy_site_is_exact_with_two_requests_for_a_hundred_changes(
    app: Flask, opened: Callable[..., Client], engine: Engine
) -> None:
    client = opened()
    mirror = Mirror(client)
    looks = 0
    with at_work(app, services(app)) as writers:
        ends = monotonic() + SECONDS
        while monotonic() < ends:
            sleep(max(EVERY, SECONDS / 8))
            caught_up(mirror)
            looks += 1
    caught_up(mirror)
    assert mirrored(mirror) == stored(engine)
    assert sum(each.calls for each in writers) > 100, "the site was busy"
    assert mirror.changes > 100
    # Each look has its own ends: of the changes, and of each kind that they name.
    allowed = 2 * mirror.changes / 100 + 4 * (looks + 1)
    LOG.info("%d changes, %d requests", mirror.changes, client.send.requests)
    assert client.send.requests <= allowed


def test_a_mirror_that_comes_late_takes_two_requests_for_a_hundred_changes(
    app: Flask, opened: Callable[..., Client], engine: Engine
) -> None:
    with at_work(app, services(app)):
        sleep(max(3.0, SECONDS / 2))
    client = opened()
    mirror = Mirror(client)
    caught_up(mirror)
    assert mirrored(mirror) == stored(engine)
    LOG.info("%d changes, %d requests", mirror.changes, client.send.requests)
    assert client.send.requests <= 2 * mirror.changes / 100 + 4, "four ends of what is asked a hundred at a time"


def test_a_mirror_that_starts_in_the_middle_is_exact_as_well(
    app: Flask, opened: Callable[..., Client], engine: Engine
) -> None:
    with at_work(app, services(app)):
        sleep(1.5)
        mirror = Mirror(opened())
        mirror.start()
        sleep(1.5)
    caught_up(mirror)
    found, wanted = mirrored(mirror), stored(engine)
    assert (found["posts"], found["comments"]) == (wanted["posts"], wanted["comments"])
    assert found["users"] <= wanted["users"], "whoever has written nothing is in no list"


def test_what_comes_back_into_sight_is_read_again(
    client: FlaskClient, opened: Callable[..., Client], people: Callable[..., Somebody], engine: Engine
) -> None:
    ada, bob = people("ada"), people("bob")
    post_id = client.post("/api/posts", headers=ada.headers, json={"body": "one"}).get_json()["id"]
    below = client.post("/api/posts", headers=bob.headers, json={"body": "two"}).get_json()["id"]
    for each in (post_id, below):
        client.post(f"/api/posts/{each}/comments", headers=ada.headers, json={"body": "by ada"})
        client.post(f"/api/posts/{each}/comments", headers=bob.headers, json={"body": "by bob"})
    mirror = Mirror(opened())
    caught_up(mirror)
    whole = mirrored(mirror)
    assert whole == stored(engine)
    client.delete("/api/me", headers=ada.headers, json={"current_password": ada.password})
    caught_up(mirror)
    assert mirrored(mirror) == stored(engine)
    assert len(mirror.comments) == 1
    again = {"username": "ada", "password": ada.password, "restore": True}
    assert client.post("/api/tokens", json=again).status_code == 201
    caught_up(mirror)
    assert mirrored(mirror) == stored(engine) == whole
