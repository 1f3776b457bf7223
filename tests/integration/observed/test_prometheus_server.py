"""Debian's Prometheus itself: it reads the port of metrics, with the token, and loads every alert."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import urllib.request
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from feedapp.observability.metrics_server import MetricsServer
from tests.support.deployments.ports import free_port
from tests.unit.project.test_prometheus import RULES, alerts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from feedapp.wiring import Services

PROMETHEUS = shutil.which("prometheus", path="/usr/bin:/usr/local/bin")
TOKEN = "a-token-of-sixteen-and-more"
SECONDS = 40


class Ask:
    """Prometheus, by its API."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}/api/v1"

    def __call__(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self._address}/{path}", timeout=5) as answer:  # noqa: S310 (ours)
            return json.load(answer)["data"]

    def value(self, query: str) -> float | None:
        found = self(f"query?query={quote(query)}")["result"]
        return float(found[0]["value"][1]) if found else None


@pytest.fixture
def prometheus(services: Services, tmp_path: Path) -> Iterator[Ask]:
    port, own = free_port(), free_port()
    figures = MetricsServer(host="127.0.0.1", port=port, token=TOKEN, figures=services.figures)
    figures.take_port()
    settings = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(RULES)],
        "scrape_configs": [
            {
                "job_name": "feedapp",
                "authorization": {"credentials": TOKEN},
                "static_configs": [{"targets": [f"127.0.0.1:{port}"]}],
            }
        ],
    }
    written = tmp_path / "prometheus.yml"
    written.write_text(json.dumps(settings), encoding="utf-8")  # which is YAML, too
    command = [
        str(PROMETHEUS),
        f"--config.file={written}",
        f"--storage.tsdb.path={tmp_path / 'data'}",
        f"--web.listen-address=127.0.0.1:{own}",
    ]
    with (tmp_path / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            yield Ask(own)
        finally:
            process.terminate()
            figures.close()


def until(ask: Ask, query: str) -> float:
    """Give the first value above 0: what is scraped first may have come too late on a busy machine."""
    end, value = time.monotonic() + SECONDS, None
    while time.monotonic() < end:
        try:
            if (value := ask.value(query)) is not None and value > 0:
                return value
        except OSError:
            pass
        time.sleep(0.3)
    raise AssertionError(f"{query} gives {value}")


@pytest.mark.skipif(PROMETHEUS is None, reason="prometheus is not installed")
def test_it_reads_the_metrics_and_loads_every_alert(prometheus: Ask, client: FlaskClient, services: Services) -> None:
    services.process_state.tell()
    client.get("/api/posts")
    assert until(prometheus, 'up{job="feedapp"} == 1') == 1  # on a busy machine the first attempt may take too long
    assert until(prometheus, 'feedapp_request_seconds_count{route="/api/posts", status="200"}') >= 1
    assert until(prometheus, "feedapp_build_info") == 1
    assert until(prometheus, "feedapp_process_open_fds / feedapp_process_max_fds") > 0
    rules = [rule for group in prometheus("rules")["groups"] for rule in group["rules"]]
    assert {rule["name"] for rule in rules if rule["type"] == "alerting"} == set(alerts())
    assert {rule["health"] for rule in rules} <= {"ok", "unknown"}
