"""All figures of one server as plain numbers that can be subtracted, added up and stored.

A *total* is a tree of dicts and lists with numbers at its leaves. What is added up over time stands in it; how the
processes are just now stands in `State`.
"""

from __future__ import annotations

from collections import defaultdict
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from feedapp.observability import metrics

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus_client import Metric
    from prometheus_client.samples import Sample

BOUNDS: tuple[float, ...] = (*metrics.SECONDS, inf)
"""The upper bounds of the buckets in which times are counted."""
SERVER_ERROR = "5"
QUIET_ROUTES = frozenset({"/livez", "/readyz", "/metrics"})
"""Routes that nobody waits for."""
_BY_TEMPLATE = {
    "feedapp_cache_hits": "hits",
    "feedapp_cache_misses": "misses",
    "feedapp_cache_bypasses": "bypasses",
    "feedapp_cache_verified": "verified",
    "feedapp_cache_stale": "stale",
}
_OF_PROCESS = {
    "feedapp_process_resident_memory_bytes": "memory",
    "feedapp_process_open_fds": "files",
    "feedapp_process_start_time_seconds": "started",
    "feedapp_redis_trusted": "trusted",
    "feedapp_redis_trust_changed_timestamp_seconds": "since",
}

Total = dict[str, Any]


class Snapshot(NamedTuple):
    """What was counted since the server started, in all and in detail, and how its processes are."""

    totals: Total
    details: Total
    state: dict[str, Any]


def take() -> Snapshot:
    """Look."""
    return of(metrics.registry().collect())


def state() -> dict[str, Any]:
    """Tell how the processes of this server are just now."""
    return _state({metric.name: metric.samples for metric in metrics.gauges()})


def of(figures: Iterable[Metric]) -> Snapshot:
    """Sort figures into a snapshot."""
    found = {metric.name: metric.samples for metric in figures}
    routes = _routes(found.get("feedapp_request_seconds", ()))
    templates = {
        told: {sample.labels["template"]: int(sample.value) for sample in _totals(found.get(name, ()))}
        for name, told in _BY_TEMPLATE.items()
    }
    seen = {route: each for route, each in routes.items() if route.split(" ")[-1] not in QUIET_ROUTES}
    events = {each.labels["event"]: int(each.value) for each in _totals(found.get("feedapp_events", ()))}
    totals = {
        "requests": sum(sum(each["buckets"]) for each in seen.values()),
        "errors": sum(each["errors"] for each in seen.values()),
        "buckets": [sum(column) for column in zip(*(each["buckets"] for each in seen.values()), strict=True)]
        or [0] * len(BOUNDS),
        **{told: sum(by_template.values()) for told, by_template in templates.items()},
        "redis_errors": _sum(found.get("feedapp_redis_errors", ())),
        "sql_errors": _sum(found.get("feedapp_sql_errors", ())),
        **{
            f"{name}_{what}": round(_sum(found.get(f"feedapp_{name}_seconds", ()), f"_{suffix}"), 3)
            for name in ("redis", "sql")
            for what, suffix in (("trips", "count"), ("seconds", "sum"))
        },
        "refused_log_ins": _sum(found.get("feedapp_log_ins_refused", ())),
        "sign_ups": events.get("AccountCreated", 0),
        "cpu": round(_sum(found.get("feedapp_process_cpu_seconds", ())), 3),
    }
    return Snapshot(totals, {"routes": seen, **templates, "events": events}, _state(found))


def difference(later: Any, earlier: Any) -> Any:
    """Subtract one total from another; a figure that went back was begun anew, and counts as it is."""
    if isinstance(later, dict):
        before = earlier if isinstance(earlier, dict) else {}
        return {name: difference(value, before.get(name)) for name, value in later.items()}
    if isinstance(later, list):
        before_all = earlier if isinstance(earlier, list) and len(earlier) == len(later) else [None] * len(later)
        return [difference(*pair) for pair in zip(later, before_all, strict=True)]
    return later - earlier if earlier is not None and later >= earlier else later


