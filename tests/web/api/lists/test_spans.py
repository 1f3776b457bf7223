"""Feeds from and until a time, in either order, and the way to what is newer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from tests.support.costs import Cost, cost_of
from tests.web.api.calls import Json, data, fields_at_fault, links, publish

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from tests.support.people import Somebody

DAY = datetime(2026, 3, 1, tzinfo=UTC)
AGAIN = Cost(redis_trips=1, sql_statements=0)


@pytest.fixture
def week(client: FlaskClient, ada: Somebody, engine: Engine) -> list[str]:
    """Twelve posts, two at noon of each of six days: their ids."""
    ids = [publish(client, ada, str(number)) for number in range(12)]
    with engine.begin() as connection:
        for number, id_ in enumerate(ids):
            at = DAY + timedelta(days=number // 2, hours=12)
            connection.execute(text("UPDATE posts SET created_at = :at WHERE id = :id"), {"at": at, "id": id_})
    return ids


def walk(
    client: FlaskClient, asked: str, *, way: str = "next_cursor", cursor: str = ""
) -> tuple[list[str], list[Json]]:
    met: list[str] = []
    pages: list[Json] = []
    while True:
        page = data(client.get(f"/api/posts?feed=public&{asked}" + (f"&cursor={cursor}" if cursor else "")))
        met += [item["id"] for item in page["items"]]
        pages.append(page)
        cursor = page[way]
        if not cursor or (way == "prev_cursor" and not page["items"]):
            return met, pages


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 10, 19, 20, 100])
@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("since=2026-03-02&until=2026-03-04", 2, 6),
        ("since=2026-03-02T12:00:00Z&until=2026-03-04T12:00:00Z", 2, 6),
        ("since=2026-03-02T12:00:00.000001Z", 4, 12),
        ("until=2026-03-03T14:00:00%2B02:00", 0, 4),
        ("since=2026-03-06T12:00:00Z", 10, 12),
        ("since=2027-01-01", 0, 0),
        ("until=2020-01-01", 0, 0),
        ("since=2026-03-04&until=2026-03-02", 0, 0),
        ("", 0, 12),
    ],
)
def test_a_span_is_walked_whole_in_either_order_and_its_end_is_null(
    client: FlaskClient, week: list[str], asked: str, first: int, last: int, limit: int
) -> None:
    met, pages = walk(client, f"{asked}&limit={limit}")
    assert met == week[first:last][::-1]
    assert len(pages) == max(1, -(-len(met) // limit)), "the last page that has something says that it is the last"
    met, pages = walk(client, f"{asked}&limit={limit}&order=asc")
    assert met == week[first:last]
    assert len(pages) == max(1, -(-len(met) // limit))
    assert pages[0]["prev_cursor"] is None, "nothing comes before the oldest"


@pytest.mark.parametrize("size", [100, 101])
def test_the_longest_page_knows_as_well_whether_the_span_goes_on(
    client: FlaskClient, ada: Somebody, week: list[str], engine: Engine, size: int
) -> None:
    ids = [publish(client, ada) for _ in range(100)]
    since = "2026-03-06T12:00:00Z" if size == 101 else data(client.get(f"/api/posts/{ids[0]}"))["created_at"]
    page = data(client.get(f"/api/posts?feed=public&limit=100&since={since}"))
    assert len(page["items"]) == 100
    assert (page["next_cursor"] is None) == (size == 100)


def test_the_way_back_of_a_span_ends_at_its_other_bound(client: FlaskClient, week: list[str]) -> None:
    asked = "since=2026-03-02&until=2026-03-05&limit=2"
    _, pages = walk(client, asked)
    back, _ = walk(client, asked, way="prev_cursor", cursor=pages[-1]["prev_cursor"])
    assert sorted(back) == sorted(week[4:8])
    _, pages = walk(client, f"{asked}&order=asc")
    back, pages = walk(client, f"{asked}&order=asc", way="prev_cursor", cursor=pages[-1]["prev_cursor"])
    assert sorted(back) == sorted(week[2:6])
    assert pages[-1]["prev_cursor"] is None


def test_links_keep_the_span(client: FlaskClient, week: list[str]) -> None:
    answer = client.get("/api/posts?feed=public&since=2026-03-02&order=asc&limit=2")
    assert {"since=2026-03-02", "order=asc", "limit=2"} < set(links(answer)["next"].partition("?")[2].split("&"))
    assert [each["id"] for each in data(client.get(links(answer)["next"]))["items"]] == week[4:6]


@pytest.mark.parametrize("asked", ["feed=public", "feed=home", "username=ada", "feed=public&until=2099-01-01"])
def test_what_is_newer_is_asked_for_with_prev_cursor_also_where_nothing_is_yet(
    client: FlaskClient, ada: Somebody, bob: Somebody, asked: str
) -> None:
    address = f"/api/posts?{asked}&limit=2"

    def read(cursor: str | None = None) -> Json:
        return data(client.get(address + (f"&cursor={cursor}" if cursor else ""), headers=ada.headers))

    cursor = read()["prev_cursor"]
    assert cursor
    for _ in range(2):
        assert read(cursor)["items"] == []
        cursor = read(cursor)["prev_cursor"]
        new = [publish(client, ada) for _ in range(3)]
        first = read(cursor)
        second = read(first["prev_cursor"])
        third = read(second["prev_cursor"])
        met = [item["id"] for page in (third, second, first) for item in page["items"]]
        assert met == new[::-1]
        assert third["prev_cursor"] == read(third["prev_cursor"])["prev_cursor"]
        cursor = third["prev_cursor"]


def test_every_list_with_the_newest_first_has_a_way_to_what_comes(
    client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str
) -> None:
    lists = ["posts?feed=bookmarks", f"posts/{post_id}/likes", "users/ada/followers", "users/bob/following",
             "me/blocks", "me/mutes", "notifications", "search?author=ada", "search?author=nobody"]  # fmt: skip
    cursors = {each: data(client.get(f"/api/{each}", headers=ada.headers))["prev_cursor"] for each in lists}
    assert all(cursors.values())
    client.post(f"/api/posts/{post_id}/likes", headers=bob.headers)
    client.post("/api/users/ada/followers", headers=bob.headers)
    for each in (f"posts/{post_id}/likes", "users/ada/followers", "users/bob/following"):
        mark = "&" if "?" in each else "?"
        assert len(data(client.get(f"/api/{each}{mark}cursor={cursors[each]}", headers=ada.headers))["items"]) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("since", ""), ("since", "yesterday"), ("until", "2026-02-30"), ("until", "0000-01-01"), ("order", ""),
     ("order", "ASC"), ("since", "2026-01-01T00:00"), ("until", "99999-01-01"), ("since", "\x00")],
)  # fmt: skip
def test_what_is_no_time_and_no_order_is_refused_by_name(
    client: FlaskClient, ada: Somebody, name: str, value: str
) -> None:
    assert fields_at_fault(client.get("/api/posts", query_string={name: value}), 400) == {name}
    assert fields_at_fault(client.get("/api/posts", query_string={"ids": "1", "order": "asc"}), 400) == {"order"}


@pytest.mark.parametrize("signed_in", [False, True], ids=["anonymous", "signed in"])
@pytest.mark.parametrize("asked", ["since=2026-03-02", "order=asc", "until=2026-03-05&order=asc&limit=3"])
def test_a_warm_span_is_one_trip_and_no_statement(
    client: FlaskClient, ada: Somebody, week: list[str], asked: str, *, signed_in: bool
) -> None:
    headers = ada.headers if signed_in else {}
    answers = [client.get(f"/api/posts?feed=public&{asked}", headers=headers) for _ in range(3)]
    assert cost_of(answers[-1]) == AGAIN
    assert len({each.text for each in answers}) == 1


@pytest.mark.parametrize("address", ["/api/posts?feed=home", "/api/posts/1", "/api/posts/1/comments", "/api/changes"])
def test_a_signed_in_client_keeps_answers_and_asks_whether_they_changed(
    client: FlaskClient, ada: Somebody, post_id: str, address: str
) -> None:
    first = client.get(address, headers=ada.headers)
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in first.headers["Vary"]
    for _ in range(2):
        again = client.get(address, headers={**ada.headers, "If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    client.post("/api/posts/1/comments", headers=ada.headers, json={"body": "new"})
    changed = client.get(address, headers={**ada.headers, "If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize("address", ["/api/tokens", "/api/me"])
def test_what_is_secret_is_kept_by_nobody(client: FlaskClient, ada: Somebody, address: str) -> None:
    assert client.get(address, headers=ada.headers).headers["Cache-Control"] == "private, no-store"
