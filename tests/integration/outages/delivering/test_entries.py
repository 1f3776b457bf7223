"""Who reads from Redis is entered as long as it does; one whose entry ran out delivers everything first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from tests.integration.outages.processes import ENTER, entered, likes, serving, state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

    from feedapp.reading.viewers import Credentials
    from feedapp.wiring import Services


def lapse(engine: Engine) -> None:
    """As if nothing had been renewed for long."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE cache_readers SET renewed_at = renewed_at - interval '10 seconds'"))


def test_who_serves_is_entered_while_it_trusts_redis_and_a_command_is_not(own: Services, engine: Engine) -> None:
    own.relay.work()
    assert (state(own), entered(engine)) == ("trusted", [])
    own.relay.start()
    assert len(entered(engine)) == 1
    own.relay.stop()
    assert entered(engine) == []


@pytest.mark.usefixtures("cut_off")
def test_a_process_whose_entry_ran_out_while_it_delivered_begins_anew(
    own: Services, other: Services, ada: Credentials, post_id: int, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write did not wait for it, and came after it had looked what there is to deliver."""
    look_up = other.relay._outbox.undelivered
    lapsed: list[bool] = []

    def looking_up(*, run: str) -> Sequence[int]:
        found = look_up(run=run)
        if not lapsed:
            lapsed.append(True)
            lapse(engine)
            own.likes.like(ada, post_id)
        return found

    monkeypatch.setattr(other.relay._outbox, "undelivered", looking_up)
    other.relay._serves = True
    other.relay.work()
    assert state(other) == "returning"
    other.relay.work()
    assert state(other) == "trusted"
    assert likes(other, post_id) == 1


@pytest.mark.usefixtures("cut_off")
def test_a_process_whose_entry_ran_out_delivers_all_there_is_when_it_works_again(
    own: Services, other: Services, ada: Credentials, post_id: int, engine: Engine
) -> None:
    other.relay._serves = True
    other.relay.work()
    assert likes(other, post_id) == 0
    lapse(engine)
    own.likes.like(ada, post_id)
    other.relay.work()
    assert state(other) == "away"
    other.relay.work()
    assert state(other) == "trusted"
    assert likes(other, post_id) == 1


def test_an_entry_that_was_dropped_is_made_again(other: Services, engine: Engine) -> None:
    other.relay._serves = True
    other.relay.work()
    before = entered(engine)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM cache_readers"))
    other.relay.work()
    other.relay.work()
    assert len(entered(engine)) == 1
    assert entered(engine) != before, "writes that wait for the first entry need not wait for the second"


def test_what_dead_processes_left_is_dropped(own: Services, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(ENTER)
        connection.execute(text("UPDATE cache_readers SET renewed_at = renewed_at - interval '1 hour'"))
    with serving(own):
        pass
    assert entered(engine) == []
