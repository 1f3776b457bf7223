"""Requests that come in a shape that no page or call could make sense of."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from feedapp.blueprints.host_guard import REFUSED, HostGuard

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from conftest import Somebody
    from flask.testing import FlaskClient

NO_HOSTS = [
    *("", " ", "a b", "\u00e9", 'evil.example"><script>', "x" * 64, "x" * 5_000, "a..b", "-a", "[::1", "[::1]x"),
    *("a:b:c", "a:123456", "a@b", "a/b", "a\tb", "evil.example\x00", "%61"),
]
HOSTS = ["localhost", "127.0.0.1:8000", "[::1]:8000", "feed.example", "FEED.example.", "feed_app:8203", "_a.example"]


@pytest.mark.parametrize("host", NO_HOSTS)
def test_a_host_that_is_none_is_refused_by_pages_and_api_alike(client: FlaskClient, host: str) -> None:
    for address, kind in (("/", "text/html"), ("/api/posts", "application/problem+json"), ("/nothing", "text/html")):
        answer = client.get(address, environ_overrides={"HTTP_HOST": host})
        assert (answer.status_code, answer.mimetype) == (400, kind)
        assert "Host" in answer.text
        assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_is_one_is_in_the_addresses_of_posts(
    client: FlaskClient, people: Callable[..., Somebody], host: str
) -> None:
    client.post("/api/posts", headers=people("ada").headers, json={"body": "text"})
    answer = client.get("/api/posts/1", environ_overrides={"HTTP_HOST": host})
    assert answer.get_json()["url"].lower() == f"http://{host}/posts/1".lower()


def test_a_request_without_any_host_is_answered(client: FlaskClient) -> None:
    """As HTTP/1.0 has it, which some health checks still speak."""
    seen: list[WSGIEnvironment] = []

    def app(environ: WSGIEnvironment, _: StartResponse) -> list[bytes]:
        seen.append(environ)
        return []

    HostGuard(app)({"wsgi.url_scheme": "http"}, lambda *_: lambda _: None)
    assert REFUSED not in seen[0]


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
