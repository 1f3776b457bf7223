"""What a serving process costs while nobody asks it anything."""

from __future__ import annotations

from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from feedapp import timing
from feedapp.postgres.connections import BoundedCursor
from feedapp.writing import courier

if TYPE_CHECKING:
    import pytest

    from feedapp.wiring import Services

SECONDS, WINDOWS = 3, 10


def test_an_idle_process_sends_two_statements_a_second_at_most(own: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    execute = BoundedCursor.execute

    def noted(cursor: BoundedCursor, query: Any, *more: Any) -> Any:
        sent.append(str(query))
        return execute(cursor, query, *more)

    monkeypatch.setattr(BoundedCursor, "execute", noted)  # below SQLAlchemy, past which reads go
    own.start()
    try:
        for _ in range(WINDOWS):  # what a start looks up once takes a busy machine longer
            sent.clear()
            began = monotonic()
            sleep(SECONDS)
            idle, seconds = list(sent), monotonic() - began
            if SECONDS <= len(idle) <= 2 * seconds:
                break
    finally:
        own.stop()  # which writes down what was counted
    assert SECONDS <= len(idle) <= 2 * seconds, idle
    assert not any(engine.pool._pre_ping for engine in own.engines if engine.pool.size() == 1)  # type: ignore[attr-defined]
    assert 1 / timing.LOOKING + 2 / timing.CLEANING + 1 / courier.LOOKING < 2, "in the long run"
