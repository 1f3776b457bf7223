"""What Prometheus is told, of one process and of several."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from feedapp.cache.catalogue import keys
from feedapp.observability import metrics
from tests.support.apps import METRICS

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody


ROOT = Path(__file__).resolve().parents[3]


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
        [sys.executable, "-c", WORKER + "print(metrics.render(outbox=(5, 2.5)).decode())", "0"],
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
        while (found := metrics.counted(tmp_path)[1].get("feedapp_cache_hits")) != {"post": 5} and monotonic() < until:
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
