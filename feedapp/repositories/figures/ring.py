"""The ring of figures: minutes for two days, hours for a year, for every server and the site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from sqlalchemy import text

from feedapp import retention
from feedapp.postgres import database
from feedapp.repositories.delivery.outbox import LAZILY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Engine

SITE, SERVERS = "site", "servers"
KEYS = "site key"
"""What keeps by which keys the site was served. Unlike the state of a server it is not swept."""
MINUTES_KEPT, HOURS_KEPT, STATES_KEPT = "2 days", f"{retention.FIGURES.days} days", "1 day"


_NEXT_HOUR = (
    "coalesce((SELECT max(at) + interval '1 hour' FROM figures WHERE span = 'hour' AND source = 'site'), '-infinity')"
)
"""When the first hour begins that is not summed up."""


class Entry(NamedTuple):
    """One row of the ring."""

    at: datetime
    source: str
    totals: dict[str, Any]
    details: dict[str, Any]


class Server(NamedTuple):
    """What a server said of its processes last, how many seconds ago, and when that was by PostgreSQL's clock."""

    source: str
    age: float
    state: dict[str, Any]
    at: float = 0.0


class RingRepository:
    """One statement each, in autocommit. A crash of PostgreSQL may lose a minute: no figure waits for the disk."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, source: str, *, totals: Any, details: Any, state: Any | None) -> None:
        """Add what a server counted since the last time, and how its processes are now."""
        added = text(
            "WITH told AS (INSERT INTO server_states AS server (source, state) "  # noqa: S608
            "SELECT :source, CAST(:state AS jsonb) WHERE CAST(:state AS text) IS NOT NULL "
            "ON CONFLICT (source) DO UPDATE SET at = clock_timestamp(), state = excluded.state) "
            "INSERT INTO figures (span, source, totals, details) "
            f"SELECT 'minute', :source, CAST(:totals AS jsonb), CAST(:details AS jsonb) FROM {LAZILY}"
        )
        sent = {"totals": totals, "details": details, "state": state}
        written = {name: None if value is None else orjson.dumps(value).decode() for name, value in sent.items()}
        with self._engine.connect() as connection:
            connection.execute(added, {"source": source, **written})

    def keep_state(self, source: str, state: Any) -> None:
        """Keep a state beside those of servers."""
        kept = text(
            "INSERT INTO server_states (source, state) VALUES (:source, CAST(:state AS jsonb)) "
            "ON CONFLICT (source) DO UPDATE SET at = clock_timestamp(), state = excluded.state"
        )
        with self._engine.connect() as connection:
            connection.execute(kept, {"source": source, "state": orjson.dumps(state).decode()})

    def keep_site_keys(self, keys: Sequence[dict[str, Any]]) -> None:
        """Keep by which keys the site was served, the first one first."""
        self.keep_state(KEYS, {"keys": keys})

    def site_keys(self) -> list[dict[str, Any]]:
        """Give these."""
        asked = "SELECT state FROM server_states WHERE source = %(source)s"
        found = database.read(self._engine, asked, {"source": KEYS})
        return list(found[0].state["keys"]) if found else []

    def minutes(self, *, seconds: float) -> list[Entry]:
        """Give those of the last so many seconds, the oldest first."""
        return self._read("span = 'minute' AND at > clock_timestamp() - make_interval(secs => %(seconds)s)", seconds)

    def this_hour(self) -> list[Entry]:
        """Give the minutes that are in no hour yet."""
        return self._read(
            f"span = 'minute' AND at >= greatest(clock_timestamp() - make_interval(secs => %(seconds)s), {_NEXT_HOUR})",
            2 * 86_400.0,
        )

    def hours(self, *, seconds: float) -> list[Entry]:
        """Give the hours that began in the last so many seconds, the oldest first."""
        return self._read("span = 'hour' AND at > clock_timestamp() - make_interval(secs => %(seconds)s)", seconds)

    def unsummed(self) -> list[Entry]:
        """Give the minutes of the oldest whole hour that is not summed up; none if there is no such hour."""
        return self._read(
            "span = 'minute' AND date_trunc('hour', at) = (SELECT date_trunc('hour', min(at)) FROM figures "  # noqa: S608
            "WHERE span = 'minute' AND at < date_trunc('hour', clock_timestamp() - make_interval(secs => %(seconds)s)) "
            f"AND at >= {_NEXT_HOUR})",
            30.0,
        )

    def add_hour(self, hour: datetime, source: str, *, totals: Any, details: Any) -> None:
        """Store an hour; one that another process stored already stays."""
        added = text(
            "INSERT INTO figures (span, at, source, totals, details) VALUES "
            "('hour', :at, :source, CAST(:totals AS jsonb), CAST(:details AS jsonb)) ON CONFLICT DO NOTHING"
        )
        written = {"totals": orjson.dumps(totals).decode(), "details": orjson.dumps(details).decode()}
        with self._engine.connect() as connection:
            connection.execute(added, {"at": hour, "source": source, **written})

    def sweep(self) -> None:
        """Delete what is older than the ring is long."""
        swept = text(
            "WITH gone AS (DELETE FROM server_states "  # noqa: S608
            f"WHERE source <> '{KEYS}' AND at < clock_timestamp() - interval '{STATES_KEPT}') "
            f"DELETE FROM figures WHERE (span = 'minute' AND at < clock_timestamp() - interval '{MINUTES_KEPT}') OR "
            f"(span = 'hour' AND at < clock_timestamp() - interval '{HOURS_KEPT}')"
        )
        with self._engine.connect() as connection:
            connection.execute(swept)

    def servers(self) -> list[Server]:
        """Give what each server said last."""
        asked = (
            "SELECT source, extract(epoch FROM clock_timestamp() - at)::float8 AS age, state, "
            "extract(epoch FROM at)::float8 AS at FROM server_states WHERE source <> %(keys)s ORDER BY source LIMIT 200"
        )
        return [Server(*found) for found in database.read(self._engine, asked, {"keys": KEYS})]

    def _read(self, condition: str, seconds: float) -> list[Entry]:
        asked = f"SELECT at, source, totals, details FROM figures WHERE {condition} ORDER BY at, source"  # noqa: S608
        found: Sequence[Any] = database.read(self._engine, asked, {"seconds": seconds})
        return [Entry(*each) for each in found]
