"""Waiting for a moment."""

from __future__ import annotations

import time

Until = float
"""A moment of `time.monotonic()`."""


def sleep_until(moment: Until) -> None:
    """Sleep until then, if that is still to come."""
    time.sleep(max(0, moment - time.monotonic()))
