"""Pages, style sheets and JSON, compressed or not, say the same."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from tests.support.people import Somebody

GZIP = {"Accept-Encoding": "gzip, br"}


@pytest.fixture
def ada(client: FlaskClient, people: Callable[..., Somebody]) -> Somebody:
    ada = people("ada", display_name="A" * 100)
    for number in range(10):
        client.post("/api/posts", json={"body": f"{number} " + "x" * 500}, headers=ada.headers)
    return ada


def test_pages_style_sheets_and_json_are_compressed_for_whoever_takes_it(client: FlaskClient, ada: Somebody) -> None:
    stylesheet = client.get("/login").text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    for path in ("/login", stylesheet, "/api/posts", "/api/posts/1"):
        for headers in ({}, ada.headers) if path.startswith("/api") else ({},):
            for _ in ("cold", "kept", "given again"):
                plain, small = client.get(path, headers=headers), client.get(path, headers=headers | GZIP)
                assert "Content-Encoding" not in plain.headers
                for answer in (plain, small):
                    assert "Accept-Encoding" in answer.headers["Vary"]
                if len(plain.data) < 1_000:
                    assert small.data == plain.data
                    continue
                assert small.headers["Content-Encoding"] == "gzip"
                assert gzip.decompress(small.data) == plain.data
                assert int(small.headers["Content-Length"]) == len(small.data) < len(plain.data) / 2


def test_gzip_that_is_refused_is_not_sent(client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.get("/login", headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_an_etag_of_a_compressed_post_is_good_for_an_edit(client: FlaskClient, ada: Somebody) -> None:
    long = client.post("/api/posts", json={"body": "y" * 5_000}, headers=ada.headers).get_json()
    path = f"/api/posts/{long['id']}"
    seen = client.get(path, headers=ada.headers | GZIP)
    assert seen.headers["ETag"].startswith("W/")
    assert json.loads(gzip.decompress(seen.data)) == long
    condition = ada.headers | {"If-Match": seen.headers["ETag"]}
    assert client.patch(path, json={"body": "z"}, headers=condition).status_code == 200
    refused = client.patch(path, json={"body": "y" * 5_000}, headers=condition | GZIP)
    assert refused.status_code == 412


def test_a_problem_is_a_problem_compressed_too(client: FlaskClient, ada: Somebody) -> None:
    long = client.post("/api/posts", json={"body": "y" * 5_000}, headers=ada.headers)
    condition = ada.headers | GZIP | {"If-Match": '"0.0"'}
    refused = client.patch(f"/api/posts/{long.get_json()['id']}", json={"body": "z"}, headers=condition)
    assert (refused.status_code, refused.content_type) == (412, "application/problem+json")
    assert json.loads(gzip.decompress(refused.data))["current"]["body"] == "y" * 5_000
