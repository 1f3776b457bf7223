from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.api.calls import data, fields_at_fault, links, problem, publish

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from redis import Redis

    from tests.support.people import Somebody


@pytest.fixture
def community(client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody) -> dict[str, Somebody]:
    """Bob follows ada; each has written."""
    for author in (ada, bob, cyd):
        publish(client, author, f"by {author.username}")
    client.post("/api/users/ada/followers", headers=bob.headers)
    return {each.username: each for each in (ada, bob, cyd)}


def bodies(client: FlaskClient, address: str, reader: Somebody | None = None) -> list[str]:
    page = data(client.get(address, headers=reader.headers if reader else {}))
    return [post["body"] for post in page["items"]]


def test_each_feed_has_what_it_says(client: FlaskClient, community: dict[str, Somebody]) -> None:
    bob, everybody = community["bob"], ["by cyd", "by bob", "by ada"]
    for _ in range(2):
        assert bodies(client, "/api/posts?feed=public") == everybody
        assert bodies(client, "/api/posts?feed=public", bob) == everybody
        assert bodies(client, "/api/posts?feed=home", bob) == ["by bob", "by ada"]
        assert bodies(client, "/api/posts?feed=user&username=ADA", bob) == ["by ada"]


def test_the_feed_left_out_is_mine_or_everybodys(client: FlaskClient, community: dict[str, Somebody]) -> None:
    assert bodies(client, "/api/posts", community["bob"]) == ["by bob", "by ada"]
    assert bodies(client, "/api/posts") == ["by cyd", "by bob", "by ada"]
    assert bodies(client, "/api/posts?username=cyd", community["bob"]) == ["by cyd"]


def test_the_home_feed_of_an_anonymous_reader_needs_a_token(client: FlaskClient, app: object) -> None:
    assert "public" in problem(client.get("/api/posts?feed=home"), 401)["detail"]


def test_a_users_feed_needs_a_user(client: FlaskClient, app: object) -> None:
    assert fields_at_fault(client.get("/api/posts?feed=user"), 400) == {"username"}
    assert fields_at_fault(client.get("/api/posts?feed=user&username="), 400) == {"username"}
    assert fields_at_fault(client.get("/api/posts?username="), 400) == {"username"}
    assert fields_at_fault(client.get("/api/posts?feed=public&username=ada"), 400) == {"username"}
    assert fields_at_fault(client.get("/api/posts?feed=public&username="), 400) == {"username"}
    problem(client.get("/api/posts?feed=user&username=nobody"), 404)


@pytest.mark.parametrize("feed", ["", "Public", "all", "home ", "\x00", "%ff"])
def test_a_feed_that_is_none_is_refused(client: FlaskClient, app: object, feed: str) -> None:
    response = client.get("/api/posts", query_string={"feed": feed} if feed != "%ff" else "feed=%ff")
    assert fields_at_fault(response, 400) == {"feed"}


def test_an_empty_site_has_empty_feeds(client: FlaskClient, ada: Somebody) -> None:
    for address in ("/api/posts", "/api/posts?feed=public", "/api/posts?username=ada&limit=100"):
        for _ in range(2):
            response = client.get(address, headers=ada.headers)
            page = data(response)
            assert (page["items"], page["next_cursor"]) == ([], None)
            assert set(links(response)) == {"prev"}, "what comes is asked for with prev_cursor"


def test_link_headers_lead_where_the_cursors_do_and_keep_what_was_asked(
    client: FlaskClient, ada: Somebody, community: dict[str, Somebody]
) -> None:
    for number in range(4):
        publish(client, ada, f"post {number}")
    first = client.get("/api/posts?feed=user&username=ada&limit=2")
    page = data(first)
    assert set(links(first)) == {"next", "prev"}
    assert links(first)["next"].startswith("http://localhost/api/posts?feed=user&username=ada&limit=2&")
    second = client.get(links(first)["next"])
    cursor = {"feed": "user", "username": "ada", "limit": 2, "cursor": page["next_cursor"]}
    assert data(second) == data(client.get("/api/posts", query_string=cursor))
    assert [post["body"] for post in data(second)["items"]] == ["post 1", "post 0"]
    assert set(links(second)) == {"next", "prev"}
    assert data(client.get(links(second)["prev"])) == page
    assert data(client.get(links(first)["prev"]))["items"] == []
    last = client.get(links(second)["next"])
    assert [post["body"] for post in data(last)["items"]] == ["by ada"]
    assert set(links(last)) == {"prev"}
    assert data(last)["next_cursor"] is None


