"""The checker is checked: known ways to get a cache wrong must turn it red.

Whether two requests meet in the wrong moment is chance here, so each mistake gets several short runs; the forced
interleavings (tests/integration/protocol/test_mistakes.py) find each of them every time.
"""

from __future__ import annotations

import pytest

from tests.consistency.faults.scenarios import SCENARIOS
from tests.consistency.runner import run

SECONDS = {"unguarded-fill": 4, "delete-before-commit": 3, "no-invalidation": 2, "stamp-after-sql": 6, "no-hold": 8}
SECONDS |= {"forgotten-block": 3, "forgotten-moderation": 4, "forgotten-conversation": 4}
"""Under twice the writes of the other runs; the last two need two requests to meet within 20 ms."""
ATTEMPTS = 12


@pytest.mark.parametrize("mistake", SECONDS)
def test_a_deliberate_mistake_is_found(mistake: str) -> None:
    for seed in range(ATTEMPTS):
        figures = run(SCENARIOS["healthy"], seconds=SECONDS[mistake], write_share=0.2, mistake=mistake, seed=seed)
        if figures.violations:
            return
    pytest.fail(f"{mistake} was not found: {figures.row()}")
