"""What a request cost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from werkzeug.test import TestResponse


@dataclass(frozen=True)
class Cost:
    """What a request cost, by its own account."""

    redis_trips: int
    sql_statements: int


def cost_of(response: TestResponse) -> Cost:
    """Read Server-Timing."""
    timing = response.headers["Server-Timing"]
    found = re.search(r'redis;dur=[0-9.]+;desc="(\d+) trips", sql;dur=[0-9.]+;desc="(\d+) statements"', timing)
    assert found, timing
    return Cost(int(found[1]), int(found[2]))