def pruned(total: Any) -> Any:
    """Leave out what did not happen."""
    if isinstance(total, dict):
        kept = {name: pruned(value) for name, value in total.items()}
        return {name: value for name, value in kept.items() if value not in (0, 0.0, None, {})}
    if isinstance(total, list):
        return total if any(total) else None
    return total


def added(totals: Iterable[Any]) -> Total:
    """Add totals up."""
    result: Total = {}
    for total in totals:
        _add(result, total)
    return result


def _add(to: Total, more: Total) -> None:
    for name, value in more.items():
        if isinstance(value, dict):
            _add(to.setdefault(name, {}), value)
        elif isinstance(value, list):
            before = to.get(name)
            to[name] = [a + b for a, b in zip(before, value, strict=False)] if before else list(value)
        else:
            to[name] = to.get(name, 0) + value


def _routes(samples: Iterable[Sample]) -> dict[str, Total]:
    cumulative: dict[tuple[str, str, str], dict[float, float]] = defaultdict(dict)
    seconds: dict[tuple[str, str, str], float] = defaultdict(float)
    for sample in samples:
        labels = sample.labels
        if "route" not in labels:
            continue
        key = labels["method"], labels["route"], labels["status"]
        if sample.name.endswith("_bucket"):
            cumulative[key][float(labels["le"])] = sample.value
        elif sample.name.endswith("_sum"):
            seconds[key] = sample.value
    routes: dict[str, Total] = {}
    for (method, route, status), below in cumulative.items():
        counts, last = [], 0.0
        for bound in BOUNDS:
            counts.append(int(below.get(bound, last) - last))
            last = below.get(bound, last)
        one = {"buckets": counts, "errors": 0, "seconds": round(seconds[method, route, status], 4)}
        if status.startswith(SERVER_ERROR):
            one["errors"] = sum(counts)
        _add(routes.setdefault(f"{method} {route}", {}), one)
    return routes


def _state(found: dict[str, Any]) -> dict[str, Any]:
    processes: dict[str, dict[str, Any]] = defaultdict(dict)
    for name, told in _OF_PROCESS.items():
        for sample in found.get(name, ()):
            processes[sample.labels.get("pid", "-")][told] = sample.value
    for sample in found.get("feedapp_sql_pool_connections_in_use", ()):
        one = processes[sample.labels.get("pid", "-")]
        one["pool"] = one.get("pool", 0) + int(sample.value)
    for sample in found.get("feedapp_sql_pool_connections_max", ()):
        one = processes[sample.labels.get("pid", "-")]
        one["pool_max"] = one.get("pool_max", 0) + int(sample.value)
    for sample in found.get("feedapp_build_info", ()):
        processes[sample.labels.get("pid", "-")]["version"] = sample.labels["version"]
    jobs = {
        sample.labels["job"]: sample.value
        for sample in found.get("feedapp_periodic_job_last_success_timestamp_seconds", ())
    }
    failed = {
        sample.labels["job"]: int(sample.value)
        for sample in _totals(found.get("feedapp_periodic_job_runs", ()))
        if sample.labels.get("outcome") == "failed" and sample.value
    }
    troubles = {
        sample.labels["reason"]: sample.value for sample in found.get("feedapp_failure_last_timestamp_seconds", ())
    }
    walk = {
        name: sample.value
        for name in ("seconds", "keys")
        for sample in found.get(f"feedapp_verifier_walk_{name}", ())
        if sample.value
    }
    return {"processes": dict(processes), "jobs": jobs, "failed": failed, "troubles": troubles, "walk": walk}


def _totals(samples: Iterable[Sample]) -> Iterable[Sample]:
    return (sample for sample in samples if sample.name.endswith("_total"))


def _sum(samples: Iterable[Sample], ending: str = "_total") -> float:
    return sum(sample.value for sample in samples if sample.name.endswith(ending))
