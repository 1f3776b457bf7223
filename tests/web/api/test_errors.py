"""Hostile input over every call: always a 4xx that says what to do, and nothing changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from sqlalchemy.exc import OperationalError

from feedapp.extensions import db
from feedapp.observability.metrics import render
from tests.support.copies import forget_everything
from tests.web.api.calls import comment, fields_at_fault, logged, messages, nothing_changes, problem

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from redis import Redis
    from sqlalchemy import Engine

    from tests.support.people import Somebody


class Call(NamedTuple):
    """One call of the API that takes a body, with one that it would accept."""

    method: str
    path: str
    good: dict[str, str]


WRITES = [
    Call("POST", "/api/users", {"username": "dee", "password": "a good password", "display_name": "Dee"}),
    Call("POST", "/api/tokens", {"username": "ada", "password": "a good password"}),
    Call("PATCH", "/api/me", {"display_name": "A", "bio": "b"}),
    Call("POST", "/api/posts", {"body": "text"}),
    Call("PATCH", "/api/posts/1", {"body": "text"}),
    Call("POST", "/api/posts/1/comments", {"body": "text"}),
    Call("PATCH", "/api/posts/1/comments/1", {"body": "text"}),
]
ALL = [
    *((call.method, call.path) for call in WRITES),
    ("DELETE", "/api/me"), ("PUT", "/api/me/password"),
    ("GET", "/api/tokens"), ("DELETE", "/api/tokens"), ("DELETE", "/api/tokens/9"), ("GET", "/api/suggestions"),
    ("GET", "/api/users/ada/followers"), ("GET", "/api/users/ada/following"),
    ("DELETE", "/api/tokens/current"), ("GET", "/api/me"), ("GET", "/api/users/ada"),
    ("POST", "/api/users/ada/followers"), ("DELETE", "/api/users/ada/followers"), ("GET", "/api/posts"),
    ("GET", "/api/posts/1"), ("DELETE", "/api/posts/1"), ("POST", "/api/posts/1/likes"),
    ("DELETE", "/api/posts/1/likes"), ("GET", "/api/posts/1/likes"), ("GET", "/api/posts/1/comments"),
    ("GET", "/api/posts/1/comments/1"), ("DELETE", "/api/posts/1/comments/1"),
]  # fmt: skip
WRONG_TYPES: list[Any] = [None, True, 0, 1.5, 10**400, [], ["text"], {}, {"body": "text"}]
UNREADABLE = [
    b"", b" ", b"{", b"}", b"[", b"nonsense", b"{'body': 'text'}", b'{"body": "text"', b'{"body": "text"}}',
    b'{"body": "text",}', b'{"body": tru}', b'{"body": NaN}', b'{"body": "\x00"}', b'{"body": "a\nb"}',
    b'{"body": "\xff\xfe"}', b'{"body": "\xed\xa0\x80"}', b'{"body": "\xc0\xaf"}', b"\xff\xfe{\x00}\x00",
    b'\xef\xbb\xbf{"body": "text"}', b"[" * 100_000, b'{"body":' * 50_000, b'{"a":' * 300 + b"1" + b"}" * 300,
    b'{"body": "\\ud800"}', b'{"body": "\\udc00\\ud800"}', b'{"body": "\\x41"}', b'{"body": "\\u00"}',
    b"null", b"1", b'"text"', b"true", b"[]", b'[{"body": "text"}]',
]  # fmt: skip
CONTROL = [chr(code) for code in (0, 1, 7, 8, 11, 12, 27, 31, 127)]
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


@pytest.fixture
def world(client: FlaskClient, ada: Somebody, cyd: Somebody, post_id: str) -> Somebody:
    """A post of ada's with a comment of hers, who is given."""
    assert (post_id, comment(client, ada, post_id)) == ("1", "1")
    return ada


def send(client: FlaskClient, method: str, path: str, who: Somebody | None, **more: Any) -> Any:
    headers = {**(who.headers if who else {}), **more.pop("headers", {})}
    return client.open(path, method=method, headers=headers, **more)


