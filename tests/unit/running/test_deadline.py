"""The deadline of the work in hand bounds the sum of its waits."""

from __future__ import annotations

from threading import Thread

from feedapp import deadline


def test_without_one_nothing_is_shortened() -> None:
    assert deadline.remaining() is None
    assert deadline.limited(5) == 5


def test_within_one_the_nearest_counts_and_it_ends_with_the_block() -> None:
    with deadline.within(10):
        assert 9 < deadline.limited(99) <= 10
        with deadline.within(1):
            assert deadline.limited(99) <= 1
            with deadline.within(50):
                assert deadline.limited(99) <= 1
        assert deadline.limited(99) > 9
    assert deadline.remaining() is None


def test_what_must_be_finished_gets_more_and_never_less() -> None:
    with deadline.within(0):
        assert deadline.limited(5) == 0
        with deadline.at_least(3):
            assert 2 < deadline.limited(5) <= 3
    with deadline.within(60), deadline.at_least(3):
        assert deadline.limited(99) > 50
    with deadline.at_least(3):
        assert deadline.remaining() is None


def test_threads_do_not_share_it() -> None:
    found = []
    with deadline.within(1):
        thread = Thread(target=lambda: found.append(deadline.remaining()))
        thread.start()
        thread.join()
    assert found == [None]
