"""The last hour, day and week: rates, percentiles, gaps, evictions, over several servers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from feedapp.observability.snapshots import BOUNDS
from feedapp.repositories.figures.ring import SERVERS, SITE, RingRepository
from feedapp.serialisers.desk import tables
from feedapp.serialisers.desk.numbers import number, seconds, share, size
from feedapp.services.operations.desk import windows
from feedapp.services.operations.desk.found import evictions
from tests.integration.desk.test_ring import put

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from feedapp.wiring import Services


def test_two_servers_a_restart_and_hours_add_up(services: Services, engine: Engine) -> None:
    now = datetime.now(UTC)
    minute = now.replace(second=0, microsecond=0) - timedelta(minutes=3)
    put(engine, minute, "one", '{"requests": 120, "seconds": 60, "errors": 12}')
    put(engine, minute + timedelta(seconds=10), "other", '{"requests": 25, "seconds": 50}')
    put(engine, minute + timedelta(seconds=30), "one again", '{"requests": 10, "seconds": 10}')
    hour = now.replace(minute=0, second=0, microsecond=0)
    put(engine, hour - timedelta(hours=30), SERVERS, '{"requests": 3600}', "hour")
    put(engine, hour - timedelta(hours=30), SITE, "{}", "hour")
    found = windows.read(RingRepository(engine))
    (written,) = [point for point in found["hour"].points if point.rate is not None]
    assert written.rate == 2 + 0.5 + 1
    assert found["hour"].totals["requests"] == found["day"].totals["requests"] == 155
    assert found["week"].totals["requests"] == 155 + 3600
    assert [len(each.points) for each in found.values()] in ([59, 24, 168], [60, 24, 168])
    (old,) = [point for point in found["week"].points if point.counted.get("requests") == 3600]
    assert old.rate == 1.0


def test_tables_are_seen_to_grow(services: Services, engine: Engine) -> None:
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    put(engine, hour - timedelta(hours=3), "one", '{"requests": 1}')
    services.counting.site()
    kept = windows.read(RingRepository(engine))
    assert kept["hour"].sizes == {}
    assert kept["day"].sizes == kept["week"].sizes
    assert kept["week"].sizes["posts"] > 0
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE figures SET details = '{\"tables\": {\"posts\": 1000}}' WHERE span = 'hour' AND source = 'site'"
            )
        )
    (grid,) = [each for each in tables.grids(services.desk.look(), "hour") if each.key == "tables"]
    posts = next(row for row in grid.rows if row[0] == "posts")
    assert posts[3] == posts[4]
    assert posts[3].startswith("+")
    assert next(row for row in grid.rows if row[0] != "posts")[3] == "-"


def test_percentiles_are_inside_their_bucket() -> None:
    buckets = [0] * len(BOUNDS)
    assert windows.percentile(buckets, 0.5) is None
    buckets[2] = 100  # 2.5 to 5 ms
    assert windows.percentile(buckets, 0.5) == 0.00375
    buckets[-1] = 100
    assert windows.percentile(buckets, 0.99) == BOUNDS[-2]


def test_evictions_are_what_redis_counted_more_and_never_less_than_nothing() -> None:
    def point(evicted: int | None) -> windows.Point:
        site: dict[str, Any] = {} if evicted is None else {"evicted_keys": evicted}
        return windows.Point(datetime.now(UTC), 60, {}, site, None)

    window = windows.Window("hour", [point(each) for each in (5, 8, None, 10, 1, 4)], {}, {}, 0, {})
    assert evictions(window) == [0, 3, 0, 2, 0, 3]


def test_numbers_are_written_as_people_write_them() -> None:
    assert [seconds(each) for each in (None, 0, 0.0012, 0.25, 2, 600)] == [
        "-",
        "0 s",
        "1.2 ms",
        "250 ms",
        "2.0 s",
        "10 min",
    ]
    assert [share(each) for each in (None, 0, 1, 0.5, 0.001)] == ["-", "0 %", "100 %", "50.0 %", "0.10 %"]
    assert [size(each) for each in (None, 512, 2_500, 3e9)] == ["-", "512 B", "2.5 kB", "3.0 GB"]
    assert [number(each) for each in (None, 0, 0.25, 12.34, 12_345.6)] == ["-", "0", "0.25", "12.3", "12,346"]
