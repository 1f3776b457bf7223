"""What a serving process costs while nobody asks it anything."""

from __future__ import annotations

from time import sleep
from typing import TYPE_CHECKING

from sqlalchemy import event

from feedapp import timing
from feedapp.extensions import db
from feedapp.writing import courier

if TYPE_CHECKING:
    import pytest

    from feedapp.wiring import Services

SECONDS = 3


def test_an_idle_process_sends_two_statements_a_second_at_most(own: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    own.start()
    try:
        sleep(1)  # what a start looks up once
        sent: list[str] = []
        for engine in (db.engine, *own.engines):
            event.listen(engine, "before_cursor_execute", lambda *call: sent.append(call[2]))
        sleep(SECONDS)
        idle = list(sent)
    finally:
        own.stop()  # which writes down what was counted
    assert SECONDS <= len(idle) <= 2 * SECONDS, idle
    assert not any(engine.pool._pre_ping for engine in own.engines if engine.pool.size() == 1)  # type: ignore[attr-defined]
    polls = len(own.courier._targets) / courier.LOOKING
    assert 1 / timing.LOOKING + 2 / timing.CLEANING + polls < 2, "in the long run"
