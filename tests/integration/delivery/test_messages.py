"""Messages to a target other than Redis are delivered if their write is committed, at least once, and not before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, text

from feedapp.extensions import db
from feedapp.writing import courier

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.integration.delivery.conftest import TableTarget

PATIENCE = 20.0


def send(services: Services, *said: str, **more: bool) -> None:
    with services.unit_of_work() as work:
        for each in said:
            work.sends("table", {"text": each, **more})


def waiting(engine: Engine) -> list[tuple[int, bool]]:
    """Give for each message how often it was tried, and whether it is due."""
    with engine.connect() as connection:
        query = text("SELECT attempts, due_at <= clock_timestamp() FROM outbox_messages ORDER BY id")
        return [(attempts, due) for attempts, due in connection.execute(query)]


def make_due(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE outbox_messages SET due_at = clock_timestamp()"))


def test_what_was_sent_is_delivered_at_once_where_there_is_a_thread(own: Services, target: TableTarget) -> None:
    own.courier.start()
    try:
        send(own, "hello")
        began = monotonic()
        while not target.delivered():
            assert monotonic() - began < PATIENCE
            sleep(0.01)
    finally:
        own.courier.stop()
    assert target.delivered() == ["hello"]


def test_what_was_rolled_back_is_not_sent(own: Services, target: TableTarget, engine: Engine) -> None:
    def fail() -> None:
        with own.unit_of_work() as work:
            work.sends("table", {"text": "no"})
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        fail()
    own.courier.work()
    assert (target.delivered(), waiting(engine)) == ([], [])


def test_what_a_process_without_a_thread_sent_another_one_delivers(
    own: Services, other: Services, target: TableTarget, engine: Engine
) -> None:
    send(own, "one", "two")
    assert waiting(engine) == [(0, True), (0, True)]
    other.courier.work()
    assert (target.delivered(), waiting(engine)) == (["one", "two"], [])


def test_a_target_that_fails_is_tried_again_after_a_pause(own: Services, target: TableTarget, engine: Engine) -> None:
    target.fails = 2
    send(own, "patient")
    for attempts in (1, 2):
        own.courier.work()
        own.courier.work()
        assert (target.calls, waiting(engine)) == (attempts, [(attempts, False)])
        make_due(engine)
    own.courier.work()
    assert (target.delivered(), waiting(engine)) == (["patient"], [])


def test_pauses_grow_up_to_an_hour() -> None:
    pauses = [courier.pause_after(attempts) for attempts in (1, 3, 5, 7, 100)]
    assert pauses == sorted(pauses)
    assert 0.8 * courier.FIRST_PAUSE <= pauses[0] <= 1.2 * courier.FIRST_PAUSE
    assert pauses[-1] <= 1.2 * courier.LONGEST_PAUSE


def test_one_that_has_to_wait_keeps_no_other_from_being_delivered(
    own: Services, target: TableTarget, engine: Engine
) -> None:
    send(own, "not yet", later=True)
    send(own, "now")
    own.courier.work()
    assert (target.delivered(), waiting(engine)) == (["now"], [(1, False)])


def test_what_a_process_died_at_another_one_delivers_after_the_lease(
    own: Services, other: Services, target: TableTarget, engine: Engine
) -> None:
    send(own, "orphan")
    claimed = own.courier._messages.claim("table", at_most=1, lease=60)
    assert [each.payload for each in claimed] == [{"text": "orphan"}]
    other.courier.work()
    assert target.delivered() == []
    make_due(engine)  # the lease is over
    other.courier.work()
    assert target.delivered() == ["orphan"]


def test_who_comes_late_postpones_nothing_that_another_has_taken(
    own: Services, other: Services, target: TableTarget, engine: Engine
) -> None:
    send(own, "twice")
    first = own.courier._messages.claim("table", at_most=1, lease=0)
    second = other.courier._messages.claim("table", at_most=1, lease=0)
    assert [each.attempts for each in (*first, *second)] == [1, 2]
    own.courier._messages.postpone([(first[0], 3_600)])
    assert waiting(engine) == [(2, True)]
    other.courier._messages.postpone([(second[0], 3_600)])
    assert waiting(engine) == [(2, False)]


def test_processes_that_deliver_at_the_same_time_deliver_each_once(
    own: Services, other: Services, target: TableTarget
) -> None:
    said = [str(number) for number in range(200)]
    send(own, *said)
    with ThreadPoolExecutor(4) as threads:
        for each in [threads.submit(services.courier.work) for services in (own, other, own, other)]:
            each.result(PATIENCE)
    assert sorted(target.delivered(), key=int) == said


def test_what_never_can_be_delivered_and_what_is_too_old_is_given_up_and_logged(
    own: Services, target: TableTarget, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    send(own, "a secret", refuse=True)
    send(own, "a secret", later=True)
    with engine.begin() as connection:
        connection.execute(text("UPDATE outbox_messages SET created_at = created_at - interval '1 day'"))
    own.courier.work()
    assert (target.delivered(), waiting(engine)) == ([], [])
    told = [record.getMessage() for record in caplog.records if "is given up" in record.getMessage()]
    assert [each.partition("given up: ")[2] for each in told] == ["it says so", "could not be delivered for too long"]
    assert "a secret" not in caplog.text


def test_a_target_that_nobody_has_keeps_what_is_for_it(own: Services, engine: Engine) -> None:
    with own.unit_of_work() as work:
        work.sends("unknown", {})
    own.courier.work()
    assert waiting(engine) == [(0, True)]


def test_several_messages_are_one_statement_and_none_is_no_statement(own: Services) -> None:
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        for said in ((), ("one",), ("one", "two", "three")):
            sent.clear()
            send(own, *said)
            assert len([each for each in sent if "INSERT" in each]) == bool(said)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
