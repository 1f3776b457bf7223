"""What CI watches: ratios, which may fall by a fifth below those committed, and commands, of which it is exact."""

from __future__ import annotations

import json
from typing import Any

from bench.places import COMMITTED

FALL = 0.2
WATCHED = {
    "warm JSON against the bare route": ("reads", "json", "bare-json"),
    "warm page against the bare route": ("reads", "page", "bare-page"),
    "warm JSON against the cache off": ("reads", "json", "json-off"),
    "warm page against the cache off": ("reads", "page", "page-off"),
    "warm JSON against the usual design": ("reads", "json", "json-rival"),
    "5 % writes against the usual design": ("mixes", "mix-5-on", "mix-5-rival"),
}


def ratios(site: dict[str, Any]) -> dict[str, float]:
    """Give the ratios of the best rounds: what else the machine does makes a round slower, by half at times."""
    return {
        name: round(max(site[part][one]["rates"]) / max(site[part][other]["rates"]), 3)
        for name, (part, one, other) in WATCHED.items()
    }


def joined(site: dict[str, Any], again: dict[str, Any]) -> dict[str, Any]:
    """Give what was measured again, with the rounds of before beside its own."""
    for part, name in {(part, name) for part, *names in WATCHED.values() for name in names}:
        again[part][name]["rates"] = [*site[part][name]["rates"], *again[part][name]["rates"]]
    return again


def commands(site: dict[str, Any]) -> dict[str, int]:
    """Give the commands that single requests send to Redis."""
    return {f"commands of: {name}": each["commands"] for name, each in site["sent"].items()}


def fallen(site: dict[str, Any]) -> list[str]:
    """Name what fell, and commands that are not exactly as many, with figures; nothing if all is well."""
    committed = json.loads(COMMITTED.read_text(encoding="utf-8"))
    counted = [
        f"{name}: {now}, committed {committed.get(name)}"
        for name, now in commands(site).items()
        if now != committed.get(name)
    ]
    return counted + [
        f"{name}: {now:.2f}, committed {committed[name]:.2f}"
        for name, now in ratios(site).items()
        if name in committed and now < committed[name] * (1 - FALL)
    ]


def commit(site: dict[str, Any]) -> None:
    """Make what was measured the measure."""
    COMMITTED.write_text(json.dumps(ratios(site) | commands(site), indent=2) + "\n", encoding="utf-8")
