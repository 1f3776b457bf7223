"""What an operator sees: log lines with true figures, headers of every answer, health, and metrics of all processes."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from prometheus_client.parser import text_string_to_metric_families
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from feedapp.cache.catalogue import keys
from feedapp.observability import logs, metrics
from tests.support.apps import METRICS
from tests.support.costs import cost_of
from tests.web.api.calls import logged, messages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from redis import Redis
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody

ROOT = Path(__file__).resolve().parents[2]
INVALIDATED = re.compile(r"Invalidated (\d+) cache entries \((.*)\)")


@pytest.fixture
def ada(people: Callable[..., Somebody], client: FlaskClient) -> Somebody:
    """Somebody with a post."""
    ada = people("ada")
    client.post("/api/posts", headers=ada.headers, json={"body": "hello"})
    return ada


def hits_and_misses(records: list[logging.LogRecord]) -> dict[str, list[str]]:
    """Give the keys that were said to be hit and missed."""
    said = [re.fullmatch(r"Cache (HIT|MISS) \((.+)\)", line) for line in messages(records, "Cache ")]
    assert all(said)
    return {kind: sorted(each[2] for each in said if each and each[1] == kind) for kind in ("HIT", "MISS")}


def test_a_cold_read_is_logged_as_misses_and_a_warm_one_as_hits_of_the_same_keys(
    client: FlaskClient, services: Services, ada: Somebody
) -> None:
    services.backend.clear()
    with logged() as cold:
        client.get("/api/posts")
    with logged() as warm:
        client.get("/api/posts")
    wanted = {"posts:feed:public:start:20", "post:1", "post:1:likes:count", "post:1:comments:count", "user:1"}
    missed = hits_and_misses(cold)
    assert set(missed["MISS"]) == {f"test:{name}" for name in wanted}
    assert missed["HIT"] == []
    assert hits_and_misses(warm) == {"HIT": missed["MISS"], "MISS": []}


def test_what_a_write_says_it_has_invalidated_is_what_is_gone(
    client: FlaskClient, services: Services, redis: Redis, ada: Somebody
) -> None:
    for address in ("/api/posts", "/api/posts?limit=100", "/api/posts/1", "/api/users/ada"):
        client.get(address, headers=ada.headers)
    writes: list[tuple[str, str, dict[str, str] | None]] = [
        ("POST", "/api/posts/1/likes", None),
        ("POST", "/api/posts", {"body": "new"}),
        ("PATCH", "/api/posts/1", {"body": "other"}),
        ("DELETE", "/api/posts/1", None),
    ]
    for method, address, body in writes:
        before = values_in(redis)
        with logged() as records:
            client.open(address, method=method, headers=ada.headers, json=body)
        (line,) = messages(records, "Invalidated")
        found = INVALIDATED.fullmatch(line)
        assert found
        named = found[2].split(", ") if found[2] else []
        assert len(named) == int(found[1]) == len(set(named)) > 0
        gone_or_new = before - values_in(redis)
        assert {name for name, _ in gone_or_new} == set(named), method


def values_in(redis: Redis) -> set[tuple[str, bytes]]:
    """Give every value in Redis; markers are none."""
    held = {name.decode(): redis.get(name) for name in redis.scan_iter("*")}
    return {(name, stored) for name, stored in held.items() if isinstance(stored, bytes) and stored[:1] == b"["}


def test_the_post_that_is_read_has_its_line_and_those_of_a_feed_have_none(
    client: FlaskClient, services: Services, ada: Somebody
) -> None:
    first, _, _ = (
        client.post("/api/posts", headers=ada.headers, json={"body": body}).get_json()["id"] for body in "abc"
    )
    services.backend.clear()
    for outcome in ("MISS", "HIT"):
        with logged() as records:
            client.get(f"/api/posts/{first}")
        assert messages(told_by_default(records), "Cache") == [f"Cache {outcome} (test:post:{first})"]
    services.backend.clear()
    for outcome in ("MISS", "HIT"):
        with logged() as records:
            client.get("/api/posts")
        assert messages(told_by_default(records), "Cache") == [f"Cache {outcome} (test:posts:feed:public:start:20)"]


def told_by_default(records: list[logging.LogRecord]) -> list[logging.LogRecord]:
    return [record for record in records if record.levelno >= logging.INFO]


def test_a_write_that_found_nothing_to_delete_says_so(client: FlaskClient, services: Services, ada: Somebody) -> None:
    services.backend.clear()
    with logged() as records:
        client.patch("/api/me", headers=ada.headers, json={"bio": "new"})
    assert messages(records, "Invalidated") == ["Invalidated 1 cache entries (test:user:1)"], "read to know who asks"


def test_a_long_list_of_keys_is_cut_and_its_number_is_not(
    client: FlaskClient, services: Services, people: Callable[..., Somebody], ada: Somebody
) -> None:
    fans = [people(f"fan_{number}") for number in range(30)]
    for fan in fans:
        client.post("/api/users/ada/followers", headers=fan.headers)
        client.get("/api/posts", headers=fan.headers)
    with logged() as records:
        client.post("/api/posts", headers=ada.headers, json={"body": "new"})
    (line,) = messages(records, "Invalidated")
    number, listed = INVALIDATED.fullmatch(line).groups()  # type: ignore[union-attr]
    assert int(number) >= 60
    assert listed.endswith(f", and {int(number) - 20} more")


@pytest.fixture
def told(app: Flask) -> Iterator[Callable[[str], io.StringIO]]:
    """Let the log go into a text, in a format; put it back afterwards."""
    logger = logging.getLogger("feedapp")
    before = (logger.handlers, logger.level, logger.propagate)

    def tell(log_format: str) -> io.StringIO:
        logs.configure(log_format=log_format, level="INFO")
        output = io.StringIO()
        (handler,) = logger.handlers
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(output)
        return output

    yield tell
    logger.handlers, logger.propagate = before[0], before[2]
    logger.setLevel(before[1])


def test_in_json_each_line_is_an_object_with_the_id_of_its_request(
    client: FlaskClient, ada: Somebody, told: Callable[[str], io.StringIO]
) -> None:
    output = told("json")
    client.get('/public?x="\n', headers={"X-Request-Id": "from-the-proxy.1"})
    client.post("/api/posts", headers={**ada.headers, "X-Request-Id": "from-the-proxy.2"}, json={"body": "new"})
    lines = [json.loads(line) for line in output.getvalue().splitlines()]
    assert {line["request_id"] for line in lines} == {"from-the-proxy.1", "from-the-proxy.2"}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"]) for line in lines)
    assert all({"time", "level", "logger", "request_id", "message"} <= set(line) for line in lines)
    said = [line["message"] for line in lines]
    assert [line for line in said if re.fullmatch(r"Cache (HIT|MISS) \(test:posts:feed:public:start:20\)", line)]
    assert [line for line in said if INVALIDATED.fullmatch(line)]
    assert [line for line in said if line.startswith("POST /api/posts 201 ")]


def test_in_text_each_line_has_the_id_of_its_request(
    client: FlaskClient, ada: Somebody, told: Callable[[str], io.StringIO]
) -> None:
    output = told("text")
    request_id = client.get("/api/posts").headers["X-Request-Id"]
    lines = output.getvalue().splitlines()
    assert lines
    assert all(re.match(rf"\d{{4}}-\d\d-\d\d [\d:,]+ INFO +{re.escape(request_id)} feedapp\.", line) for line in lines)


def test_a_mistake_of_ours_is_one_json_object_with_its_traceback(
    client: FlaskClient, ada: Somebody, told: Callable[[str], io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    output = told("json")
    monkeypatch.setattr("feedapp.services.content.posts.PostService.show", lambda *_: 1 / 0)
    client.get("/api/posts/1")
    error = next(line for line in map(json.loads, output.getvalue().splitlines()) if line["level"] == "ERROR")
    assert "ZeroDivisionError" in error["exc_info"]


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


@contextmanager
def redis_away(services: Services) -> Iterator[None]:
    """Let this process lose its trust in Redis for the block, and not find it again before that ends."""
    trust = services.backend.trust
    with patch.object(trust, "seek", lambda: None):
        trust.lose("a test")
        yield
    services.relay.work()


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


def figures(client: FlaskClient) -> dict[str, list[Any]]:
    """Read /metrics as Prometheus does: samples by name."""
    answer = client.get("/metrics", headers=METRICS)
    assert answer.status_code == 200
    found: dict[str, list[Any]] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append(sample)
    return found


def value(found: dict[str, list[Any]], name: str, **labels: str) -> float:
    return float(sum(sample.value for sample in found.get(name, []) if sample.labels.items() >= labels.items()))


def test_metrics_count_what_happened(client: FlaskClient, services: Services, ada: Somebody) -> None:
    services.backend.clear()
    before = figures(client)
    client.get("/api/posts")
    client.get("/api/posts")
    client.get("/api/posts/999")
    client.post("/api/posts/1/likes", headers=ada.headers)
    after = figures(client)

    def more(name: str, **labels: str) -> float:
        return value(after, name, **labels) - value(before, name, **labels)

    assert more("feedapp_cache_misses_total", template="feed") == 1
    assert more("feedapp_cache_hits_total", template="feed") == 1
    assert more("feedapp_cache_misses_total", template="post_likes_count") >= 1
    assert more("feedapp_cache_invalidations_total", template="post_likes_count") == 1
    assert more("feedapp_request_seconds_count", method="GET", route="/api/posts", status="200") == 2
    assert more("feedapp_request_seconds_count", method="GET", route="/api/posts/<post_id>", status="404") == 1
    assert more("feedapp_redis_seconds_count") >= 4
    assert more("feedapp_sql_seconds_count") >= 2


def test_metrics_tell_how_many_writes_wait_in_the_outbox(client: FlaskClient, engine: Engine, ada: Somebody) -> None:
    assert value(figures(client), "feedapp_outbox_depth") == 0
    with engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET confirmed_at = NULL"))
        waiting = connection.scalar(text("SELECT count(*) FROM outbox"))
    assert waiting
    assert value(figures(client), "feedapp_outbox_depth") == waiting


WORKER = f"""
import os, sys
sys.path.insert(0, {str(ROOT)!r})
from feedapp.observability import metrics
for _ in range(int(sys.argv[1])):
    metrics.hits.count({{"post": 1}})
    metrics.REQUESTS.labels("GET", "/", 200).observe(0.004)