@pytest.mark.parametrize("call", WRITES, ids=lambda call: f"{call.method} {call.path}")
class TestBodies:
    def test_a_field_of_a_wrong_type_is_named(
        self, client: FlaskClient, world: Somebody, engine: Engine, call: Call
    ) -> None:
        optional = {"display_name"} if call.method == "POST" else {"bio"}
        with nothing_changes(engine):
            for field in call.good:
                for value in WRONG_TYPES:
                    if value is None and field in optional and "/api/posts" not in call.path:
                        continue
                    response = send(client, call.method, call.path, world, json=call.good | {field: value})
                    found = problem(response, 422)
                    assert [error["field"] for error in found["errors"]] == [field], value

    def test_what_is_no_json_object_is_unreadable(
        self, client: FlaskClient, world: Somebody, engine: Engine, call: Call
    ) -> None:
        with nothing_changes(engine):
            for raw in UNREADABLE:
                response = send(client, call.method, call.path, world, data=raw, content_type="application/json")
                assert response.status_code in {400, 422}, (raw[:50], response.text)
                problem(response, 400, 422)

    def test_what_is_not_said_to_be_json_is_not_read(
        self, client: FlaskClient, world: Somebody, engine: Engine, call: Call
    ) -> None:
        raw = json.dumps(call.good)
        with nothing_changes(engine):
            for kind in ("text/plain", "application/x-www-form-urlencoded", "", "application/jsonp", "\u00e9"):
                response = send(client, call.method, call.path, world, data=raw, headers={"Content-Type": kind})
                assert "application/json" in problem(response, 415)["detail"]
            problem(send(client, call.method, call.path, world, data=call.good), 415)

    def test_what_is_too_large_is_not_read(
        self, client: FlaskClient, world: Somebody, engine: Engine, call: Call
    ) -> None:
        raw = json.dumps(call.good | {"padding": "x" * 10_000_000}).encode()
        with nothing_changes(engine):
            response = send(client, call.method, call.path, world, data=raw, content_type="application/json")
            assert "512 KiB" in problem(response, 413)["detail"]

    def test_a_field_that_is_given_twice_is_refused_whatever_it_says(
        self, client: FlaskClient, world: Somebody, engine: Engine, call: Call
    ) -> None:
        field = next(iter(call.good))
        good = json.dumps(call.good).encode()
        with nothing_changes(engine):
            for second in (json.dumps(call.good[field]).encode(), b"null", b"5"):
                raw = good[:-1] + b', "' + field.encode() + b'": ' + second + b"}"
                response = send(client, call.method, call.path, world, data=raw, content_type="application/json")
                assert field in problem(response, 400)["detail"]

    def test_control_characters_and_halves_of_surrogates_are_refused(
        self, client: FlaskClient, world: Somebody, engine: Engine, call: Call
    ) -> None:
        statuses = {401} if call.path == "/api/tokens" else {422}
        with nothing_changes(engine):
            for field in call.good:
                if field == "password":
                    continue
                for sign in CONTROL:
                    response = send(client, call.method, call.path, world, json=call.good | {field: f"a{sign}b"})
                    problem(response, *statuses)
                for half in ("\\ud800", "a\\udfff", "\\ud83dx", "\\ude00\\ud83d"):
                    raw = json.dumps(call.good | {field: "HALF"}).replace("HALF", half)
                    response = send(client, call.method, call.path, world, data=raw, content_type="application/json")
                    assert fields_at_fault(response, 422) == {field}

    def test_nothing_and_too_much_are_refused(
        self, client: FlaskClient, world: Somebody, engine: Engine, call: Call
    ) -> None:
        with nothing_changes(engine):
            for field in call.good:
                for value in ("", " \t\r\n\u3000", "x" * 20_001, "\U0001f600" * 60_000):
                    if field == "bio" and not value.strip():
                        continue
                    response = send(client, call.method, call.path, world, json=call.good | {field: value})
                    problem(response, 413, 401 if call.path == "/api/tokens" else 422)


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
    allowed = {known for known, at in ALL if at == path} | {"OPTIONS", "HEAD"}
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
    "path", ["/api", "/api/", "/api/nothing", "/api/posts/", "/api/posts/1/", "/api/users", "/api/%00"]
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
        monkeypatch.setattr(type(engine), "connect", fail)
    response = client.get("/api/posts/1")
    problem(response, 503)
    assert int(response.headers["Retry-After"]) > 0
