"""What an answer says of itself, and what the probes say of the site."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy.exc import OperationalError

from tests.integration.observed.conftest import redis_away
from tests.integration.observed.test_figures_of_metrics import figures
from tests.support.costs import cost_of

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from redis import Redis
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody


@pytest.mark.parametrize("address", ["/", "/api/posts", "/api/nothing", "/nothing", "/livez", "/metrics", "/login"])
def test_every_answer_has_an_id_of_its_own(client: FlaskClient, app: Flask, address: str) -> None:
    ids = {client.get(address).headers["X-Request-Id"] for _ in range(3)}
    assert len(ids) == 3
    assert client.get(address, headers={"X-Request-Id": "a.proxys-1"}).headers["X-Request-Id"] == "a.proxys-1"


@pytest.mark.parametrize("odd", ["", "a b", "x" * 65, "a;b", '"', "\u00e9", "<script>"])
def test_an_id_that_could_do_harm_in_a_log_is_replaced(client: FlaskClient, app: Flask, odd: str) -> None:
    assert client.get("/livez", headers={"X-Request-Id": odd}).headers["X-Request-Id"] not in {odd, ""}


def test_cache_status_says_hit_miss_and_bypass_and_nothing_of_a_write(
    client: FlaskClient, services: Services, ada: Somebody
) -> None:
    services.backend.clear()
    assert client.get("/api/posts").headers["Cache-Status"] == "feedapp; fwd=miss"
    assert client.get("/api/posts").headers["Cache-Status"] == "feedapp; hit"
    assert "Cache-Status" not in client.post("/api/posts/1/likes", headers=ada.headers).headers
    assert "Cache-Status" not in client.get("/livez").headers
    with redis_away(services):
        assert client.get("/api/posts").headers["Cache-Status"] == "feedapp; fwd=bypass"


def test_server_timing_tells_trips_statements_and_times(client: FlaskClient, services: Services, ada: Somebody) -> None:
    services.backend.clear()
    cold = client.get("/api/posts")
    assert cost_of(cold).sql_statements >= 1
    durations = [float(each) for each in re.findall(r"dur=([0-9.]+)", cold.headers["Server-Timing"])]
    redis_ms, sql_ms, total_ms = durations
    assert redis_ms > 0
    assert sql_ms > 0
    assert redis_ms + sql_ms <= total_ms


def test_alive_and_ready(client: FlaskClient, app: Flask) -> None:
    assert client.get("/livez").get_json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.get_json()) == (200, {"status": "ok", "postgresql": "ok", "redis": "ok"})


def test_without_redis_it_is_degraded_and_ready(
    client: FlaskClient, services: Services, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RedisConnectionError("refused")

    monkeypatch.setattr(type(redis), "ping", fail)
    ready = client.get("/readyz")
    assert (ready.status_code, ready.get_json()["status"], ready.get_json()["redis"]) == (
        200,
        "degraded",
        "unavailable",
    )


def test_without_postgresql_it_is_alive_and_not_ready(
    client: FlaskClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OperationalError("SELECT 1", {}, Exception("refused"))

    monkeypatch.setattr(type(engine), "connect", fail)
    ready = client.get("/readyz")
    assert (ready.status_code, ready.get_json()["status"]) == (503, "unavailable")
    assert client.get("/livez").status_code == 200
    assert "feedapp_outbox_depth" not in figures(client)
