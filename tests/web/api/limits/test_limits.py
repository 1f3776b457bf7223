"""What one client may do in a while: limits by member and by network, and what does not count."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.costs import cost_of
from tests.support.people import PASSWORD
from tests.web.api.calls import data, logged, messages, problem, publish

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from redis import Redis
    from werkzeug.test import TestResponse

    from tests.support.people import Somebody

ITEM = r'"[a-z-]+";r=\d+;t=\d+'


def write(client: FlaskClient, author: Somebody, body: str = "Hello", **more: Any) -> TestResponse:
    return client.post("/api/posts", headers=author.headers | more.pop("headers", {}), json={"body": body}, **more)


def at(address: str) -> dict[str, Any]:
    return {"environ_overrides": {"REMOTE_ADDR": address}}


def test_a_burst_of_long_posts_ends_in_a_wait_for_their_author_alone(
    limited_app: Callable[..., Flask], ada: Somebody, bob: Somebody
) -> None:
    client = limited_app(newcomer_posts="1000/hour").test_client()
    answers = [write(client, ada, "x" * 20_000) for _ in range(200)]
    assert Counter(answer.status_code for answer in answers) == {201: 60, 429: 140}
    refusal = problem(answers[-1], 429)
    assert re.search(r"try again in (\d+ seconds?|1 minute)\.", refusal["detail"])
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert write(client, bob).status_code == 201


CALLS: dict[str, tuple[str, str, dict[str, str] | None]] = {
    "comments": ("POST", "/api/posts/{post_id}/comments", {"body": "Well said"}),
    "edits": ("PATCH", "/api/posts/{post_id}", {"body": "Better"}),
    "likes": ("POST", "/api/posts/{post_id}/likes", None),
    "follows": ("DELETE", "/api/users/bob/followers", None),
    "tokens": ("DELETE", "/api/tokens", None),
}


@pytest.mark.parametrize("kind", CALLS)
def test_every_kind_of_write_has_a_limit_by_member(
    limited_app: Callable[..., Flask], ada: Somebody, bob: Somebody, post_id: str, kind: str
) -> None:
    client = limited_app(**{kind: "2/minute"}).test_client()
    method, address, body = CALLS[kind]
    address = address.format(post_id=post_id)
    statuses = [client.open(address, method=method, headers=ada.headers, json=body).status_code for _ in range(4)]
    assert max(statuses[:2]) < 300
    assert statuses[2:] == [429, 429]


def test_deleting_has_a_limit(limited_app: Callable[..., Flask], client: FlaskClient, ada: Somebody) -> None:
    limited = limited_app(deletions="2/minute").test_client()
    posts = [publish(client, ada) for _ in range(3)]
    statuses = [limited.delete(f"/api/posts/{each}", headers=ada.headers).status_code for each in posts]
    assert statuses == [204, 204, 429]
    assert client.get(f"/api/posts/{posts[2]}").status_code == 200


@pytest.mark.parametrize(
    "addresses",
    [
        ("203.0.113.7", "203.0.113.7:5000", "[203.0.113.7]:443", "::ffff:203.0.113.7"),
        ("2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::9", "[2001:DB8::3]:443"),
        ("", "unknown", "_hidden", "elsewhere"),
    ],
)
def test_the_people_of_one_network_share_its_limit(
    limited_app: Callable[..., Flask], people: Callable[[str], Somebody], addresses: tuple[str, ...]
) -> None:
    client = limited_app(posts_network="3/minute").test_client()
    authors = [people(name) for name in ("dee", "eve", "fay", "gil")]
    pairs = zip(authors, addresses, strict=True)
    assert [write(client, author, **at(address)).status_code for author, address in pairs] == [201, 201, 201, 429]
    assert write(client, authors[3], **at("198.51.100.1")).status_code == 201
    assert write(client, authors[3], **at("2001:db8:0:1::1")).status_code == 201


@pytest.mark.parametrize("forwarded", ["203.0.113.7:5000", "[2001:db8::7]:443", "9.9.9.9, 203.0.113.7"])
def test_the_network_is_the_one_that_a_trusted_proxy_names(
    settings: Any, limited_app: Callable[..., Flask], ada: Somebody, bob: Somebody, forwarded: str
) -> None:
    client = limited_app(trusted_proxies=1, posts_network="1/minute").test_client()
    same = {"203.0.113.7:5000": "203.0.113.7", "[2001:db8::7]:443": "2001:db8::8"}.get(
        forwarded, "8.8.8.8, 203.0.113.7"
    )
    assert write(client, ada, headers={"X-Forwarded-For": forwarded}).status_code == 201
    assert write(client, bob, headers={"X-Forwarded-For": same}).status_code == 429
    assert write(client, bob, headers={"X-Forwarded-For": "198.51.100.1"}).status_code == 201


def test_of_many_writes_at_one_moment_no_more_are_let_through(limited_app: Callable[..., Flask], ada: Somebody) -> None:
    app = limited_app(posts="7/minute")

    def one(_: int) -> int:
        return write(app.test_client(), ada).status_code

    with ThreadPoolExecutor(12) as writers:
        assert Counter(writers.map(one, range(24))) == {201: 7, 429: 17}


def test_an_answer_that_counts_says_what_is_left(limited_app: Callable[..., Flask], ada: Somebody) -> None:
    client = limited_app(posts="2/minute").test_client()
    first, second, third = (write(client, ada) for _ in range(3))
    policies = first.headers["RateLimit-Policy"].split(", ")
    assert '"posts";q=2;w=60' in policies
    assert '"posts-network";q=240;w=60' in policies
    assert len(policies) == len(set(policies))
    for answer, left in ((first, 1), (second, 0), (third, 0)):
        items = answer.headers["RateLimit"].split(", ")
        assert all(re.fullmatch(ITEM, item) for item in items)
        [posts] = [item for item in items if item.startswith('"posts";')]
        assert re.fullmatch(rf'"posts";r={left};t=(5\d|60)', posts)
    assert third.status_code == 429
    assert third.headers["RateLimit-Policy"] == '"posts";q=2;w=60'
    assert [name.strip('"') for name in re.findall(r'"[a-z-]+"', first.headers["RateLimit"])] == [
        name.strip('"') for name in re.findall(r'"[a-z-]+"', first.headers["RateLimit-Policy"])
    ]


def test_what_is_refused_counts_for_nothing_but_the_widest_limit(
    limited_app: Callable[..., Flask], ada: Somebody, bob: Somebody, post_id: str
) -> None:
    client = limited_app(posts="1/minute", comments="1/minute", edits="1/minute", likes="1/minute").test_client()
    for _ in range(3):
        refusal = write(client, ada, " ")
        problem(refusal, 422)
        assert refusal.headers["RateLimit-Policy"] == '"writes";q=600;w=60'
        problem(client.post("/api/posts/999999/comments", headers=ada.headers, json={"body": "x"}), 404)
        problem(client.patch(f"/api/posts/{post_id}", headers=bob.headers, json={"body": "x"}), 403)
        stale = ada.headers | {"If-Match": '"0.0"'}
        assert client.patch(f"/api/posts/{post_id}", headers=stale, json={"body": "x"}).status_code == 412
        problem(client.post(f"/api/posts/{post_id}/likes", headers={"Authorization": "Bearer 1.x"}), 401)
    assert write(client, ada).status_code == 201
    assert client.post(f"/api/posts/{post_id}/comments", headers=ada.headers, json={"body": "x"}).status_code == 201
    assert client.patch(f"/api/posts/{post_id}", headers=ada.headers, json={"body": "x"}).status_code == 200
    assert client.post(f"/api/posts/{post_id}/likes", headers=ada.headers).status_code == 201


def test_requests_that_are_all_refused_end_in_a_wait_as_well(limited_app: Callable[..., Flask], ada: Somebody) -> None:
    client = limited_app(writes="5/minute").test_client()
    assert [write(client, ada, " ").status_code for _ in range(7)] == [422] * 5 + [429] * 2


@pytest.mark.parametrize("key", ["a-key", '"a-key"'])
def test_a_request_that_is_sent_again_is_answered_whatever_the_limit(
    limited_app: Callable[..., Flask], ada: Somebody, key: str
) -> None:
    client = limited_app(posts="2/minute").test_client()
    keyed: dict[str, Any] = {"headers": {"Idempotency-Key": key}}
    first = data(write(client, ada, **keyed), 201)
    assert [data(write(client, ada, **keyed), 201) for _ in range(3)] == [first] * 3
    assert write(client, ada).status_code == 201
    assert write(client, ada).status_code == 429
    assert data(write(client, ada, **keyed), 201) == first
    assert write(client, ada, headers={"Idempotency-Key": "another"}).status_code == 429
    assert write(client, ada, "other text", **keyed).status_code == 422


def test_a_name_that_is_taken_counts_for_nothing(limited_app: Callable[..., Flask], ada: Somebody) -> None:
    client = limited_app(sign_ups="2/hour", passwords_network="3/minute").test_client()

    def sign_up(username: str, **more: Any) -> int:
        return client.post("/api/users", json={"username": username, "password": PASSWORD}, **more).status_code

    assert [sign_up(name) for name in ("ada", "ADA", "ada", "ada")] == [409] * 4
    assert [sign_up("no good"), sign_up("")] == [422] * 2
    keyed = {"headers": {"Idempotency-Key": "a-key"}}
    assert [sign_up("hal", **keyed), sign_up("hal", **keyed), sign_up("ian")] == [201] * 3
    assert [sign_up("joe"), sign_up("ada"), sign_up("hal", **keyed)] == [429, 409, 201]


def test_a_write_pays_one_trip_for_all_its_limits(
    client: FlaskClient, limited_app: Callable[..., Flask], ada: Somebody, post_id: str
) -> None:
    limited = limited_app().test_client()
    for each in (client, limited):
        write(each, ada)
    without, counted = (cost_of(write(each, ada)) for each in (client, limited))
    assert counted.redis_trips == without.redis_trips + 1
    assert counted.sql_statements == without.sql_statements


def test_a_refusal_is_logged_once_for_each_window(
    limited_app: Callable[..., Flask], ada: Somebody, bob: Somebody
) -> None:
    client = limited_app(posts="1/minute").test_client()
    with logged() as records:
        for author in (ada, bob):
            assert [write(client, author).status_code for _ in range(4)] == [201, 429, 429, 429]
    lines = messages(records, "Refused")
    assert lines == [f"Refused: more than 1 a minute of posts, by member '{author.id}'" for author in (ada, bob)]


def test_a_window_ends(limited_app: Callable[..., Flask], ada: Somebody, redis: Redis) -> None:
    client = limited_app(posts="1/minute").test_client()
    assert [write(client, ada).status_code for _ in range(2)] == [201, 429]
    [window] = redis.scan_iter(f"*:posts:{ada.id}")
    assert 50_000 < redis.pttl(window) <= 60_000
    redis.pexpire(window, 1)
    while redis.exists(window):
        pass
    assert write(client, ada).status_code == 201


def test_every_limit_is_lifted_by_one_setting(client: FlaskClient, ada: Somebody) -> None:
    answers = [write(client, ada) for _ in range(100)]
    assert {answer.status_code for answer in answers} == {201}
    assert "RateLimit" not in answers[-1].headers


def test_names_are_changed_few_times_a_day(limited_app: Callable[..., Flask], ada: Somebody, bob: Somebody) -> None:
    client = limited_app(renames="2/day").test_client()

    def rename(**change: str) -> int:
        proved = {**change, "current_password": ada.password}
        return client.patch("/api/me", headers=ada.headers, json=proved).status_code

    assert [rename(username="ada"), rename(display_name="Ada"), rename(username="bob")] == [200, 200, 409]
    assert [rename(username="ada_1"), rename(username="ada_2"), rename(username="ada_3")] == [200, 200, 429]
    assert [rename(username="ada_2"), rename(bio="hello")] == [200, 200]
