"""A state machine plays the real readers and writers through every interleaving it can think of, against a real Redis.

Three facts and a feed stand for everything that is cached; `modelled.Site` stands for PostgreSQL.
Some deliberate mistakes must be found by the same machine that finds nothing in the protocol as it is. It goes deeper
with `pytest --model-examples 5000`.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from feedapp.cache.protocol import backoff
from tests.support import mistakes
from tests.support.machine import Protocol
from tests.support.stepping import Turns

if TYPE_CHECKING:
    from feedapp.wiring import Services


def play(services: Services, *, examples: int, mistake: str = "", **how: Any) -> None:
    machine = type("Machine", (Protocol,), {"backend": services.backend, **how})
    assert services.backend.trust.for_reads
    with ExitStack() as stack:
        stack.enter_context(patch.object(backoff, "Backoff", Turns))
        stack.enter_context(patch.object(mistakes, "SLOW_SECONDS", 0))
        if mistake:
            mistakes.MISTAKES[mistake](lambda owner, name, value: stack.enter_context(patch.object(owner, name, value)))
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=examples,
                stateful_step_count=40,
                deadline=None,
                database=None,
                report_multiple_bugs=False,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )


@pytest.fixture
def examples(pytestconfig: pytest.Config) -> int:
    return int(pytestconfig.getoption("model_examples"))


@pytest.mark.parametrize("subjects", [("facts",), ("feed",), ("facts", "feed")], ids=" ".join)
@pytest.mark.parametrize("harsh", [False, True], ids=["calm", "harsh"])
def test_no_interleaving_shows_what_is_stale(
    services: Services,
    examples: int,
    subjects: tuple[str, ...],
    harsh: bool,  # noqa: FBT001
) -> None:
    play(services, examples=examples, subjects=subjects, harsh=harsh)


FOUND = ("unguarded-fill", "load-before-claim", "no-invalidation")
"""Those that it comes upon in a few seconds; test_mistakes.py forces an interleaving for each there is."""


@pytest.mark.parametrize("mistake", FOUND)
def test_a_mistake_is_found(services: Services, mistake: str) -> None:
    with pytest.raises(BaseException, match="stale: "):
        play(services, examples=2_000, mistake=mistake, subjects=("facts",), many=False)


def test_an_unguarded_fill_of_what_was_claimed_with_a_page_is_found(services: Services) -> None:
    with pytest.raises(BaseException, match="stale: "):
        play(services, examples=2_000, mistake="unguarded-fill", subjects=("facts", "feed"))
