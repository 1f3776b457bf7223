"""Who signed up less than a day ago writes less, with fewer links and names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from tests.support.copies import forget_everything
from tests.web.api.calls import data, problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from redis import Redis
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody


ELSEWHERE = {"REMOTE_ADDR": "198.51.100.7"}


@pytest.fixture
def limited(limited_app: Callable[..., Flask]) -> FlaskClient:
    """The site as it is for strangers."""
    return limited_app().test_client()


def post(client: FlaskClient, who: Somebody, body: str) -> Any:
    return client.post("/api/posts", headers=who.headers, json={"body": body})


def a_day_later(engine: Engine, redis: Redis, who: Somebody) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE users SET created_at = created_at - interval '1 day' WHERE id = :id"), {"id": who.id}
        )
    forget_everything(redis)


def test_the_spammer_who_wrote_300_posts_in_three_seconds_writes_20(
    limited: FlaskClient, engine: Engine, ada: Somebody
) -> None:
    answers = [post(limited, ada, f"Buy beans {number}") for number in range(300)]
    assert [each.status_code for each in answers].count(201) == 20
    refused = problem(answers[-1], 429)
    assert "posts of a new member" in refused["detail"] or "requests that change something" in refused["detail"]
    first_refused = next(each for each in answers if each.status_code == 429)
    assert int(first_refused.headers["Retry-After"]) > 80_000
    assert "try again in 24 hours" in problem(first_refused, 429)["detail"]
    assert '"newcomer-posts";q=20;w=86400' in first_refused.headers["RateLimit-Policy"]
    assert '"newcomer-posts";r=0' in first_refused.headers["RateLimit"]
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM posts")) == 20


def test_a_day_later_that_is_over(limited: FlaskClient, engine: Engine, redis: Redis, ada: Somebody) -> None:
    for number in range(20):
        data(post(limited, ada, str(number)), 201)
    problem(post(limited, ada, "one more"), 429)
    a_day_later(engine, redis, ada)
    answer = post(limited, ada, "one more")
    data(answer, 201)
    assert "newcomer" not in answer.headers["RateLimit-Policy"]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (" ".join(f"https://{number}.example/" for number in range(6)), "6 links"),
        (" ".join(f"@somebody{number}" for number in range(6)), "6 names of people"),
    ],
)
def test_a_newcomers_text_has_few_links_and_names(
    limited: FlaskClient, engine: Engine, redis: Redis, ada: Somebody, body: str, what: str
) -> None:
    fewer = body.rpartition(" ")[0]
    made = data(post(limited, ada, fewer), 201)["id"]
    refused = [
        post(limited, ada, body),
        limited.patch(f"/api/posts/{made}", headers=ada.headers, json={"body": body}),
        limited.post(f"/api/posts/{made}/comments", headers=ada.headers, json={"body": body}),
    ]
    for answer in refused:
        [error] = problem(answer, 422)["errors"]
        assert error["field"] == "body"
        assert what in error["message"]
        assert re.search(r"from \d{4}-\d\d-\d\d \d\d:\d\d UTC on", error["message"])
    a_day_later(engine, redis, ada)
    data(post(limited, ada, body), 201)


def test_the_figures_are_settings(limited_app: Callable[..., Flask], ada: Somebody) -> None:
    client = limited_app(**{"newcomer-posts": "2/hour", "newcomer-links": "1/hour"}).test_client()
    problem(post(client, ada, "https://a.example/ https://b.example/"), 422)
    for number in range(2):
        data(post(client, ada, str(number)), 201)
    problem(post(client, ada, "one more"), 429)


def test_who_moderates_is_no_newcomer(limited: FlaskClient, services: Services, ada: Somebody) -> None:
    services.roles.assign(username="ada", role="moderator")
    for number in range(21):
        data(post(limited, ada, " ".join(f"https://{each}.example/" for each in range(6 + number))), 201)


def test_new_members_of_one_network_write_so_much_together(
    limited_app: Callable[..., Flask], engine: Engine, redis: Redis, ada: Somebody, bob: Somebody
) -> None:
    """Whoever signs up ten times writes no ten times as much; other networks and older members are not counted."""
    client = limited_app(**{"newcomer-network": "3/day"}).test_client()
    made = data(post(client, ada, "one"), 201)["id"]
    data(post(client, bob, "two"), 201)
    data(client.post(f"/api/posts/{made}/comments", headers=bob.headers, json={"body": "three"}), 201)
    refused = post(client, ada, "four")
    assert "of all from one network" in problem(refused, 429)["detail"]
    assert '"newcomer-network";r=0' in refused.headers["RateLimit"]
    data(client.post("/api/posts", headers=ada.headers, json={"body": "elsewhere"}, environ_base=ELSEWHERE), 201)
    a_day_later(engine, redis, bob)
    data(post(client, bob, "no newcomer any more"), 201)


def test_without_limits_there_are_none(client: FlaskClient, ada: Somebody) -> None:
    for _ in range(21):
        data(post(client, ada, " ".join(f"@somebody{each}" for each in range(20))), 201)
