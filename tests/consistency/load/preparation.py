"""Prepares a site for the load, over HTTP like everybody: people, who follows whom, and the posts that stay."""

from __future__ import annotations

import re
from time import sleep
from typing import TYPE_CHECKING, Any

import orjson
import psycopg2

from tests.consistency.load import world
from tests.consistency.load.http11 import Connection
from tests.consistency.load.plan import Person, Talks

if TYPE_CHECKING:
    from tests.consistency.load.places import Place

PASSWORD = "a good password"
JSON = "Content-Type: application/json\r\n"
ATTEMPTS, PAUSE = 10, 2.0
"""How often what was refused with 503 is sent again, and after how many seconds."""


def prepare(place: Place, database_url: str) -> tuple[list[Person], list[str], list[str], Talks]:
    """Give people, and ids: of posts that stay, of what is judged, of talks. Raise RuntimeError if the site refuses."""
    connection = Connection(place)
    try:
        people = [_sign_up(connection, f"user{number}") for number in range(world.PEOPLE - 1)]
        people.append(_sign_up(connection, "watchful", promoted_in=database_url))
        talks = _talks(connection, people)  # the first, so that the posts that others look for come before them
        secret = {"body": world.SECRET, "visibility": "followers"}
        _post(connection, "/api/posts", people[world.KEEPER], **secret)
        judged = _judged(connection, people)
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
    return people, posts, judged, talks


def _talks(connection: Connection, people: list[Person]) -> Talks:
    """Write what is talked about; the landmark last, so that it is the most active until there is an answer."""
    host, guest, hearer = people[world.HOST], people[world.GUEST], people[world.HEARER]
    _post(connection, f"/api/tags/{world.TAG}/followers", guest)
    heard = str(_post(connection, "/api/posts", hearer, body="a post that is liked")["id"])
    posts = [str(_post(connection, "/api/posts", host, body=f"talk {t}")["id"]) for t in range(world.TALKS)]
    questions = [str(_post(connection, f"/api/posts/{post}/comments", host, body="a question")["id"]) for post in posts]
    landmark = str(_post(connection, "/api/posts", host, body=f"a landmark #{world.LANDMARK_TAG}")["id"])
    return Talks(posts, questions, landmark, heard)


def _judged(connection: Connection, people: list[Person]) -> list[str]:
    """Write what moderators decide about; the comment stands under the post of who is silenced."""
    ids: list[str] = []
    for what in (world.HIDDEN, world.SUSPENDED, world.SILENCED):
        sender = people[world.JUDGED_BY[what]]
        ids.append(str(_post(connection, "/api/posts", sender, body=world.JUDGED_TEXTS[what])["id"]))
    text, sender = world.JUDGED_TEXTS[world.HIDDEN_COMMENT], people[world.JUDGED_BY[world.HIDDEN_COMMENT]]
    ids.insert(world.HIDDEN_COMMENT, str(_post(connection, f"/api/posts/{ids[-1]}/comments", sender, body=text)["id"]))
    return ids


def _sign_up(connection: Connection, username: str, *, promoted_in: str = "") -> Person:
    """Make an account with a token and a session; `promoted_in` is the database in which they become a moderator."""
    account = {"username": username, "password": PASSWORD}
    user = _post(connection, "/api/users", None, **account)
    scopes = ["read", "write"]
    if promoted_in:
        _promote(promoted_in, user["id"])
        scopes.append("moderate")
    token = _post(connection, "/api/tokens", None, **account, scopes=scopes)["token"]
    form = f"username={username}&password={PASSWORD.replace(' ', '+')}".encode()
    headers = "Content-Type: application/x-www-form-urlencoded\r\n"
    status, head, _ = connection.exchange("POST", "/login", headers=headers, body=form)
    cookie = re.search(rb"set-cookie: (feedapp_session_[^=]+=[^;\r]+)", head, re.IGNORECASE)
    if cookie is None:
        raise RuntimeError(f"no session from /login: {status}")
    session = cookie[1].decode()
    return Person(username, token, f"{session}; __Host-{session}")  # the second by way of a balancer, with TLS


def _promote(database_url: str, user_id: str) -> None:
    """Write it into the database: nobody has read who they are, so no copy of that is stale."""
    connection = psycopg2.connect(database_url)
    with connection, connection.cursor() as cursor:
        cursor.execute("UPDATE users SET role = 'moderator' WHERE id = %s", (user_id,))
    connection.close()


def _post(connection: Connection, path: str, sender: Person | None, **data: Any) -> dict[str, Any]:
    headers = JSON + (f"Authorization: Bearer {sender.token}\r\n" if sender else "")
    status, body = connection.ask("POST", path, headers=headers, body=orjson.dumps(data))
    for _ in range(ATTEMPTS):
        if status != 503:  # it was not carried out: the machine is busy, and says so
            break
        sleep(PAUSE)
        status, body = connection.ask("POST", path, headers=headers, body=orjson.dumps(data))
    if status not in (200, 201):
        raise RuntimeError(f"{status} for {path}: {body.decode()}")
    answer: dict[str, Any] = orjson.loads(body)
    return answer
