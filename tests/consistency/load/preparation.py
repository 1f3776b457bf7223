"""Prepares a site for the load, over HTTP like everybody: people, who follows whom, and the posts that stay."""

from __future__ import annotations

import re
from typing import Any

import orjson

from tests.consistency.load import world
from tests.consistency.load.http11 import Connection
from tests.consistency.load.plan import Person

PASSWORD = "a good password"
JSON = "Content-Type: application/json\r\n"


def prepare(port: int) -> tuple[list[Person], list[str]]:
    """Give the people, and the ids of the posts that stay. Raise RuntimeError if the site refuses."""
    connection = Connection(port)
    try:
        people = [_sign_up(connection, f"user{number}") for number in range(world.PEOPLE)]
        secret = {"body": world.SECRET, "visibility": "followers"}
        _post(connection, "/api/posts", people[world.KEEPER], **secret)  # the first, so that the others come before it
        for u, follower in enumerate(people[: world.USERS]):
            for v, followee in enumerate(people[: world.USERS]):
                if world.follows_first(u, v):
                    _post(connection, f"/api/users/{followee.username}/followers", follower)
        posts = [
            str(_post(connection, "/api/posts", people[world.author(p)], body=world.text_of("p", p, 1))["id"])
            for p in range(world.STABLE)
        ]
    finally:
        connection.close()
    return people, posts


def _sign_up(connection: Connection, username: str) -> Person:
    account = {"username": username, "password": PASSWORD}
    _post(connection, "/api/users", None, **account)
    token = _post(connection, "/api/tokens", None, **account)["token"]
    form = f"username={username}&password={PASSWORD.replace(' ', '+')}".encode()
    headers = "Content-Type: application/x-www-form-urlencoded\r\n"
    status, head, _ = connection.exchange("POST", "/login", headers=headers, body=form)
    cookie = re.search(rb"set-cookie: (feedapp_session_[^=]+=[^;\r]+)", head, re.IGNORECASE)
    if cookie is None:
        raise RuntimeError(f"no session from /login: {status}")
    return Person(username, token, cookie[1].decode())


def _post(connection: Connection, path: str, sender: Person | None, **data: str) -> dict[str, Any]:
    headers = JSON + (f"Authorization: Bearer {sender.token}\r\n" if sender else "")
    status, body = connection.ask("POST", path, headers=headers, body=orjson.dumps(data))
    if status not in (200, 201):
        raise RuntimeError(f"{status} for {path}: {body.decode()}")
    answer: dict[str, Any] = orjson.loads(body)
    return answer
