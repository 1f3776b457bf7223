"""Hostile requests to every call: always a 4xx that says what to do, and nothing changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import OperationalError

from feedapp.extensions import db
from feedapp.observability.metrics import render
from tests.support.copies import forget_everything
from tests.web.api.calls import logged, messages, nothing_changes, problem
from tests.web.api.every_call import ALL, send

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from redis import Redis
    from sqlalchemy import Engine

    from tests.support.people import Somebody

ODD_IDS = [
    "0", "-1", "+1", "01", "1.0", "1e3", str(2**63), str(2**64), "9" * 400, "1" + "0" * 400, "%EF%BC%91", "abc", "%00",
    "1%00", "%20", "1%20", "%0a", "%ff", "%c2%b2", "%D9%A1", "null", "1;--",
    "1'", "..%2f1", "%2e%2e", "%E2%80%AE1", "*",
]  # fmt: skip
ODD_NAMES = [
    "%00", "ada%00", "%ff", "%ed%a0%80", "..", "%2e%2e%2f", "ada%2f..", "%C3%A9", "ad%C3%A0", "%E2%80%AEada",
    "%0d%0aX:1",
    "*", "ad?", "ad%25", "ada'--", "%EF%BC%A1da", "a" * 31, "a" * 5_000, "-", "%20", "ada.", "user:1", "%F0%9F%98%80",
]  # fmt: skip


def ids(path: str) -> list[str]:
    """Put every odd id into each place of a path that has one."""
    parts = path.split("/")
    places = [place for place, part in enumerate(parts) if part == "1"]
    return ["/".join([*parts[:place], odd, *parts[place + 1 :]]) for place in places for odd in ODD_IDS]


@pytest.mark.parametrize(("method", "path"), [call for call in ALL if "/1" in call[1]], ids=" ".join)
def test_an_id_that_cannot_be_is_not_found(
    client: FlaskClient, world: Somebody, engine: Engine, method: str, path: str
) -> None:
    with nothing_changes(engine):
        for address in ids(path):
            problem(send(client, method, address, world, json={"body": "text"}), 404)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/users/{}"), ("POST", "/api/users/{}/followers"), ("DELETE", "/api/users/{}/followers"),
        ("GET", "/api/posts?feed=user&username={}"), ("GET", "/api/posts?username={}&limit=3"),
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_is_not_found(
    client: FlaskClient, world: Somebody, cyd: Somebody, engine: Engine, redis: Redis, method: str, path: str
) -> None:
    send(client, "GET", "/api/me", cyd)
    before = set(redis.scan_iter("*"))
    with nothing_changes(engine):
        for name in ODD_NAMES:
            problem(send(client, method, path.format(name), cyd), 400, 404, 405)
    assert set(redis.scan_iter("*")) == before


@pytest.mark.parametrize(("method", "path"), ALL, ids=" ".join)
def test_other_methods_are_refused_with_those_that_there_are(
    client: FlaskClient, world: Somebody, engine: Engine, method: str, path: str
) -> None:
    allowed = {known for known, at in ALL if at.partition("?")[0] == path.partition("?")[0]} | {"OPTIONS", "HEAD"}
    with nothing_changes(engine):
        for other in ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "BREW"):
            if other not in allowed:
                response = send(client, other, path, world, json={"body": "x"})
                if response.status_code in {200, 201, 204}:
                    continue  # another call of the contract at the same address
                assert set(problem(response, 405)), other
                assert response.headers["Allow"]


def test_a_method_that_nobody_knows_makes_no_figure_of_its_own(client: FlaskClient, app: Flask) -> None:
    for number in range(5):
        problem(client.open("/api/posts", method=f"BREW{number}"), 405)
    assert b"BREW" not in render()


@pytest.mark.parametrize(
    "path", ["/api/", "/api/nothing", "/api/posts/", "/api/posts/1/", "/api/users/", "/api/posts/1/mutes", "/api/%00"]
)
def test_an_address_that_is_none_is_a_problem_in_json_too(client: FlaskClient, app: Flask, path: str) -> None:
    problem(client.get(path), 404, 405)


def test_a_line_break_in_an_address_makes_no_line_of_its_own_in_the_log(client: FlaskClient, world: Somebody) -> None:
    with logged() as records:
        client.get("/api/users/x%0d%0aFORGED%1b%5b31m")
        client.get("/api/%0aFORGED")
        client.get("/%0aFORGED")
    lines = messages(records, "")
    assert len(lines) >= 3
    assert not [line for line in lines if any(sign in line for sign in "\n\r\x1b")]


def test_odd_query_strings_do_no_harm(client: FlaskClient, world: Somebody) -> None:
    for query in ("&&&", "=", "%", "%zz=%zz", "limit=1&limit=2", "a" * 50_000, "limit[]=1", "\x00"):
        assert client.get("/api/posts?" + query).status_code in {200, 400, 414}, query[:20]


@pytest.mark.parametrize(("method", "path"), ALL, ids=" ".join)
def test_no_call_needs_anything_but_its_token_to_be_refused(
    client: FlaskClient, world: Somebody, engine: Engine, method: str, path: str
) -> None:
    """Anonymous writes change nothing, wherever they go; signing up and logging in are what is open."""
    if method == "GET" or (method == "POST" and path in {"/api/users", "/api/tokens"}):
        return
    everything = dict.fromkeys(("body", "bio", "password", "current_password", "new_password"), "long enough")
    with nothing_changes(engine):
        problem(send(client, method, path, None, json=everything), 401)


@pytest.mark.parametrize("failure", [RuntimeError("secret"), MemoryError()])
def test_our_own_mistakes_are_a_problem_that_tells_no_secret(
    client: FlaskClient, world: Somebody, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise failure

    monkeypatch.setattr("feedapp.services.content.posts.PostService.show", fail)
    with logged() as records:
        response = client.get("/api/posts/1")
    assert "secret" not in problem(response, 500)["detail"]
    assert [record.exc_info for record in records if record.getMessage() == "Unexpected error"]


def test_a_database_that_is_away_is_said_so(
    client: FlaskClient, world: Somebody, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    forget_everything(redis)
    with client.application.app_context():
        engine = db.engine
        for way in ("connect", "raw_connection"):
            monkeypatch.setattr(type(engine), way, fail)
    response = client.get("/api/posts/1")
    problem(response, 503)
    assert int(response.headers["Retry-After"]) > 0
