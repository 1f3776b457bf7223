"""Rows that somebody has locked, and very many of them, keep no relay from its work."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp.cache.catalogue import keys
from feedapp.writing.targets import redis as redis_target
from tests.integration.outages.processes import depth, likes, make_overdue, state, try_again

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from feedapp.reading.viewers import Credentials
    from feedapp.wiring import Services


def test_a_row_that_somebody_has_locked_keeps_no_relay_waiting(
    own: Services, other: Services, ada: Credentials, post_id: int, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host may lose PostgreSQL in the middle of a statement, and its transaction hang."""
    own.backend.trust.lose("cut off")
    monkeypatch.setattr(own.backend.trust, "seek", lambda: None)
    own.likes.like(ada, post_id)
    make_overdue(engine)
    with engine.connect() as hanging:
        hanging.execute(text("SELECT FROM outbox FOR UPDATE"))
        working = Thread(target=other.relay.work)
        working.start()
        working.join(10)
        assert not working.is_alive()
        assert state(other) == "trusted"
        assert likes(other, post_id) == 1
        hanging.rollback()
    other.relay.work()
    assert depth(engine) == 0


def test_of_very_many_undelivered_rows_no_key_is_deleted_one_by_one(
    own: Services, other: Services, ada: Credentials, post_id: int, engine: Engine, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr(redis_target, "FLOOD", 10)
    assert likes(own, post_id) == 0
    stale = keys.POST_LIKES_COUNT.key(post_id).name
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO outbox (keys) SELECT ARRAY[:key] FROM generate_series(1, 50)"), {"key": stale}
        )
    own.backend.set(stale, 7)
    monkeypatch.setattr(other.relay._outbox, "parcels", lambda _: pytest.fail("one by one"))
    try_again(other)
    assert state(other) == "trusted"
    assert likes(other, post_id) == 0
    assert depth(engine) == 0
    assert "50 writes are undelivered" in caplog.text
