"""The checker is checked: known ways to get a cache wrong must turn it red."""

from __future__ import annotations

import pytest

from .faults import SCENARIOS
from .runner import run

SECONDS = {"unguarded-fill": 3, "delete-before-commit": 3, "no-invalidation": 2, "stamp-after-sql": 6, "no-hold": 8}
"""Under twice the writes of the other runs; the last two need two requests to meet within 20 ms."""


@pytest.mark.parametrize("mistake", SECONDS)
def test_a_deliberate_mistake_is_found(mistake: str) -> None:
    figures = run(SCENARIOS["healthy"], seconds=SECONDS[mistake], write_share=0.2, mistake=mistake)
    assert figures.violations, figures.row()
