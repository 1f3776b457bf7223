"""Versions of what can be edited, so that nobody overwrites a version they have not seen."""

from __future__ import annotations

import json
from hashlib import sha256

Expected = frozenset[str] | None
"""The versions that an editor may have seen; None if they do not say."""


def version_of(*parts: str | None) -> str:
    """Name a state: equal states have equal names in every process, different states different ones."""
    return sha256(json.dumps(parts).encode()).hexdigest()[:16]


def fits(version: str, expected: Expected) -> bool:
    """Tell whether the versions that an editor claims to have seen include this one."""
    return expected is None or version in expected
