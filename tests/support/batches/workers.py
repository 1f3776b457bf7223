"""How the tests are spread: how many processes run them, and which files begin first."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

LONG = (
    "tests/integration/launching",
    "tests/integration/front",
    "tests/integration/outages",
    "tests/integration/backups",
    "tests/integration/doctor",
    "tests/integration/clients",
    "tests/integration/migrations",
    "tests/integration",
)
"""What begins first, and what takes long first of all: what is long and begins last is waited for by one alone."""


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Say how many processes `--numprocesses auto` is: three for two processors, for many tests mostly wait.

    No more than that: tests in which time matters need a processor when their moment comes.
    """
    del config
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return processors + (processors + 1) // 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring files that take long to the front; within a file, and of files alike, the order stays."""

    def place(item: pytest.Item) -> int:
        return next((number for number, begin in enumerate(LONG) if item.nodeid.startswith(begin)), len(LONG))

    items.sort(key=place)
