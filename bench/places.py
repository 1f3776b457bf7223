"""Where the benchmark keeps what it makes, and what is the same for every server it starts."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "bench"
RESULTS = VAR / "results.json"
COMMITTED = ROOT / "bench" / "committed.json"
REPORT = ROOT / "docs" / "performance.md"
PLOTS = ROOT / "docs" / "performance"
SECRET_KEY = "the secret of the benchmark"  # noqa: S105  (of servers that live for minutes)
METRICS_TOKEN = "the-token-of-the-benchmark"  # noqa: S105  (the same)
CONNECTIONS = 16
LIMIT = 20
