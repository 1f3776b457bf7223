"""Parameters of the API: those that a call does not know, or that are given twice, are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.api.calls import data, links, nothing_changes, problem, publish

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from tests.support.people import Somebody

READS = [
    "/api/posts", "/api/posts/1", "/api/posts/1/comments", "/api/posts/1/likes", "/api/users/ada", "/api/me",
    "/api/users/ada/followers", "/api/users/ada/following", "/api/suggestions", "/api/tokens", "/api/problems/",
    "/api/problems/taken", "/api", "/api/users/by-id/1",
]  # fmt: skip


@pytest.mark.parametrize("address", READS)
def test_one_that_a_call_does_not_know_is_refused(
    client: FlaskClient, ada: Somebody, post_id: str, address: str
) -> None:
    for query in ("x=1", "Limit=1", "limit[]=1", "=", "page=2", "%00=1", "%ff=1", "fragment=1"):
        found = problem(client.get(f"{address}?{query}", headers=ada.headers), 400)
        assert found["code"] == "invalid_parameters"
        assert len(found["errors"]) == 1


@pytest.mark.parametrize("query", ["limit=1&limit=1", "limit=1&limit=2", "cursor=a&cursor=b", "feed=public&feed=home"])
def test_one_that_is_given_twice_is_refused(client: FlaskClient, ada: Somebody, query: str) -> None:
    found = problem(client.get(f"/api/posts?{query}", headers=ada.headers), 400)
    assert found["errors"][0]["field"] == query.partition("=")[0]
    assert "more than once" in found["errors"][0]["message"]


@pytest.mark.parametrize(
    ("method", "address"),
    [("POST", "/api/posts"), ("PATCH", "/api/posts/1"), ("DELETE", "/api/posts/1"), ("POST", "/api/posts/1/likes"),
     ("POST", "/api/users"), ("POST", "/api/tokens"), ("DELETE", "/api/tokens")],
)  # fmt: skip
def test_a_write_knows_none(
    client: FlaskClient, ada: Somebody, post_id: str, engine: Engine, method: str, address: str
) -> None:
    with nothing_changes(engine):
        body = {"username": "dee", "password": ada.password, "body": "text"}
        problem(client.open(f"{address}?limit=1", method=method, headers=ada.headers, json=body), 400)


def test_a_refusal_is_short_however_much_was_sent(client: FlaskClient, ada: Somebody) -> None:
    for query in ("x" * 50_000, "&".join(f"x{number}=1" for number in range(5_000))):
        answer = client.get(f"/api/posts?{query}")
        assert len(answer.data) < 4_000
        problem(answer, 400)


def test_each_knows_its_own(client: FlaskClient, ada: Somebody, post_id: str) -> None:
    for address in ("/api/posts", "/api/posts/1/comments", "/api/posts/1/likes", "/api/users/ada/followers"):
        data(client.get(f"{address}?limit=5"))
    data(client.get("/api/posts?username=ada&limit=5&feed=user"))
    data(client.get("/api/suggestions?limit=5", headers=ada.headers))


def test_links_are_short_however_a_name_is_written(client: FlaskClient, ada: Somebody) -> None:
    for number in range(2):
        publish(client, ada, str(number))
    answer = client.get("/api/posts", query_string={"username": " " * 5_000 + "ADA", "limit": 1})
    assert len(answer.headers["Link"]) < 500
    assert data(client.get(links(answer)["next"]))["items"][0]["body"] == "0"