"""


def test_metrics_of_several_processes_are_added_up(tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for times in ("3", "4"):
        subprocess.run([sys.executable, "-c", WORKER, times], env=environment, check=True)
    told = subprocess.run(
        [sys.executable, "-c", WORKER + "print(metrics.render(outbox_depth=5).decode())", "0"],
        env=environment, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    samples = [sample for family in text_string_to_metric_families(told) for sample in family.samples]
    found = {(sample.name, sample.labels.get("le")): sample.value for sample in samples}
    assert found["feedapp_cache_hits_total", None] == 7
    assert found["feedapp_request_seconds_count", None] == 7
    assert found["feedapp_request_seconds_bucket", "0.005"] == 7
    assert [sample for sample in samples if sample.name == "feedapp_outbox_depth"] == [
        ("feedapp_outbox_depth", {}, 5.0, None, None, None)
    ]
    assert told.count("# HELP feedapp_outbox_depth") == 1


def test_hits_are_seen_by_other_processes_soon(tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    command = [sys.executable, "-c", WORKER + "sys.stdin.read()", "5"]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE) as worker:
        until = monotonic() + 20
        while not (found := metrics.counted(tmp_path)[1].get("feedapp_cache_hits")) and monotonic() < until:
            sleep(0.05)
        assert worker.stdin
        worker.stdin.close()
    assert found == {"post": 5}


def test_many_hits_at_once_are_counted_exactly(client: FlaskClient, ada: Somebody) -> None:
    before = value(figures(client), "feedapp_cache_hits_total", template="user")

    def hit() -> None:
        for _ in range(4_000):
            metrics.hits.count({"user": 2})

    threads = [Thread(target=hit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert value(figures(client), "feedapp_cache_hits_total", template="user") == before + 32_000


def test_no_figure_has_an_id_or_a_name_from_outside_in_its_labels(client: FlaskClient, ada: Somebody) -> None:
    for address in ("/@ada", "/posts/1", "/api/posts/424242", "/nothing/at/all/424242", "/api/users/zed_424242"):
        client.get(address)
    labels = {str(sample.labels) for samples in figures(client).values() for sample in samples}
    assert not [each for each in labels if "424242" in each]
    assert {sample.labels["template"] for sample in figures(client)["feedapp_cache_hits_total"]} <= set(keys.TEMPLATES)
