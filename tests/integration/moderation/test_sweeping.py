"""What was swept and acknowledged is never overlooked: interleavings of `test_freshness.py`, and one of its own.

*A post that is being written.* Its author was known to be signed in before the sweep, and writes after its last
portion. It is not hidden; but a sweep that suspends has its author out of sight, and a sweep waits for whoever counts
already.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from feedapp.cache.catalogue.invalidation import RULES
from tests.integration.moderation.test_freshness import (
    a_feed_loaded_before,
    a_post_loaded_before,
    an_answer_kept_before,
)
from tests.support.stage import promised

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.stage import Stage


@pytest.fixture
def sweep(stage: Stage) -> Callable[..., None]:
    """Let Bob, who moderates, delete all that Ada wrote, in one step."""
    stage.services.roles.assign(username="bob", role="moderator")

    def act(comment_id: int | None = None) -> None:
        del comment_id
        assert stage.services.sweeps.begin(stage.bob, "ada", reason="Advertising.").done

    return act


@pytest.mark.parametrize("interleaving", [a_post_loaded_before, a_feed_loaded_before, an_answer_kept_before])
def test_nobody_is_shown_what_was_swept(
    stage: Stage, sweep: Callable[..., None], interleaving: Callable[..., None]
) -> None:
    interleaving(stage, sweep)


@pytest.mark.parametrize("interleaving", [a_post_loaded_before, a_feed_loaded_before, an_answer_kept_before])
def test_each_turns_red_where_a_sweep_makes_nothing_stale(
    stage: Stage, sweep: Callable[..., None], interleaving: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RULES["post_hidden"], "keys", lambda **_: [])
    with pytest.raises(AssertionError, match="broken"):
        interleaving(stage, sweep)


def test_who_publishes_while_a_sweep_suspends_them_is_out_of_sight(stage: Stage, sweep: Callable[..., None]) -> None:
    """The post is committed after the last portion: it is not hidden, but its author is suspended."""
    del sweep
    services = stage.services
    users = services.posts._users

    class Slow:
        """A publisher who is known to be signed in, and has not locked anything yet."""

        def __getattr__(self, name: str) -> Any:
            return getattr(users, name)

        def count(self, user_id: int, **changes: int) -> int | None:
            moderating.submit(in_context).result(10)
            return users.count(user_id, **changes)

    def in_context() -> None:
        with stage.app.app_context():
            assert services.sweeps.begin(stage.bob, "ada", reason="Advertising.", suspend=True).done

    with ThreadPoolExecutor(1) as moderating, patch.object(services.posts, "_users", Slow()):
        services.posts.publish(stage.ada, body="One more")
    promised("everyone's feed", seen=stage.public(), expected=[])
