"""What reads cost: nothing in SQL and two trips to Redis when warm, four statements when cold, whatever the size."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp.blueprints.pages.kit.cookies import session_cookie
from tests.support.costs import cost_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from sqlalchemy import Engine
    from werkzeug.test import TestResponse

    from feedapp.wiring import Services
    from tests.support.copies import Snapshots
    from tests.support.people import Somebody

READS = [
    "/api/posts?feed=public&limit={limit}",
    "/api/posts?feed=active&limit={limit}",
    "/active",
    "/api/posts?feed=user&username=ada&limit={limit}",
    "/api/posts/1",
    "/api/posts/1/comments?limit={limit}",
    "/api/posts/1/comments?order=newest&limit={limit}",
    "/api/posts/1/comments?order=oldest&limit={limit}",
    "/api/posts/1/likes?limit={limit}",
    "/api/posts?ids=3,1,2",
    "/api/comments?ids=3,1,2",
    "/api/users?ids=2,1",
    "/api/users/ada",
    "/api/users/by-id/1",
    "/api/users/ada/followers?limit={limit}",
    "/api/users/bob/following?limit={limit}",
    "/api/users/cyd/comments?limit={limit}",
    "/api/users/cyd/likes?limit={limit}",
    "/@cyd/comments",
    "/@cyd/likes",
    "/api/posts?feed=tag&tag=beans&limit={limit}",
    "/api/tags",
    "/api/tags/beans",
    "/tags",
    "/tags/beans",
    "/public",
    "/posts/1",
    "/@ada",
    "/@ada/followers",
    "/@bob/following",
    "/posts/1?order=newest",
    "/posts/1/comments/1",
    "/posts/1/comments/2",
    "/posts/1/menu",
    "/posts/1/comments/1/menu",
    "/about",
    "/rules",
    "/privacy",
    "/manifest.webmanifest",
    "/favicon.ico",
    "/apple-touch-icon.png",
    "/feed.atom",
    "/@ada/feed.json",
    "/posts/1/feed.atom",
]
OWN_READS = [
    "/api/posts?feed=home&limit={limit}",
    "/api/posts?feed=bookmarks&limit={limit}",
    "/api/me",
    "/api/me/likes?limit={limit}",
    "/api/notifications?limit={limit}",
    "/api/notifications?kind=like&limit={limit}",
    "/api/notifications/unread",
    "/api/notifications/settings",
    "/settings/notifications",
    "/notifications",
    "/notifications?kind=comment",
    "/api/suggestions",
    "/api/me/blocks?limit={limit}",
    "/api/me/mutes?limit={limit}",
    "/api/me/muted-words",
    "/settings/words",
    "/settings/blocks",
    "/settings/mutes",
    "/",
    "/bookmarks",
    "/settings",
    "/suggestions",
    "/welcome",
    "/welcome/people",
    "/welcome/people?next=/posts/1",
    "/api/tokens",
    "/settings/tokens",
    "/settings/recovery",
    "/settings/email",
    "/settings/second-factor",
    "/settings/passkeys",
    "/settings/delete",
    "/posts/new",
    "/posts/2/edit",
    "/posts/2/delete",
    "/posts/1/comments/1/reply",
    "/posts/1/comments/3/edit",
    "/posts/1/comments/3/delete",
]


@pytest.fixture
def community(
    people: Callable[..., Somebody], client: FlaskClient, engine: Engine, snapshots: Snapshots
) -> dict[str, Somebody]:
    return snapshots.of("costs", lambda: made(people, client, engine))


def made(people: Callable[..., Somebody], client: FlaskClient, engine: Engine) -> dict[str, Somebody]:
    everybody = {name: people(name) for name in ("ada", "bob", "cyd")}
    with engine.begin() as connection:
        connection.execute(
            text(
                "WITH added AS (INSERT INTO posts (author_id, body, created_at) SELECT 1 + n % 3, 'post ' || n, "
                "now() - interval '330 min' + n * interval '1 second' FROM generate_series(0, 109) AS n RETURNING id) "
                "INSERT INTO post_counters (post_id) SELECT id FROM added"
            )
        )
    for name, each in everybody.items():
        client.post("/api/posts/1/comments", headers=each.headers, json={"body": f"comment of {name}"})
        client.post(
            "/api/posts/1/comments", headers=each.headers, json={"body": f"answer of {name}", "in_reply_to": "1"}
        )
        client.post("/api/posts/1/comments/1/likes", headers=each.headers)
        client.post("/api/posts/1/likes", headers=each.headers)
        for number in range(1, 31):
            client.post(f"/api/posts/{number}/bookmarks", headers=each.headers)
    for number in range(3):
        client.post("/api/posts", headers=everybody["ada"].headers, json={"body": f"of #beans and #tag{number}"})
    client.post("/api/posts/4/pin", headers=everybody["ada"].headers)
    client.post("/api/tags/beans/followers", headers=everybody["bob"].headers)
    client.post("/api/users/ada/followers", headers=everybody["bob"].headers)
    for which, name in (("blocks", "cyd"), ("mutes", "ada")):
        people(f"{name}_2")
        client.post(f"/api/users/{name}_2/{which}", headers=everybody["bob"].headers)
    for name in ("ada", "cyd"):  # Bob is told of it
        client.post("/api/posts/2/likes", headers=everybody[name].headers)
        client.post("/api/posts/2/comments", headers=everybody[name].headers, json={"body": f"for @bob of {name}"})
    return everybody


@pytest.mark.parametrize("signed_in", [False, True], ids=["anonymous", "signed in"])
@pytest.mark.parametrize("limit", [10, 100])
@pytest.mark.parametrize("address", READS)
def test_a_read_costs_little_when_cold_and_no_sql_when_warm(
    client: FlaskClient,
    services: Services,
    community: dict[str, Somebody],
    address: str,
    limit: int,
    signed_in: bool,  # noqa: FBT001
) -> None:
    check(client, services, address.format(limit=limit), community["bob"] if signed_in else None)


@pytest.mark.parametrize("limit", [10, 100])
@pytest.mark.parametrize("address", OWN_READS)
def test_so_does_a_read_of_ones_own(
    client: FlaskClient, services: Services, community: dict[str, Somebody], address: str, limit: int
) -> None:
    check(client, services, address.format(limit=limit), community["bob"])


@pytest.mark.parametrize("address", ["/", "/welcome", "/welcome/people"])
def test_a_page_takes_one_trip_once_it_is_known_what_to_fetch_along(
    client: FlaskClient, services: Services, community: dict[str, Somebody], address: str
) -> None:
    check(client, services, address, community["bob"])
    assert cost_of(client.get(address)).redis_trips == 1


def check(client: FlaskClient, services: Services, address: str, reader: Somebody | None) -> None:
    headers = {}
    if reader and address.startswith("/api"):
        headers = reader.headers
    elif reader:
        client.set_cookie(session_cookie(client.application), reader.session)
    services.backend.clear()
    cold = client.get(address, headers=headers)
    assert cold.status_code == 200
    assert cold.headers["Cache-Status"] == "feedapp; fwd=miss"
    assert cost_of(cold).sql_statements <= 4
    warm = client.get(address, headers=headers)
    assert without_keys(warm) == without_keys(cold)
    assert warm.headers["Cache-Status"] == "feedapp; hit"
    assert cost_of(warm).sql_statements == 0
    assert cost_of(warm).redis_trips <= 2


def without_keys(answer: TestResponse) -> bytes:
    """Leave out of an answer what differs each time: the keys of forms."""
    return re.sub(rb'name="idempotency_key" value="[^"]+"', b"", answer.data)


def test_a_deep_page_costs_one_statement_after_somebody_posted(
    client: FlaskClient, services: Services, community: dict[str, Somebody]
) -> None:
    address = "/api/posts?feed=public&limit=10"
    deep = f"{address}&cursor={client.get(address).get_json()['next_cursor']}"
    before = client.get(deep)
    assert before.get_json()["prev_cursor"]
    client.post("/api/posts", headers=community["ada"].headers, json={"body": "new"})
    assert client.get(address).get_json()["items"][0]["body"] == "new"
    after = client.get(deep)
    assert after.get_json() == before.get_json()
    assert cost_of(after).sql_statements == 1, "its facts are still there"


def test_a_deep_page_falls_when_a_post_is_deleted(
    client: FlaskClient, services: Services, community: dict[str, Somebody]
) -> None:
    address = "/api/posts?feed=public&limit=10"
    deep = f"{address}&cursor={client.get(address).get_json()['next_cursor']}"
    doomed = client.get(deep).get_json()["items"][4]
    author = community[doomed["author"]["username"]]
    client.delete(f"/api/posts/{doomed['id']}", headers=author.headers)
    after = client.get(deep)
    assert doomed["id"] not in [post["id"] for post in after.get_json()["items"]]
    assert len(after.get_json()["items"]) == 10
