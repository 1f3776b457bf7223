from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.costs import cost_of
from tests.web.api.calls import publish

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.support.people import Somebody

ORIGIN = {"Origin": "https://app.example"}


def exposed(value: str) -> set[str]:
    return set(value.split(", "))


@pytest.mark.parametrize("address", ["/api/posts", "/api/nothing", "/api/posts?limit=0", "/api/me", "/api/posts/1"])
def test_every_answer_of_the_api_may_be_read_by_any_origin(client: FlaskClient, address: str) -> None:
    answer = client.get(address, headers=ORIGIN)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert exposed(answer.headers["Access-Control-Expose-Headers"]) >= {"ETag", "Link", "Retry-After", "RateLimit"}


@pytest.mark.parametrize("address", ["/", "/public", "/login", "/livez", "/apis", "/search?q=x"])
def test_pages_may_not(client: FlaskClient, address: str) -> None:
    assert not [name for name, _ in client.get(address, headers=ORIGIN).headers if name.startswith("Access-Control")]


def test_a_preflight_allows_what_the_api_takes_for_a_day(client: FlaskClient) -> None:
    asked = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization,if-match"}
    answer = client.options("/api/posts/1", headers=ORIGIN | asked)
    assert answer.status_code == 200
    assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]
    assert exposed(answer.headers["Access-Control-Allow-Headers"].lower()) >= {
        "authorization",
        "content-type",
        "idempotency-key",
        "if-match",
    }
    assert answer.headers["Access-Control-Max-Age"] == "86400"


def test_a_write_from_another_origin_counts_by_its_token_and_not_by_a_cookie(
    client: FlaskClient, ada: Somebody
) -> None:
    written = client.post("/api/posts", headers=ORIGIN | ada.headers, json={"body": "from elsewhere"})
    assert written.status_code == 201
    client.set_cookie("feedapp_session", ada.session)
    assert client.post("/api/posts", headers=ORIGIN, json={"body": "by a cookie"}).status_code == 401


def test_a_warm_read_of_another_origin_costs_one_trip_and_no_statement(client: FlaskClient, ada: Somebody) -> None:
    publish(client, ada)
    for _ in range(3):
        answer = client.get("/api/posts", headers=ORIGIN)
    assert cost_of(answer).sql_statements == 0
    assert cost_of(answer).redis_trips == 1
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
