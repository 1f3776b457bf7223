"""The inequalities between times, on which the proof rests."""

from __future__ import annotations

from feedapp import timing


def test_an_entry_is_renewed_well_before_it_runs_out() -> None:
    assert 2 * timing.LOOKING + timing.PAUSE <= timing.RENEWABLE < timing.VALID


def test_a_look_is_no_longer_good_than_the_entry_that_it_renewed() -> None:
    assert timing.LOOKING + timing.PAUSE < timing.FRESH < timing.RENEWABLE


def test_a_write_waits_longer_than_a_dead_process_is_entered() -> None:
    assert timing.FOR_OTHERS > timing.VALID + timing.LOOKING
    assert timing.PATIENCE > timing.VALID + timing.LOOKING + timing.PAUSE


def test_an_entry_is_not_forgotten_while_it_is_valid() -> None:
    assert timing.FORGOTTEN > 10 * timing.VALID


def test_who_enters_waits_for_a_look_that_began_after_the_entry() -> None:
    assert timing.LOOKS >= 2, "the first may have been under way"


def test_a_row_is_overdue_before_the_next_look_and_not_while_its_own_process_deletes() -> None:
    assert timing.FOR_WRITERS < timing.OVERDUE < timing.LOOKING


def test_a_hold_in_doubt_is_renewed_well_before_it_runs_out() -> None:
    assert 4 * timing.PAUSE * 1_000 < timing.HOLD_MILLISECONDS


def test_the_outbox_remembers_longer_than_a_run_goes_unsigned() -> None:
    assert timing.KEPT > 3 * timing.CLEANING


def test_a_row_is_remembered_longer_than_a_write_may_take() -> None:
    assert timing.KEPT > timing.LONGEST_WRITE + timing.FOR_OTHERS


def test_a_reader_gives_up_before_its_lease_would_let_another_load() -> None:
    assert timing.FOR_WRITERS < timing.FOR_READERS < timing.LEASE_MILLISECONDS / 1_000


def test_who_drops_copies_says_so_well_before_another_takes_over() -> None:
    assert 2 * timing.BEAT < timing.TAKE_OVER
