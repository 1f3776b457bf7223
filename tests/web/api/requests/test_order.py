"""The order of checks: credentials, then what the address names, then parameters, headers and the body."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.web.api.calls import comment, data, nothing_changes, problem

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from tests.support.people import Somebody

WRITES = [
    ("POST", "/api/posts"), ("PATCH", "/api/posts/1"), ("DELETE", "/api/posts/1"), ("PATCH", "/api/me"),
    ("POST", "/api/posts/1/comments"), ("PATCH", "/api/posts/1/comments/1"), ("DELETE", "/api/posts/1/comments/1"),
    ("POST", "/api/posts/1/likes"), ("DELETE", "/api/posts/1/likes"), ("POST", "/api/users/ada/followers"),
    ("DELETE", "/api/users/ada/followers"), ("PUT", "/api/me/password"), ("DELETE", "/api/me"),
    ("DELETE", "/api/tokens"), ("DELETE", "/api/tokens/9"), ("DELETE", "/api/tokens/current"),
    ("POST", "/api/posts/nothing/comments"), ("PATCH", "/api/posts/99"), ("DELETE", "/api/tokens/nothing"),
]  # fmt: skip
OWN_READS = ["/api/me", "/api/tokens", "/api/suggestions", "/api/posts?feed=home", "/api/posts?feed=bookmarks"]
READS = ["/api/posts", "/api/posts/1", "/api/posts/99", "/api/users/ada", "/api/users/nobody", "/api/posts/1/likes"]
AT_FAULT: list[dict[str, Any]] = [
    {"json": {}},
    {"json": {"body": ""}},
    {"data": b"nonsense", "content_type": "application/json"},
    {"data": b"text", "content_type": "text/plain"},
    {"json": {}, "headers": {"Content-Encoding": "gzip"}},
    {"json": {}, "headers": {"If-Match": "nonsense"}},
    {"json": {}, "headers": {"Idempotency-Key": ""}},
    {"json": {}, "query_string": {"x": "1"}},
    {"data": b"x", "content_type": "application/json; charset=latin1"},
]


class Sender(NamedTuple):
    """Somebody who is not signed in, and what is said to them."""

    headers: dict[str, str]
    challenge: str
    code: str


INVALID = 'Bearer error="invalid_token", error_description="This token is not valid"'
STRANGERS = {
    "without a token": Sender({}, "Bearer", "unauthenticated"),
    "with a bad one": Sender({"Authorization": "Bearer nonsense"}, INVALID, "invalid_token"),
    "with one that is dead": Sender({"Authorization": f"Bearer 1.{'A' * 43}"}, INVALID, "invalid_token"),
    "with a password": Sender({"Authorization": "Basic YWRhOnB3"}, "Bearer", "unauthenticated"),
}


@pytest.fixture
def world(client: FlaskClient, ada: Somebody, post_id: str) -> Somebody:
    comment(client, ada, post_id)
    return ada


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS)
def test_who_may_not_write_is_told_that_and_nothing_of_the_request(
    client: FlaskClient, world: Somebody, engine: Engine, stranger: Sender
) -> None:
    with nothing_changes(engine):
        for (method, address), fault in product(WRITES, AT_FAULT):
            headers = {**fault.get("headers", {}), **stranger.headers}
            answer = client.open(address, method=method, **{**fault, "headers": headers})
            assert problem(answer, 401)["code"] == stranger.code, (address, fault)
            assert answer.headers["WWW-Authenticate"] == stranger.challenge
    large = {"data": b'{"body": "' + b"x" * 600_000 + b'"}', "content_type": "application/json"}
    problem(client.post("/api/posts", headers=stranger.headers, **large), 401)


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS)
def test_who_may_not_read_is_told_that_and_nothing_of_the_parameters(
    client: FlaskClient, world: Somebody, stranger: Sender
) -> None:
    addresses = [*OWN_READS, *(READS if stranger.headers else [])]
    for address, query in product(addresses, ["", "x=1", "limit=0", "cursor=x", "limit=1&limit=1"]):
        answer = client.get(address + ("&" if "?" in address else "?") + query, headers=stranger.headers)
        assert problem(answer, 401)["code"] == stranger.code, address
        assert answer.headers["WWW-Authenticate"] == stranger.challenge


NOT_TO_CHANGE = [
    ("PATCH", "/api/posts/99", 404), ("DELETE", "/api/posts/99", 404), ("POST", "/api/posts/99/comments", 404),
    ("POST", "/api/posts/99/likes", 404), ("DELETE", "/api/posts/99/likes", 404),
    ("PATCH", "/api/posts/1/comments/99", 404), ("PATCH", "/api/posts/99/comments/1", 404),
    ("POST", "/api/users/nobody/followers", 404), ("PATCH", "/api/posts/x", 404),
    ("PATCH", "/api/posts/1", 403), ("DELETE", "/api/posts/1", 403),
    ("PATCH", "/api/posts/1/comments/1", 403), ("DELETE", "/api/posts/1/comments/1", 403),
]  # fmt: skip


def test_what_is_not_there_or_not_ones_own_comes_before_what_is_wrong_with_the_request(
    client: FlaskClient, world: Somebody, bob: Somebody, engine: Engine
) -> None:
    with nothing_changes(engine):
        for (method, address, status), fault in product(NOT_TO_CHANGE, AT_FAULT):
            headers = {**fault.get("headers", {}), **bob.headers}
            problem(client.open(address, method=method, **{**fault, "headers": headers}), status)


def test_signing_up_and_in_take_no_token_and_mind_none(client: FlaskClient, ada: Somebody) -> None:
    for stranger in STRANGERS.values():
        problem(client.post("/api/users", headers=stranger.headers, json={}), 422)
        good = {"username": "ada", "password": ada.password}
        data(client.post("/api/tokens", headers=stranger.headers, json=good), 201)


@pytest.mark.parametrize("name", ["ada", "nobody", "", "\u00e9"])
def test_a_wrong_password_is_no_bad_token(client: FlaskClient, ada: Somebody, name: str) -> None:
    answer = client.post("/api/tokens", headers=ada.headers, json={"username": name, "password": "wrong password"})
    found = problem(answer, 401)
    assert (found["code"], found["title"]) == ("wrong_password", "Wrong username or password")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
