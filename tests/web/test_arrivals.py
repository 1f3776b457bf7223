"""Requests that come in a shape that no page or call could make sense of."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from tests.support.people import Somebody


@pytest.mark.parametrize("size", [600_000, 10_000_000])
def test_a_body_that_comes_in_pieces_is_not_cut_at_the_limit_and_taken(
    client: FlaskClient, people: Callable[..., Somebody], size: int
) -> None:
    pieces = {
        "wsgi.input": BytesIO(b'{"body": "text"}' + b" " * size),
        "wsgi.input_terminated": True,
        "HTTP_TRANSFER_ENCODING": "chunked",
    }
    answer = client.post(
        "/api/posts", headers=people("ada").headers, content_type="application/json", environ_overrides=pieces
    )
    assert answer.status_code == 413
    assert "512 KiB" in answer.get_json()["detail"]
    assert client.get("/api/posts").get_json()["items"] == []


def test_a_short_body_that_comes_in_pieces_is_taken(client: FlaskClient, people: Callable[..., Somebody]) -> None:
    pieces = {
        "wsgi.input": BytesIO(b'{"body": "text"}'),
        "wsgi.input_terminated": True,
        "HTTP_TRANSFER_ENCODING": "chunked",
    }
    answer = client.post(
        "/api/posts", headers=people("ada").headers, content_type="application/json", environ_overrides=pieces
    )
    assert answer.status_code == 201


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "TRACE"])
@pytest.mark.parametrize(
    "name", ["%00", "..%2fwsgi.py", "%2e%2e/%2e%2e/etc/passwd", "nothing.css", "", "%ff", "a" * 5_000]
)
def test_a_static_file_that_is_none_is_nothing_and_tells_nothing(client: FlaskClient, method: str, name: str) -> None:
    answer = client.open(f"/static/0/{name}", method=method)
    assert answer.status_code < 500
    assert "immutable" not in answer.headers.get("Cache-Control", "")


@pytest.mark.parametrize("query", ["\xff", "x=\xff", "cursor=\xff\xfe", "next=/\xe9", "\xc3\xa9=1"])
def test_raw_bytes_in_a_query_are_read_like_escaped_ones(
    client: FlaskClient, people: Callable[..., Somebody], query: str
) -> None:
    escaped = quote(query, safe="=/", encoding="latin-1")
    for address in ("/", "/public", "/login", "/api/posts", "/api/me", "/nothing"):
        raw = client.get(address, environ_overrides={"QUERY_STRING": query})
        same = client.get(f"{address}?{escaped}")
        assert raw.status_code == same.status_code < 500
        assert raw.data == same.data
