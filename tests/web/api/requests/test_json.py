"""Bodies that two readers could understand differently, or that are sent in another form than JSON in UTF-8."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.api.calls import comment, data, nothing_changes, problem

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from tests.support.people import Somebody

GOOD = b'{"body": "text"}'
UNREADABLE = {
    "twice": b'{"body": "a", "body": "b"}',
    "twice the same": b'{"body": "a", "body": "a"}',
    "twice, escaped": b'{"body": "a", "\\u0062ody": "b"}',
    "twice further in": b'{"body": "a", "x": [{"y": 1, "y": 2}]}',
    "no number": b'{"body": "a", "x": NaN}',
    "too large to be one": b'{"body": "a", "x": -Infinity}',
    "digits without end": b'{"body": "a", "x": ' + b"1" * 100_000 + b"}",
    "a byte order mark": b"\xef\xbb\xbf" + GOOD,
    "UTF-16": GOOD.decode().encode("utf-16"),
    "UTF-16 without a mark": GOOD.decode().encode("utf-16-le"),
    "Latin-1": '{"body": "\u00e9"}'.encode("latin-1"),
    "a half in UTF-8": b'{"body": "\xed\xa0\x80"}',
    "depth": b'{"body": "a", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a raw line break": b'{"body": "a\nb"}',
    "NUL": b'{"body": "a"}\x00',
    "nothing": b"",
    "two objects": GOOD * 2,
}
UTF_8 = ["utf-8", "UTF-8", '"utf-8"', "Utf8", '"UTF8"']
OTHERS = ["latin1", "iso-8859-1", "utf-16", '"latin1"', "utf-7", "us-ascii", "x" * 1_000]


def send(client: FlaskClient, who: Somebody, body: bytes, **headers: str) -> Any:
    sent = {**who.headers, "Content-Type": "application/json", **headers}
    return client.post("/api/posts", headers=sent, data=body)


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_for_sure_is_a_400_that_says_why(
    client: FlaskClient, ada: Somebody, engine: Engine, body: bytes
) -> None:
    with nothing_changes(engine):
        found = problem(send(client, ada, body), 400)
    assert found["code"] == "malformed"
    assert "errors" not in found
    assert len(found["detail"]) < 300


@pytest.mark.parametrize("half", ["\\ud800", "a\\udfff", "\\ud83dx", "\\ude00\\ud83d"])
@pytest.mark.parametrize("call", ["POST /api/posts", "PATCH /api/me", "POST /api/users", "POST /api/tokens"])
def test_half_a_surrogate_is_the_fault_of_its_field(
    client: FlaskClient, ada: Somebody, engine: Engine, call: str, half: str
) -> None:
    method, _, address = call.partition(" ")
    field = {"/api/posts": "body", "/api/me": "bio", "/api/users": "password", "/api/tokens": "username"}[address]
    good = {"username": "dee", "password": "a good password"} if method == "POST" else {}
    raw = json.dumps(good | {field: "HALF"}).replace("HALF", half)
    with nothing_changes(engine):
        answer = client.open(address, method=method, headers=ada.headers, data=raw, content_type="application/json")
        assert [(each["field"], each["pointer"]) for each in problem(answer, 422)["errors"]] == [(field, f"#/{field}")]


def test_a_whole_surrogate_pair_is_one_character(client: FlaskClient, ada: Somebody) -> None:
    assert data(send(client, ada, b'{"body": "\\ud83d\\ude00"}'), 201)["body"] == "\U0001f600"


def test_what_nobody_knows_is_left_alone_whatever_it_is(client: FlaskClient, ada: Somebody) -> None:
    deep = b'{"body": "a", "x": ' + b"[" * 200 + b"]" * 200 + b', "y": 1e999, "z": {"body": "b"}}'
    assert data(send(client, ada, deep), 201)["body"] == "a"


def test_utf_8_may_be_said_in_any_spelling(client: FlaskClient, ada: Somebody) -> None:
    for charset in UTF_8:
        data(send(client, ada, GOOD, **{"Content-Type": f"Application/JSON; charset={charset}"}), 201)


@pytest.mark.parametrize("charset", OTHERS)
def test_another_charset_is_not_read_as_utf_8(client: FlaskClient, ada: Somebody, engine: Engine, charset: str) -> None:
    with nothing_changes(engine):
        found = problem(send(client, ada, GOOD, **{"Content-Type": f"application/json; charset={charset}"}), 415)
    assert (found["code"], "UTF-8" in found["detail"]) == ("unsupported_type", True)


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "br", "deflate", "gzip, identity", "x-gzip", "zstd", "nonsense"])
def test_a_compressed_body_is_not_read_as_if_it_were_not(
    client: FlaskClient, ada: Somebody, engine: Engine, coding: str
) -> None:
    with nothing_changes(engine):
        for body in (gzip.compress(GOOD), GOOD):
            answer = send(client, ada, body, **{"Content-Encoding": coding})
            assert problem(answer, 415)["code"] == "unsupported_coding"
            assert answer.headers["Accept-Encoding"] == "identity"
        for method, address in (("POST", "/api/posts/1/likes"), ("DELETE", "/api/me"), ("PUT", "/api/me/password")):
            headers = {**ada.headers, "Content-Encoding": coding}
            problem(client.open(address, method=method, headers=headers, data=b"x"), 415, 404)
        form = {"Content-Encoding": coding, "Content-Type": "application/x-www-form-urlencoded"}
        assert client.post("/login", headers=form, data=b"username=ada").status_code == 415
        assert client.post("/posts", headers=form, data=b"body=text").status_code == 415


def test_a_form_in_another_charset_is_refused_too(client: FlaskClient, ada: Somebody) -> None:
    for charset, status in (("latin1", 415), ("utf-16", 415), ("UTF-8", 422)):
        kind = {"Content-Type": f"application/x-www-form-urlencoded; charset={charset}"}
        assert client.post("/login", headers=kind, data=b"username=ada").status_code == status


def test_identity_is_no_coding(client: FlaskClient, ada: Somebody) -> None:
    for coding in ("identity", "Identity", ""):
        data(send(client, ada, GOOD, **{"Content-Encoding": coding}), 201)


def test_null_clears_what_may_be_empty_and_nothing_else(client: FlaskClient, ada: Somebody, engine: Engine) -> None:
    data(client.patch("/api/me", headers=ada.headers, json={"bio": "about me"}))
    assert data(client.patch("/api/me", headers=ada.headers, json={"bio": None}))["bio"] == ""
    assert data(client.get("/api/users/ada"))["bio"] == ""
    post_id = data(send(client, ada, GOOD), 201)["id"]
    comment(client, ada, post_id)
    with nothing_changes(engine):
        for address, field in (
            ("/api/me", "display_name"),
            ("/api/me", "username"),
            (f"/api/posts/{post_id}", "body"),
            (f"/api/posts/{post_id}/comments/1", "body"),
        ):
            refusal = problem(client.patch(address, headers=ada.headers, json={field: None}), 422)
            assert [each["field"] for each in refusal["errors"]] == [field]
        problem(client.patch("/api/me", headers=ada.headers, json={"bio": "new", "username": None}), 422)
