"""The tests are tested: each known way to get the cache wrong turns at least one of them red."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import tests.support.interleavings as play
from tests.support.batches import interleavings as batched
from tests.support.mistakes import MISTAKES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.stage import Stage

CAUGHT_BY: dict[str, Callable[[Stage], None]] = {
    "unguarded-fill": play.a_count_loaded_before_a_like_is_not_shown_after_it,
    "fill-after-a-lost-lease": play.a_load_whose_lease_was_evicted_is_not_stored,
    "load-before-claim": play.a_count_loaded_before_a_like_is_not_shown_after_it,
    "stamp-after-sql": play.a_page_loaded_before_a_post_is_not_valid_after_it,
    "counter-as-stamp": play.a_stamp_that_was_evicted_brings_no_old_page_back,
    "no-invalidation": play.a_count_loaded_before_a_like_is_not_shown_after_it,
    "delete-before-commit": play.what_is_read_just_before_a_commit_is_not_kept,
    "delete-on-savepoint-release": play.what_is_read_after_a_savepoint_is_not_kept,
    "no-hold": play.nobody_goes_back_while_a_post_commits,
    "outbox-after-the-last": play.an_outbox_row_that_commits_late_is_delivered,
    "acknowledge-undelivered": play.a_write_that_cannot_delete_is_answered_when_others_have,
    "enter-late": play.a_write_between_the_delivery_and_the_first_read_is_seen,
    "forgotten-block": play.who_is_blocked_sees_nothing_from_then_on,
    "forgotten-moderation": play.what_is_hidden_is_shown_to_nobody_from_then_on,
    "fill-by-the-first-lease": batched.a_write_to_one_key_of_several_that_are_loaded_is_seen,
    "half-a-batch-is-done": batched.a_write_whose_commands_break_off_half_way_is_seen,
    "unknown-script-is-done": batched.a_write_at_a_server_that_has_forgotten_the_scripts_is_seen,
    "forgotten-conversation": play.what_is_tagged_has_its_tag_from_then_on,
}


def test_every_mistake_has_a_test_that_catches_it() -> None:
    assert set(CAUGHT_BY) == set(MISTAKES)
    assert set(CAUGHT_BY.values()) <= set(play.INTERLEAVINGS)


@pytest.mark.parametrize("mistake", CAUGHT_BY)
def test_a_mistake_turns_its_test_red(stage: Stage, mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    MISTAKES[mistake](monkeypatch.setattr)
    with pytest.raises(AssertionError, match="broken: "):
        CAUGHT_BY[mistake](stage)