def test_a_limit_is_kept_to_at_any_size(client: FlaskClient, ada: Somebody) -> None:
    for number in range(23):
        publish(client, ada, f"post {number}")
    for limit in (1, 2, 9, 10, 11, 19, 20, 21, 22, 23, 24, 50, 99, 100):
        page = data(client.get(f"/api/posts?feed=public&limit={limit}"))
        assert len(page["items"]) == min(limit, 23)
        assert (page["next_cursor"] is None) == (limit >= 23)
    assert len(data(client.get("/api/posts?feed=public"))["items"]) == 20


@pytest.mark.parametrize(
    "limit",
    ["", "0", "-1", "101", "1e1", "2.0", "abc", "\uff11\uff10", "\u00b2", "9" * 5000, " 5", "+5", "0x5", "\x00"],
)
@pytest.mark.parametrize("address", ["/api/posts", "/api/posts/1/comments", "/api/posts/1/likes"])
def test_a_limit_out_of_bounds_is_refused_by_name(client: FlaskClient, post_id: str, address: str, limit: str) -> None:
    assert fields_at_fault(client.get(address, query_string={"limit": limit}), 400) == {"limit"}


def mangled(cursor: str) -> list[str]:
    """Make what a forger might try."""
    flipped = [cursor[:n] + ("A" if cursor[n] != "A" else "B") + cursor[n + 1 :] for n in range(0, len(cursor), 3)]
    return [
        *flipped, cursor[:-1], cursor[:-4], cursor + "A", cursor + "AAAA", cursor + "=", cursor + " ", " " + cursor,
        cursor + "\n", cursor.swapcase(), "", " ", "start", "0", "1", "-1", "null", "A" * 36, "A" * 100_000, "\x00",
        "\u00e9" * 36, cursor + "\u00e9", "*", "../" * 12, "-" * 36, "_" * 36, cursor * 2, "1767225600000000,1",
    ]  # fmt: skip


def test_a_cursor_that_was_not_given_out_is_refused(client: FlaskClient, ada: Somebody, post_id: str) -> None:
    publish(client, ada, "another")
    cursor = data(client.get("/api/posts?feed=public&limit=1"))["next_cursor"]
    addresses = ("/api/posts?feed=public", "/api/posts?feed=user&username=ada", f"/api/posts/{post_id}/comments")
    for address in (*addresses, f"/api/posts/{post_id}/likes", "/api/posts?feed=home"):
        for wrong in mangled(cursor):
            headers = ada.headers if "home" in address else {}
            base, _, query = address.partition("?")
            given = dict(part.split("=") for part in query.split("&") if part) | {"cursor": wrong}
            detail = problem(client.get(base, query_string=given, headers=headers), 400)["detail"]
            assert "first page" in detail


def test_a_cursor_of_one_kind_of_list_is_refused_by_another(
    client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str
) -> None:
    publish(client, ada, "another")
    for person in (ada, bob):
        client.post(f"/api/posts/{post_id}/likes", headers=person.headers)
        client.post(f"/api/posts/{post_id}/comments", headers=person.headers, json={"body": "x"})
    lists = ("/api/posts?feed=public", f"/api/posts/{post_id}/comments?", f"/api/posts/{post_id}/likes?")
    cursors = {address: data(client.get(address + "&limit=1"))["next_cursor"] for address in lists}
    for address in lists:
        for source, cursor in cursors.items():
            response = client.get(f"{address}&cursor={cursor}")
            if source == address:
                data(response)
            else:
                problem(response, 400)


def test_a_forged_cursor_leaves_no_key_behind(client: FlaskClient, post_id: str, redis: Redis) -> None:
    data(client.get("/api/posts"))
    before = set(redis.scan_iter("*"))
    for number in range(30):
        problem(client.get(f"/api/posts?cursor={'A' * 34}{number:02}"), 400)
    assert set(redis.scan_iter("*")) == before
