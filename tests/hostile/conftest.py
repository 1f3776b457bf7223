"""Sites to be treated badly. HOSTILE_SECONDS says for how long each treatment lasts, where that is a choice."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from hostile.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = float(os.environ.get("HOSTILE_SECONDS", "3"))
AWAITED: frozenset[str] = frozenset(
    {
        "test_a_host_of_300_kilobytes_is_refused_at_once",
        "test_long_comments_of_many_names_cost_no_more_than_other_pages",
        "test_the_right_password_in_a_loop_takes_the_site_from_nobody",
        "test_what_one_member_writes_has_a_bound",
    }
)
"""Tests of what is not there yet."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.name.partition("[")[0] in AWAITED:
            item.add_marker(pytest.mark.xfail(reason="not there yet", run=False, strict=False))


@pytest.fixture
def seconds() -> float:
    return SECONDS


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("hostile")) as started:
        yield started
