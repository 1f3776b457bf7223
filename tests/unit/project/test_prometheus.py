"""What Prometheus is given: alerts that fire, a page for each, a dashboard of figures that there are, clean metrics."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[3]
RULES, TESTS = ROOT / "deploy/prometheus/rules.yml", ROOT / "deploy/prometheus/rules.test.yml"
PROMTOOL = shutil.which("promtool", path="/usr/bin:/usr/local/bin")
needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed (Debian: prometheus)")
SUFFIXES = ("_total", "_count", "_sum", "_bucket")


def promtool(*arguments: str, given: str | None = None) -> None:
    told = subprocess.run([str(PROMTOOL), *arguments], input=given, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


def alerts() -> dict[str, dict[str, object]]:
    found = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    return {rule["alert"]: rule for group in found["groups"] for rule in group["rules"] if "alert" in rule}


@pytest.fixture(scope="module")
def told() -> str:
    """What a process tells that has counted one of everything."""
    code = (
        "from feedapp.observability import metrics, process_state\n"
        "from prometheus_client.registry import REGISTRY\n"
        "for each in vars(metrics).values():\n"
        "    names = getattr(each, '_labelnames', None)\n"
        "    if names: each.labels(*names)\n"
        "process_state.ProcessState(pools=lambda: {'reads': (1, 2)}, trust=lambda: (True, 0.0)).tell()\n"
        "print(metrics.render(outbox=(1, 2.0)).decode())"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return ran.stdout


@needs_promtool
def test_the_metrics_are_clean(told: str) -> None:
    promtool("check", "metrics", given=told)


@needs_promtool
def test_the_rules_are_valid() -> None:
    promtool("check", "rules", str(RULES))


@needs_promtool
def test_each_alert_fires_where_something_is_wrong_and_none_where_nothing_is() -> None:
    promtool("test", "rules", str(TESTS))
    wrong, well = yaml.safe_load(TESTS.read_text(encoding="utf-8"))["tests"]
    (fired,) = wrong["promql_expr_test"]
    names = {re.fullmatch(r'{alertname="(\w+)"}', each["labels"]).group(1) for each in fired["exp_samples"]}  # type: ignore[union-attr]
    assert names == set(alerts())
    assert well["promql_expr_test"][0]["exp_samples"] == []


def test_each_alert_has_its_page_in_the_runbook() -> None:
    pages = set(re.findall(r"^## (\w+)$", (ROOT / "docs/runbook.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert pages == set(alerts())
    for name, rule in alerts().items():
        assert rule["annotations"]["runbook"] == f"docs/runbook.md#{name.lower()}"  # type: ignore[index]


def test_rules_and_dashboard_name_only_metrics_that_there_are(told: str) -> None:
    there = set(re.findall(r"^# TYPE (\w+)", told, re.MULTILINE))
    dashboard = json.loads((ROOT / "deploy/grafana/feedapp.json").read_text(encoding="utf-8"))
    asked = RULES.read_text(encoding="utf-8") + " ".join(
        target["expr"] for panel in dashboard["panels"] for target in panel["targets"]
    )
    named = set(re.findall(r"\bfeedapp_\w+", asked))
    assert named
    for name in named:
        assert name in there or any(
            name.endswith(suffix) and {name, name.removesuffix(suffix)} & there for suffix in SUFFIXES
        ), name
