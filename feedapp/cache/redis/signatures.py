"""What a fence was put up for, as whoever put it up has signed: read with care, and compared with what is found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedapp.cache.redis.discovery import Server

KINDS: dict[str, type | tuple[type, ...]] = {
    "fence": int,
    "run": str,
    "history": str,
    "slots": str,
    "database": str,
    "signed_at": (int, float),
}
SLOTS_FORM = r"(\d+-\d+( \d+-\d+)*)?"


def fits(signed: Mapping[str, Any], base: int, server: Server, slots: str, *, database: str, cleaned: float) -> bool:
    """Tell whether the copies on a server are of the run that goes on.

    A failover is no reason to drop them: its last minute is delivered again. To be out of use for longer than the
    outbox remembers is one, as for a replica that lagged, or a database that was swapped away. So are slots that came
    from elsewhere: their keys may have been here before, and be old.
    """
    return (
        bool(base)
        and signed.get("fence") == base
        and signed.get("database") == database
        and (signed["run"] == server.run or signed["history"] in server.histories)
        and signed["signed_at"] >= cleaned
        and _within(slots, signed["slots"])
    )


def _within(slots: str, signed: str) -> bool:
    """Tell whether ranges of slots, as in `0-10 12-20`, were all there when it was signed."""

    def ranges(text: str) -> set[int]:
        return {slot for each in text.split() for slot in range(*_bounds(each))}

    return slots == signed or ranges(slots) <= ranges(signed)


def _bounds(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    return int(first), int(last) + 1


def read(raw: bytes | None) -> dict[str, Any]:
    """Read a signature; {} for nothing, and for what another version or a hand has put there."""
    try:
        found = orjson.loads(raw or b"{}")
    except orjson.JSONDecodeError:
        return {}
    if not isinstance(found, dict) or not all(isinstance(found.get(name), kind) for name, kind in KINDS.items()):
        return {}
    return found if re.fullmatch(SLOTS_FORM, found["slots"]) else {}
