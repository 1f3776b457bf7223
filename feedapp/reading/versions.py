"""Versions of what can be edited, so that nobody overwrites what they have not seen."""

from __future__ import annotations

import json
from hashlib import sha256

Expected = frozenset[str] | None
"""The versions that an editor may have seen; None if they do not say."""


def version_of(*parts: str | None) -> str:
    """Name a state: the same for the same state, in every process, and another for every other."""
    return sha256(json.dumps(parts).encode()).hexdigest()[:16]


def fits(version: str, expected: Expected) -> bool:
    """Tell whether an editor who says to have seen one of these versions has seen this one."""
    return expected is None or version in expected
