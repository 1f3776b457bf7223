"""Accept-Encoding (RFC 9110, 12.5.3): whether an answer should be compressed by gzip."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Encoding = Literal["identity", "gzip", "only gzip"]
"""`only gzip`: whatever is not compressed is refused, be it as short as it is."""
LONGEST_KEPT = 200
_WEIGHT = re.compile(r"(?:0(?:\.\d*)?|1(?:\.0*)?|\.\d+)")


def wanted(header: str | None) -> Encoding:
    """Read which encoding is wanted most; where both are as welcome, gzip."""
    if header is None:
        return "identity"
    return _kept(header) if len(header) <= LONGEST_KEPT else _wanted(header)


def _wanted(header: str) -> Encoding:
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        coding, *parameters = (each.strip() for each in part.split(";"))
        weights[coding] = max(weights.get(coding, 0), _weight(parameters))
    anything = weights.get("*")
    gzip = max((weights[name] for name in ("gzip", "x-gzip") if name in weights), default=anything or 0)
    identity = weights.get("identity", 0 if anything == 0 else None)
    if not gzip or (identity is not None and gzip < identity):
        return "identity"
    return "only gzip" if identity == 0 else "gzip"


_kept = lru_cache(maxsize=256)(_wanted)


def _weight(parameters: list[str]) -> float:
    """Read `q`; what cannot be read is no wish for it."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            value = value.strip()
            return float(value) if _WEIGHT.fullmatch(value) else 0
    return 1
