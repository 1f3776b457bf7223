"""Accept-Encoding: what is wanted most is sent, and nothing that is not wanted."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from feedapp.web.encodings import wanted

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from tests.support.people import Somebody

GZIP = [
    "gzip", "GZIP", "x-gzip", "gzip, deflate, br, zstd", "gzip;q=0.1", "gzip;q=1, identity;q=0.5", "gzip, identity",
    "gzip; q=1.000 , identity ; q=0.999", "*", "*;q=0.1", "br;q=1.0, gzip;q=0.8, *;q=0.1", "identity;q=0.5, *",
    "gzip;Q=1", "deflate, gzip;q=.5", "gzip;q=1;x=y",
]  # fmt: skip
IDENTITY = [
    None, "", "gzip;q=0.1, identity;q=1", "gzip;q=0", "identity", "*;q=0", "identity;q=0", "br", "gzip;q=0, *",
    "identity, gzip;q=0.999", "gzip;q=0.000", "gzip;q=-1", "gzip;q=2", "gzip;q=x", "gzip;q=", "gzip;q=nan",
    "gzip;q=1e0", "gzi", "gzip-x", ";", ",", "x-gzip;q=0", "identity;q=1, *;q=0.5", "gzip;q=0;q=1",
]  # fmt: skip
ONLY_GZIP = ["gzip, identity;q=0", "gzip;q=0.1, *;q=0", "*, identity;q=0", "x-gzip, identity;q=0.0"]


@pytest.mark.parametrize("header", GZIP)
def test_gzip_is_sent_where_it_is_as_welcome(header: str) -> None:
    assert wanted(header) == "gzip"


@pytest.mark.parametrize("header", IDENTITY)
def test_nothing_is_compressed_for_who_would_rather_not(header: str | None) -> None:
    assert wanted(header) == "identity"


@pytest.mark.parametrize("header", ONLY_GZIP)
def test_who_takes_nothing_else_gets_gzip_at_any_length(client: FlaskClient, header: str) -> None:
    assert wanted(header) == "only gzip"
    answer = client.get("/api/posts", headers={"Accept-Encoding": header})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == client.get("/api/posts").data


@pytest.fixture
def long_post(client: FlaskClient, people: Callable[..., Somebody]) -> str:
    client.post("/api/posts", json={"body": "y" * 5_000}, headers=people("ada").headers)
    return "/api/posts/1"


@pytest.mark.parametrize("address", ["/api/posts/1", "/public", "/login"])
def test_answers_are_sent_as_they_are_wanted_cold_and_again(client: FlaskClient, long_post: str, address: str) -> None:
    for _ in range(3):
        for headers, coding in ((GZIP[:6], "gzip"), (IDENTITY[1:6], None)):
            for header in headers:
                answer = client.get(address, headers={"Accept-Encoding": str(header)})
                assert answer.headers.get("Content-Encoding") == coding, header
                assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_long_header_costs_little(client: FlaskClient) -> None:
    assert wanted(", ".join(f"x{number};q=0.5" for number in range(5_000)) + ", gzip") == "gzip"
