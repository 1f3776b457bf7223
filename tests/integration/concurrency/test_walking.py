"""Walking lists by cursors, forwards and back, while others write."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from tests.support.people import Somebody

LIMITS = [1, 7, 20, 100]
LISTS = {
    "public": "/api/posts?feed=public",
    "home": "/api/posts?feed=home",
    "user": "/api/posts?feed=user&username=ada",
    "comments": "/api/posts/1/comments?",
    "likes": "/api/posts/1/likes?",
}


@pytest.fixture
def ada(people: Callable[..., Somebody], engine: Engine) -> Somebody:
    """Somebody with 65 posts, 65 comments and 65 likes; a third of each share one timestamp."""
    ada = people("ada")
    moment = "now() - interval '1 day' + (CASE WHEN n % 3 = 0 THEN 0 ELSE n END) * interval '1 second'"
    numbers = "generate_series(1, 65) AS n"
    with engine.begin() as connection:
        for statement in (
            f"INSERT INTO posts (author_id, body, created_at) SELECT 1, n, {moment} FROM {numbers}",
            "INSERT INTO post_counters (post_id, likes, comments) SELECT id, 65, 65 FROM posts",
            f"INSERT INTO comments (post_id, author_id, body, created_at) SELECT 1, 1, n, {moment} FROM {numbers}",
            f"INSERT INTO users (username, display_name) SELECT 'u' || n, 'u' FROM {numbers}",
            "INSERT INTO user_counters (user_id, posts) SELECT id, 65 FROM users ON CONFLICT DO NOTHING",
            f"INSERT INTO likes (post_id, user_id, created_at) SELECT 1, n + 1, {moment} FROM {numbers}",
        ):
            connection.execute(text(statement))
    return ada


def walk(client: FlaskClient, address: str, way: str, cursor: str | None, headers: dict[str, str]) -> list[Any]:
    """Give the pages from a cursor to the end."""
    pages = []
    for _ in range(200):
        page = client.get(f"{address}&cursor={cursor}" if cursor else address, headers=headers).get_json()
        at_newest = way == "prev" and not page["items"]  # nothing is newer yet, and the cursor stays good
        pages += [] if at_newest else [page]
        cursor = page[f"{way}_cursor"]
        if cursor is None or at_newest:
            return pages
    raise AssertionError("the walk did not end")


def names(pages: list[Any]) -> list[str]:
    return [item.get("id") or item["username"] for page in pages for item in page["items"]]


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("which", LISTS)
def test_a_walk_meets_everything_once_and_back_again(
    client: FlaskClient, ada: Somebody, which: str, limit: int
) -> None:
    address = f"{LISTS[which]}&limit={limit}"
    onward = walk(client, address, "next", None, ada.headers)
    met = names(onward)
    assert len(met) == len(set(met)) == 65
    first = onward[0]["prev_cursor"]
    newest = client.get(f"{address}&cursor={first}", headers=ada.headers).get_json() if first else None
    assert newest is None or newest["items"] == []
    assert all(len(page["items"]) == limit for page in onward[:-1])
    if len(onward) > 1:
        back = walk(client, address, "prev", onward[-1]["prev_cursor"], ada.headers)
        assert names(back[::-1]) == met[: len(met) - len(onward[-1]["items"])]


@contextmanager
def others_at_work(app: Flask, busy: Somebody) -> Iterator[None]:
    """Post, and delete some of it, until the block ends."""
    stop = Event()

    def work() -> None:
        client, own = app.test_client(), []
        while not stop.is_set():
            answer = client.post("/api/posts", headers=busy.headers, json={"body": "passing"})
            own.append(answer.get_json()["id"])
            if len(own) > 2:
                client.delete(f"/api/posts/{own.pop(0)}", headers=busy.headers)

    with ThreadPoolExecutor(2) as workers:
        working = [workers.submit(work) for _ in range(2)]
        try:
            yield
        finally:
            stop.set()
    for each in working:
        each.result()


@pytest.mark.parametrize("limit", LIMITS)
def test_a_walk_while_others_write_skips_and_repeats_nothing(
    app: Flask, client: FlaskClient, ada: Somebody, people: Callable[..., Somebody], limit: int
) -> None:
    lasting = set(names(walk(client, "/api/posts?feed=public&limit=100", "next", None, {})))
    address = f"/api/posts?feed=public&limit={limit}"
    with others_at_work(app, people("busy")):
        onward = walk(client, address, "next", None, {})
        last = onward[-1]["prev_cursor"]
        back = walk(client, address, "prev", last, {})[::-1] if last else []
    assert len(names(onward)) == len(set(names(onward)))
    assert lasting <= set(names(onward))
    if back:
        assert len(names(back)) == len(set(names(back)))
        assert lasting <= set(names(back)) | set(names(onward[-1:]))


def test_a_page_cut_short_by_deletions_does_not_end_the_walk(client: FlaskClient, ada: Somebody) -> None:
    address = "/api/posts?feed=public&limit=7"
    first = client.get(address).get_json()
    for doomed in names([client.get(f"{address}&cursor={first['next_cursor']}").get_json()]):
        assert client.delete(f"/api/posts/{doomed}", headers=ada.headers).status_code == 204
    assert len(names(walk(client, address, "next", None, {}))) == 58


def test_prev_leads_to_what_came_since_and_goes_on_at_the_newest(client: FlaskClient, ada: Somebody) -> None:
    address = "/api/posts?feed=public&limit=20"
    second = client.get(f"{address}&cursor={client.get(address).get_json()['next_cursor']}").get_json()
    new = client.post("/api/posts", headers=ada.headers, json={"body": "new"}).get_json()["id"]
    newer = client.get(f"{address}&cursor={second['prev_cursor']}").get_json()
    newest = client.get(f"{address}&cursor={newer['prev_cursor']}").get_json()
    assert (len(newer["items"]), names([newest])) == (20, [new])
    last = client.get(f"{address}&cursor={newest['prev_cursor']}").get_json()
    assert (last["items"], last["prev_cursor"]) == ([], newest["prev_cursor"])


def test_a_walk_through_far_off_years_is_exact_to_the_microsecond(
    client: FlaskClient, people: Callable[..., Somebody], engine: Engine
) -> None:
    people("ada")
    with engine.begin() as connection:
        for year in ("0001", "1066", "1683", "9998"):
            moment = f"timestamptz '{year}-05-04T03:02:01.000001Z' + n * interval '1 microsecond'"
            nine = f"SELECT 1, n, {moment} FROM generate_series(1, 9) AS n"
            connection.execute(text(f"INSERT INTO posts (author_id, body, created_at) {nine}"))
        connection.execute(text("INSERT INTO post_counters (post_id) SELECT id FROM posts"))
        connection.execute(text("UPDATE user_counters SET posts = 36"))
    onward = walk(client, "/api/posts?limit=1", "next", None, {})
    assert names(onward) == [str(number) for number in range(36, 0, -1)]
    back = walk(client, "/api/posts?limit=1", "prev", onward[-1]["prev_cursor"], {})
    assert names(back) == [str(number) for number in range(2, 37)]


def test_an_empty_feed_has_no_way_on(client: FlaskClient, people: Callable[..., Somebody]) -> None:
    for headers in ({}, people("ada").headers):
        page = client.get("/api/posts", headers=headers).get_json()
        assert (page["items"], page["next_cursor"]) == ([], None)
