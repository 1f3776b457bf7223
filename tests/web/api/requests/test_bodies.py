"""Hostile bodies to every call that takes one: always a 4xx that says what to do, and nothing changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.api.calls import data, fields_at_fault, nothing_changes, problem
from tests.web.api.every_call import WRITES, Call, send

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody

WRONG_TYPES: list[Any] = [None, True, 0, 1.5, 10**400, [], ["text"], {}, {"body": "text"}]
UNREADABLE = [
    b"", b" ", b"{", b"}", b"[", b"nonsense", b"{'body': 'text'}", b'{"body": "text"', b'{"body": "text"}}',
    b'{"body": "text",}', b'{"body": tru}', b'{"body": NaN}', b'{"body": "\x00"}', b'{"body": "a\nb"}',
    b'{"body": "\xff\xfe"}', b'{"body": "\xed\xa0\x80"}', b'{"body": "\xc0\xaf"}', b"\xff\xfe{\x00}\x00",
    b'\xef\xbb\xbf{"body": "text"}', b"[" * 100_000, b'{"body":' * 50_000, b'{"a":' * 300 + b"1" + b"}" * 300,
    b'{"body": "\\ud800"}', b'{"body": "\\udc00\\ud800"}', b'{"body": "\\x41"}', b'{"body": "\\u00"}',
    b"null", b"1", b'"text"', b"true", b"[]", b'[{"body": "text"}]',
]  # fmt: skip
MAY_BE_EMPTY = {"bio", "note"}
CONTROL = [chr(code) for code in (0, 1, 7, 8, 11, 12, 27, 31, 127)]


@pytest.fixture
def sender(
    client: FlaskClient,
    world: Somebody,
    cyd: Somebody,
    people: Callable[..., Somebody],
    services: Services,
    call: Call,
) -> Somebody:
    """Who may make the call: ada, or a moderator, for whom a report waits."""
    if call.by == "ada":
        return world
    report = {"post_id": "1", "reason": "spam"}
    assert data(client.post("/api/reports", headers=cyd.headers, json=report), 201)["id"] == "1"
    moderator = people("mod")
    services.roles.assign(username="mod", role="moderator")
    return moderator


@pytest.mark.parametrize("call", WRITES, ids=lambda call: f"{call.method} {call.path}")
class TestBodies:
    def test_a_field_of_a_wrong_type_is_named(
        self, client: FlaskClient, sender: Somebody, engine: Engine, call: Call
    ) -> None:
        optional = {"display_name"} if call.method == "POST" else {"bio"}
        with nothing_changes(engine):
            for field in call.good:
                for value in WRONG_TYPES:
                    if value is None and field in optional and "/api/posts" not in call.path:
                        continue
                    if type(value) is type(call.good[field]):
                        continue
                    response = send(client, call.method, call.path, sender, json=call.good | {field: value})
                    found = problem(response, 422)
                    assert [error["field"] for error in found["errors"]] == [field], value

    def test_what_is_no_json_object_is_unreadable(
        self, client: FlaskClient, sender: Somebody, engine: Engine, call: Call
    ) -> None:
        with nothing_changes(engine):
            for raw in UNREADABLE:
                response = send(client, call.method, call.path, sender, data=raw, content_type="application/json")
                assert response.status_code in {400, 422}, (raw[:50], response.text)
                problem(response, 400, 422)

    def test_what_is_not_said_to_be_json_is_not_read(
        self, client: FlaskClient, sender: Somebody, engine: Engine, call: Call
    ) -> None:
        raw = json.dumps(call.good)
        with nothing_changes(engine):
            for kind in ("text/plain", "application/x-www-form-urlencoded", "", "application/jsonp", "\u00e9"):
                response = send(client, call.method, call.path, sender, data=raw, headers={"Content-Type": kind})
                assert "application/json" in problem(response, 415)["detail"]
            problem(send(client, call.method, call.path, sender, data=call.good), 415)

    def test_what_is_too_large_is_not_read(
        self, client: FlaskClient, sender: Somebody, engine: Engine, call: Call
    ) -> None:
        raw = json.dumps(call.good | {"padding": "x" * 10_000_000}).encode()
        with nothing_changes(engine):
            response = send(client, call.method, call.path, sender, data=raw, content_type="application/json")
            assert "512 KiB" in problem(response, 413)["detail"]

    def test_a_field_that_is_given_twice_is_refused_whatever_it_says(
        self, client: FlaskClient, sender: Somebody, engine: Engine, call: Call
    ) -> None:
        field = next(iter(call.good))
        good = json.dumps(call.good).encode()
        with nothing_changes(engine):
            for second in (json.dumps(call.good[field]).encode(), b"null", b"5"):
                raw = good[:-1] + b', "' + field.encode() + b'": ' + second + b"}"
                response = send(client, call.method, call.path, sender, data=raw, content_type="application/json")
                assert field in problem(response, 400)["detail"]

    def test_control_characters_and_halves_of_surrogates_are_refused(
        self, client: FlaskClient, sender: Somebody, engine: Engine, call: Call
    ) -> None:
        statuses = {401} if call.path == "/api/tokens" else {422}
        with nothing_changes(engine):
            for field in call.good:
                if field == "password":
                    continue
                for sign in CONTROL:
                    response = send(client, call.method, call.path, sender, json=call.good | {field: f"a{sign}b"})
                    problem(response, *statuses)
                for half in ("\\ud800", "a\\udfff", "\\ud83dx", "\\ude00\\ud83d"):
                    raw = json.dumps(call.good | {field: "HALF"}).replace("HALF", half)
                    response = send(client, call.method, call.path, sender, data=raw, content_type="application/json")
                    assert fields_at_fault(response, 422) == {field}

    def test_nothing_and_too_much_are_refused(
        self, client: FlaskClient, sender: Somebody, engine: Engine, call: Call
    ) -> None:
        with nothing_changes(engine):
            for field in call.good:
                for value in ("", " \t\r\n\u3000", "x" * 20_001, "\U0001f600" * 60_000):
                    if field in MAY_BE_EMPTY and not value.strip():
                        continue
                    response = send(client, call.method, call.path, sender, json=call.good | {field: value})
                    problem(response, 413, 401 if call.path == "/api/tokens" else 422)
