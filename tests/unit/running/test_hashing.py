"""Few hashes at once: who waits, who is refused, and that other threads come first."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, get_native_id
from typing import Any

import pytest
from argon2.exceptions import VerifyMismatchError

from feedapp.errors import TryLaterError
from feedapp.services.access.password_hashing import PATIENCE, BoundedHasher, Places

CHEAP: dict[str, Any] = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}


def test_a_hash_is_an_argon2_hash_like_any_other() -> None:
    hasher = BoundedHasher(threads=2, **CHEAP)
    made = hasher.hash("a good password")
    assert made.startswith("$argon2id$")
    assert hasher.verify(made, "a good password")
    with pytest.raises(VerifyMismatchError):
        hasher.verify(made, "another")
    assert not hasher.check_needs_rehash(made)


@pytest.mark.parametrize("threads", [1, 2, 3, 4, 64])
def test_no_more_are_made_at_once_than_half_the_threads_and_the_processors(threads: int) -> None:
    hasher = BoundedHasher(threads=threads, **CHEAP)
    expected = max(1, min(threads // 2, os.cpu_count() or 1))
    begun, end = Barrier(expected + 1), Event()

    def long_hash() -> None:
        begun.wait(timeout=10)
        end.wait(timeout=10)

    with ThreadPoolExecutor(expected) as others:
        made = [others.submit(hasher._carried_out, long_hash) for _ in range(expected)]
        begun.wait(timeout=10)
        with pytest.raises(TryLaterError) as refused:
            hasher.hash("a good password")
        end.set()
        for each in made:
            each.result(timeout=10)
    assert refused.value.status == 503
    assert refused.value.retry_after == 1
    assert hasher.hash("a good password")


def test_where_no_limits_hold_everybody_has_their_turn() -> None:
    hasher = BoundedHasher(threads=2, patient=True, **CHEAP)

    def slow_hash() -> None:
        Event().wait(PATIENCE / 4)

    with ThreadPoolExecutor(8) as many:
        for each in [many.submit(hasher._carried_out, slow_hash) for _ in range(8)]:
            each.result(timeout=10)
    hasher.places.expect()


def test_two_at_one_moment_wait_for_each_other() -> None:
    places, begun, waiting = Places(1), Event(), Event()

    def first() -> None:
        with places.taken():
            begun.set()
            waiting.wait(timeout=PATIENCE / 5)

    with ThreadPoolExecutor(1) as other:
        made = other.submit(first)
        begun.wait(timeout=10)
        with places.taken():
            made.result(timeout=10)


def test_in_a_rush_nobody_waits_any_more() -> None:
    places, waits = Places(1), []
    with places.taken():
        for _ in range(50):
            with pytest.raises(TryLaterError), places.taken():
                pass
            waits.append(places._waited)
        with pytest.raises(TryLaterError):
            places.expect()
    assert waits[0] > 0.9 * PATIENCE
    assert waits[-1] < 4 * PATIENCE  # and not 50 times
    places.expect()


def test_a_place_is_free_again_when_its_hash_fails() -> None:
    places = Places(1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), places.taken():
            raise ZeroDivisionError


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
def test_hashes_give_way_to_every_other_thread() -> None:
    hasher = BoundedHasher(threads=2, **CHEAP)
    own = os.getpriority(os.PRIO_PROCESS, get_native_id())
    assert hasher._carried_out(lambda: os.getpriority(os.PRIO_PROCESS, get_native_id())) == min(19, own + 10)
    assert os.getpriority(os.PRIO_PROCESS, get_native_id()) == own


def test_a_process_that_was_forked_makes_threads_of_its_own() -> None:
    hasher = BoundedHasher(threads=2, **CHEAP)
    hasher.hash("a good password")
    hasher._pool.shutdown()  # threads do not come along into a forked process
    hasher._process = 0
    assert hasher.hash("a good password")
