"""What is looked up for a view is what the view knows: strangers cannot make it cold by what it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from feedapp.web.parameters import Parameters
from tests.support.costs import Cost, cost_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.support.people import Somebody

AGAIN = Cost(redis_trips=1, sql_statements=0)
PAGES = ["/", "/public", "/posts/1", "/@ada", "/@ada/followers", "/public?fragment=1"]
UNKNOWN = ["x=1", "x=2", "limit=5", "feed=home", "%00=1", "x=%ff", "&&", "CURSOR=x"]
UNKNOWN += ["fragment=2", "fragment=", "fragment=0"]


@pytest.fixture
def ada(client: FlaskClient, people: Callable[..., Somebody]) -> Somebody:
    ada = people("ada")
    for number in range(25):
        client.post("/api/posts", headers=ada.headers, json={"body": f"post {number}"})
    return ada


@pytest.fixture
def asked(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give a list that has one entry for each request that Flask was asked to answer."""
    asked: list[str] = []
    app = client.application
    answer = app.full_dispatch_request

    def noting() -> object:
        asked.append("asked")
        return answer()

    monkeypatch.setattr(app, "full_dispatch_request", noting)
    return asked


@pytest.mark.parametrize("address", ["/public", "/posts/1", "/api/posts"])
def test_cookies_of_others_do_not_make_a_page_cold(app: Flask, ada: Somebody, asked: list[str], address: str) -> None:
    """A browser brings those of whatever else is on the host, and strangers may make some up."""
    client = app.test_client(use_cookies=False)
    for _ in range(3):
        whole = client.get(address)
    asked.clear()
    for cookie in ("x=1", "x=2; y", "utm=Undersøgelse", "session=1; theme=dark"):
        answer = client.get(address, headers={"Cookie": cookie})
        assert (answer.status_code, answer.data, cost_of(answer)) == (200, whole.data, AGAIN), cookie
    assert asked == []


@pytest.mark.parametrize("address", PAGES)
def test_unknown_parameters_do_not_make_a_page_cold(
    client: FlaskClient, ada: Somebody, asked: list[str], address: str
) -> None:
    for _ in range(3):
        whole = client.get(address)
    asked.clear()
    for query in UNKNOWN:
        if address.endswith("fragment=1") and query.startswith("fragment"):
            continue
        answer = client.get(f"{address}{'&' if '?' in address else '?'}{query}")
        assert (answer.status_code, answer.data, cost_of(answer)) == (200, whole.data, AGAIN), query
    assert asked == []


def test_known_parameters_are_told_apart_whatever_their_order(
    client: FlaskClient, ada: Somebody, asked: list[str]
) -> None:
    cursor = client.get("/api/posts?feed=public").get_json()["next_cursor"]
    second = f"cursor={cursor}"
    for _ in range(3):
        bodies = [client.get(f"/public{query}").data for query in ("", "?fragment=1", f"?{second}")]
        both = client.get(f"/public?fragment=1&{second}").data
    assert len({*bodies, both}) == 4
    asked.clear()
    for query in (f"{second}&fragment=1", f"x=1&{second}&y&fragment=1", f"fragment=1&{second}&fragment=2&cursor=x"):
        assert client.get(f"/public?{query}").data == both
    assert asked == []
    assert client.get("/public?cursor=x").status_code == 400


def test_the_order_of_parameters_does_not_make_an_answer_of_the_api_cold(
    client: FlaskClient, ada: Somebody, asked: list[str]
) -> None:
    for _ in range(3):
        first = client.get("/api/posts?feed=user&username=ada&limit=3")
    asked.clear()
    again = client.get("/api/posts?limit=3&username=ada&feed=user")
    assert (again.data, cost_of(again), asked) == (first.data, AGAIN, [])


def test_ways_to_ask_for_the_same_encoding_are_one(client: FlaskClient, ada: Somebody, asked: list[str]) -> None:
    for _ in range(3):
        first = client.get("/public", headers={"Accept-Encoding": "gzip"})
    asked.clear()
    for header in ("gzip, br", "gzip;q=0.7", "x-gzip", "*", "gzip;q=0.71"):
        assert client.get("/public", headers={"Accept-Encoding": header}).data == first.data
    assert asked == []


def test_only_what_is_declared_is_read() -> None:
    known = Parameters(cursor=None, fragment=("1",))
    for query, found in (
        ("", ()),
        ("x=1", ()),
        ("fragment=1&cursor=a", (("cursor", "a"), ("fragment", "1"))),
        ("cursor=a&cursor=b&fragment=2", (("cursor", "a"),)),
        ("cursor", (("cursor", ""),)),
        ("cursor=%C3%A9", (("cursor", "\u00e9"),)),
    ):
        assert known.read(query) == found


@pytest.mark.parametrize("address", ["/api/posts/1", "/api/users/ada", "/api/posts", "/api/posts?limit=3"])
@pytest.mark.parametrize("query", ["x=1", "feed=public&feed=public", "limit=3&limit=3", "%ff=1", "CURSOR=x", "x"])
def test_an_answer_that_is_kept_does_not_stand_for_a_refusal(
    client: FlaskClient, ada: Somebody, address: str, query: str
) -> None:
    for _ in range(3):
        assert client.get(address).status_code == 200
    wrong = f"{address}{'&' if '?' in address else '?'}{query}"
    for headers in ({}, ada.headers):
        assert client.get(wrong, headers=headers).status_code == 400
        assert client.head(wrong, headers=headers).status_code == 400
