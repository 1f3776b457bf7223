"""The inequalities between times, on which the proof rests."""

from __future__ import annotations

from feedapp.cache.protocol import backoff, fact_reads, writes
from feedapp.repositories.delivery import outbox, readers
from feedapp.writing import reader_registry, relay, unit_of_work


def test_an_entry_is_renewed_well_before_it_runs_out() -> None:
    assert 2 * relay.LOOKING + relay.PAUSE <= readers.RENEWABLE_SECONDS < readers.VALID_SECONDS


def test_a_look_is_no_longer_good_than_the_entry_that_it_renewed() -> None:
    assert relay.LOOKING + relay.PAUSE < reader_registry.FRESH < readers.RENEWABLE_SECONDS


def test_a_write_waits_longer_than_a_dead_process_is_entered() -> None:
    assert unit_of_work.FOR_OTHERS > readers.VALID_SECONDS + relay.LOOKING
    assert reader_registry.PATIENCE > readers.VALID_SECONDS + relay.LOOKING + relay.PAUSE


def test_a_hold_in_doubt_is_renewed_well_before_it_runs_out() -> None:
    assert 4 * relay.PAUSE * 1_000 < writes.HOLD_MILLISECONDS


def test_the_outbox_remembers_longer_than_a_run_goes_unsigned() -> None:
    assert outbox.KEPT_SECONDS > 3 * relay.CLEANING


def test_a_reader_gives_up_before_its_lease_would_let_another_load() -> None:
    assert backoff.FOR_WRITERS < backoff.FOR_READERS < fact_reads.LEASE_MILLISECONDS / 1_000
