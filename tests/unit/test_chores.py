from __future__ import annotations

from feedapp.periodic import Chore, Chores


def fail() -> None:
    raise ValueError("broken")


def test_a_chore_that_fails_keeps_no_other_from_being_done() -> None:
    done: list[str] = []
    chores = Chores(Chore("breaking", 0, fail), Chore("working", 0, lambda: done.append("worked")))
    chores.work()
    chores.work()
    assert done == ["worked", "worked"]


def test_a_chore_waits_for_its_time() -> None:
    done: list[str] = []
    chores = Chores(Chore("rare", 3_600, lambda: done.append("worked")))
    chores.work()
    assert done == []
    chores._done = dict.fromkeys(chores._done, -3_600.0)
    chores.work()
    chores.work()
    assert done == ["worked"]
