"""Connections to PostgreSQL: whether there are enough for all processes, also behind a pooler."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from feedapp.services.operations.doctor.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedapp.repositories.delivery.pooler import Pooler

OVERFLOW = 2
"""Connections that a pool may have beyond its size; see `feedapp/postgres/database.py`."""
RELAY = 2
RELOAD = 1
"""Workers more while they are replaced."""
REFUSED = "Whoever finds none left gets an error page."


class Demand(NamedTuple):
    """What is asked of a PostgreSQL that gives `connections`, of which `others` beside feedapp have some."""

    processes: int
    workers: int
    pool_size: int
    others: int
    connections: int

    @property
    def each(self) -> int:
        """What one process may take."""
        return 2 * (self.pool_size + OVERFLOW) + RELAY

    @property
    def needed(self) -> int:
        """What all of them may take."""
        return (max(self.processes, self.workers) + RELOAD) * self.each

    @property
    def said(self) -> str:
        """Say who takes them."""
        more = self.processes > self.workers
        where = f"{self.processes} processes of all hosts" if more else f"{self.workers} workers"
        return f"{where}, and {RELOAD} more while they are replaced, may take {self.each} each ({self.needed})"


def connection_faults(demand: Demand, pooler: Pooler | None) -> Iterator[Fault]:
    """Add up. Behind a pooler its clients count, and what it opens itself; nothing is known of one that hides it."""
    if pooler is None:
        if demand.needed + demand.others > demand.connections:
            yield Fault(
                f"Connections do not add up: {demand.said}, others have {demand.others}, and PostgreSQL gives "
                f"{demand.connections} (max_connections). {REFUSED}",
                "Lower WEB_WORKERS or DATABASE_POOL_SIZE, or raise max_connections in postgresql.conf to "
                f"{demand.needed + demand.others + 10} and restart PostgreSQL.",
            )
        return
    if pooler.clients is not None and demand.needed > pooler.clients:
        yield Fault(
            f"Connections do not add up: {demand.said}, and pgbouncer lets in {pooler.clients} (max_client_conn). "
            f"{REFUSED}",
            f"Set max_client_conn to {demand.needed + 10} or more in pgbouncer.ini, then `systemctl reload pgbouncer`.",
        )
    if pooler.servers is not None and pooler.servers + demand.others > demand.connections:
        yield Fault(
            f"Connections do not add up: pgbouncer may open {pooler.servers} to PostgreSQL (default_pool_size), others "
            f"have {demand.others}, and PostgreSQL gives {demand.connections} (max_connections). {REFUSED}",
            "Lower default_pool_size in pgbouncer.ini, or raise max_connections in postgresql.conf.",
        )
