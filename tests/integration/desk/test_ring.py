"""The ring of figures: what servers counted, without PostgreSQL, by another worker, in hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from feedapp.observability import snapshots
from feedapp.observability.snapshots import Snapshot
from feedapp.repositories.figures.ring import SERVERS, SITE, RingRepository
from feedapp.services.operations.desk.counting import Counting

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services


class Counted:
    """What the processes of a server counted: `requests` grows."""

    def __init__(self) -> None:
        self.requests = 0

    def __call__(self) -> Snapshot:
        routes = {"GET /": {"buckets": [self.requests, 0], "errors": 0, "seconds": 0.5}}
        return Snapshot({"requests": self.requests, "errors": 0}, {"routes": routes}, {"processes": {}})


@pytest.fixture
def counted() -> Counted:
    return Counted()


def worker(services: Services, counted: Counted) -> Counting:
    parts = services.counting
    return Counting(
        ring=parts._ring, server=parts._server, backend=parts._backend, process=parts._process, snapshot=counted
    )


def rows(engine: Engine, span: str = "minute") -> list[Any]:
    asked = text("SELECT at, source, totals, details FROM figures WHERE span = :span ORDER BY at, source")
    with engine.begin() as connection:
        return list(connection.execute(asked, {"span": span}))


def test_workers_of_one_server_write_what_was_counted_once(
    services: Services, engine: Engine, counted: Counted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    one, other = worker(services, counted), worker(services, counted)
    counted.requests = 10
    assert one.write() == 1
    assert other.write() is None  # a moment ago another one did
    counted.requests = 25
    one.finish()
    counted.requests = 26
    other.finish()
    assert [row.totals.get("requests") for row in rows(engine)] == [10, 15, 1]
    assert {row.source.split("/")[1] for row in rows(engine)} == {tmp_path.name}


def test_what_was_counted_while_postgresql_was_away_is_written_later(
    services: Services, engine: Engine, counted: Counted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    one = worker(services, counted)
    counted.requests = 10
    with monkeypatch.context() as away:

        def refuse(*_: object, **__: object) -> None:
            raise OperationalError("INSERT", {}, Exception("away"))

        away.setattr(one._ring, "add", refuse)
        with pytest.raises(OperationalError):
            one.write()
        one.finish()  # says nothing
    counted.requests = 12
    one.write()
    assert [row.totals["requests"] for row in rows(engine)] == [12]


def test_the_figures_of_requests_arrive(services: Services, engine: Engine, client: FlaskClient) -> None:
    services.counting.finish()
    for _ in range(3):
        client.get("/api/posts")
    client.get("/readyz")  # nobody waits for it
    services.counting.finish()
    last = rows(engine)[-1]
    assert last.totals["requests"] == 3
    assert last.details["routes"]["GET /api/posts"]["buckets"].count(0) < len(snapshots.BOUNDS)
    assert sum(last.details["routes"]["GET /api/posts"]["buckets"]) == 3
    assert last.totals["hits"] == sum(last.details["hits"].values()) > 0


def put(engine: Engine, at: datetime, source: str, totals: str, span: str = "minute") -> None:
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO figures (span, at, source, totals) VALUES (:span, :at, :source, CAST(:totals AS jsonb))"),
            {"span": span, "at": at, "source": source, "totals": totals},
        )


def test_whole_hours_are_summed_up_once_and_what_is_too_old_is_swept(services: Services, engine: Engine) -> None:
    now = datetime.now(UTC)
    hour = now.replace(minute=0, second=0, microsecond=0)
    for back in (3, 2):  # none in the last hour: an hour without figures stops nothing
        at = hour - timedelta(hours=back)
        put(engine, at + timedelta(minutes=1), "one", '{"requests": 5, "buckets": [1, 4]}')
        put(engine, at + timedelta(minutes=2), "other", '{"requests": 2, "buckets": [2, 0]}')
        put(engine, at + timedelta(minutes=2), SITE, '{"outbox_depth": 7, "redis_trusted": 1}')
        put(engine, at + timedelta(minutes=3), SITE, '{"outbox_depth": 3, "redis_trusted": 0}')
    put(engine, now - timedelta(days=3), "one", '{"requests": 1000}')
    put(engine, now - timedelta(days=400), SERVERS, '{"requests": 1000}', "hour")
    for _ in range(2):
        services.counting.site()
    found = [(row.at, row.source, row.totals) for row in rows(engine, "hour") if row.at > hour - timedelta(hours=4)]
    assert found == [
        entry
        for back in (3, 2)
        for entry in (
            (hour - timedelta(hours=back), SERVERS, {"requests": 7, "buckets": [3, 4]}),
            (hour - timedelta(hours=back), SITE, {"outbox_depth": 7, "redis_trusted": 0}),
        )
    ]
    assert all(row.at > now - timedelta(days=3) for row in rows(engine))
    assert all(row.at > now - timedelta(days=366) for row in rows(engine, "hour"))
    assert [entry.source for entry in RingRepository(engine).hours(seconds=86_400)] == [SERVERS, SITE] * 2


def test_an_hour_of_which_a_part_was_stored_is_finished(services: Services, engine: Engine) -> None:
    """A process died between the two rows of an hour."""
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)  # the last may not be over
    put(engine, hour + timedelta(minutes=1), "one", '{"requests": 5}')
    put(engine, hour + timedelta(minutes=1), SITE, '{"outbox_depth": 7}')
    put(engine, hour, SERVERS, '{"requests": 5}', "hour")
    services.counting.site()
    assert [(row.source, row.totals) for row in rows(engine, "hour")] == [
        (SERVERS, {"requests": 5}),
        (SITE, {"outbox_depth": 7}),
    ]


def test_totals_are_subtracted_and_added_and_one_that_went_back_began_anew() -> None:
    earlier = {"a": 5, "by": {"x": 2}, "buckets": [1, 2]}
    later = {"a": 7, "by": {"x": 2, "y": 3}, "buckets": [1, 5], "new": 1}
    assert snapshots.difference(later, earlier) == {"a": 2, "by": {"x": 0, "y": 3}, "buckets": [0, 3], "new": 1}
    assert snapshots.difference({"a": 1}, {"a": 5}) == {"a": 1}
    assert snapshots.pruned({"a": 0, "by": {"x": 0}, "buckets": [0, 0], "b": 1}) == {"b": 1}
    assert snapshots.added([{"a": 1, "by": {"x": 1}}, {"b": [1, 2]}, {"a": 2, "b": [3, 4]}]) == {
        "a": 3,
        "by": {"x": 1},
        "b": [4, 6],
    }
