"""Whom a write that cannot reach Redis waits for, and for how long. The interleavings are in interleavings.py."""

from __future__ import annotations

import logging
from time import sleep
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from feedapp import timing
from feedapp.errors import UnconfirmedError
from feedapp.writing import reader_registry
from tests.integration.outages.processes import ENTER, entered, likes, process, serving, state

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from config import Settings
    from feedapp.embedded import Redis as RedisServer
    from feedapp.reading.viewers import Credentials
    from feedapp.wiring import Services


@pytest.fixture
def glances(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What writes wait from one look to the next."""
    glances: list[float] = []

    def glance(seconds: float) -> None:
        glances.append(seconds)
        sleep(seconds)

    monkeypatch.setattr(reader_registry, "sleep", glance)
    return glances


@pytest.mark.usefixtures("cut_off")
def test_it_waits_until_each_process_that_reads_from_redis_has_deleted(
    own: Services, other: Services, by_this_server: Settings, ada: Credentials, post_id: int, glances: list[float]
) -> None:
    with process(by_this_server) as third, serving(other), serving(third):
        assert (likes(other, post_id), likes(third, post_id)) == (0, 0)
        own.likes.like(ada, post_id)
        assert glances
        assert (likes(other, post_id), likes(third, post_id)) == (1, 1)
        assert (state(other), state(third)) == ("trusted", "trusted")


def test_nobody_waits_when_redis_is_away_for_all(
    own: Services, other: Services, server: RedisServer, ada: Credentials, post_id: int, engine: Engine,
    glances: list[float],
) -> None:  # fmt: skip
    with serving(own), serving(other):
        assert len(entered(engine)) == 2
        server.kill()
        own.likes.like(ada, post_id)
        assert likes(other, post_id) == 1  # and notices, if its relay has not
        while entered(engine):
            sleep(0.01)
        glances.clear()
        own.likes.unlike(ada, post_id)
        assert not glances
        assert likes(other, post_id) == 0


def test_nobody_waits_for_those_who_cannot_delete_either(
    own: Services, other: Services, by_this_server: Settings, ada: Credentials, post_id: int, glances: list[float]
) -> None:
    """Redis answers questions, so all try to return again and again, and enter; but it refuses every change."""
    with process(by_this_server) as third, serving(own), serving(other), serving(third):
        assert (likes(other, post_id), likes(third, post_id)) == (0, 0)
        own.backend.client.config_set("min-replicas-to-write", 1)
        try:
            own.likes.like(ada, post_id)
            assert (likes(other, post_id), likes(third, post_id)) == (1, 1)
            waited = []
            for write in (own.likes.unlike, own.likes.like) * 10:
                glances.clear()
                write(ada, post_id)
                waited.append(bool(glances))
            assert sum(waited) < len(waited) / 2, "a busy machine keeps some waiting, but not most"
        finally:
            own.backend.client.config_set("min-replicas-to-write", 0)


@pytest.mark.usefixtures("cut_off")
def test_a_process_that_enters_after_the_write_is_not_waited_for(
    own: Services, ada: Credentials, post_id: int, engine: Engine, glances: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It finds the row itself before it reads; and one that comes and goes would keep a write waiting."""
    repository = own.relay._registry._readers
    hurry = repository.hurry

    def leave_and_enter(parcel_id: int) -> None:
        hurry(parcel_id)
        with engine.begin() as connection:
            connection.execute(text("UPDATE cache_readers SET process = 'a later one'"))

    monkeypatch.setattr(repository, "hurry", leave_and_enter)
    with engine.begin() as connection:
        connection.execute(ENTER)
    own.likes.like(ada, post_id)
    assert len(glances) == 1


@pytest.mark.usefixtures("cut_off")
def test_a_dead_process_is_waited_for_until_its_entry_runs_out(
    own: Services, ada: Credentials, post_id: int, engine: Engine, glances: list[float],
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr(timing, "VALID", 1.0)  # longer than a busy machine takes from here to the write
    with engine.begin() as connection:
        connection.execute(ENTER)
    own.likes.like(ada, post_id)
    assert glances
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.usefixtures("cut_off")
def test_a_process_that_never_delivers_is_not_waited_for_for_ever(
    own: Services, ada: Credentials, post_id: int, engine: Engine,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr(timing, "VALID", 3_600)
    monkeypatch.setattr(timing, "PATIENCE", 0.2)
    with engine.begin() as connection:
        connection.execute(ENTER)
    with pytest.raises(UnconfirmedError):
        own.likes.like(ada, post_id)
    assert likes(own, post_id) == 1, "it stands"
    assert "another process may not have deleted" in caplog.text


@pytest.mark.usefixtures("cut_off")
def test_a_database_that_fails_meanwhile_is_asked_again(
    own: Services, other: Services, ada: Credentials, post_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = own.relay._registry._readers
    ask, failures = repository.who_may_miss, [OperationalError("SELECT", {}, Exception("gone")) for _ in range(3)]

    def asking(parcel_id: int, *, beside: str) -> set[str]:
        if failures:
            raise failures.pop()
        return ask(parcel_id, beside=beside)

    monkeypatch.setattr(repository, "who_may_miss", asking)
    with serving(other):
        assert likes(other, post_id) == 0
        own.likes.like(ada, post_id)
        assert likes(other, post_id) == 1
    assert not failures


@pytest.mark.usefixtures("cut_off")
def test_while_the_history_of_the_database_is_new_a_write_waits_for_those_it_cannot_see(
    own: Services, ada: Credentials, post_id: int, engine: Engine, glances: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup was restored: whoever reads was entered in what came after it, and has not noticed yet."""
    monkeypatch.setattr(timing, "VALID", 0.3)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM cache_histories"))
    own.likes.like(ada, post_id)
    assert glances
    glances.clear()
    own.likes.unlike(ada, post_id)
    assert not glances
