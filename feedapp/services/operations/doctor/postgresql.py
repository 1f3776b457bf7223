"""PostgreSQL: reachable, migrated, new enough, with connections for all, and its clock."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from feedapp import deadline
from feedapp.observability.reasons import reason
from feedapp.services.operations.doctor.faults import Fault
from feedapp.services.operations.health import judged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedapp.repositories.delivery.readiness import ReadinessRepository
    from feedapp.repositories.delivery.server_facts import ServerFacts, ServerFactsRepository

OLDEST = 14
PATIENCE = 5.0
APART = 1.0
"""Seconds by which clocks may differ beside the time that asking takes."""
OVERFLOW = 2
"""Connections that a pool may have beyond its size; see `feedapp/postgres/database.py`."""
RELAY = 2
DAY = 86_400
BACKUP_DAYS = 2
RELOAD = 1
"""Workers more while they are replaced."""


class PostgresqlChecks:
    """`workers` is how many processes this host has, `pool_size` what each pool of one has."""

    def __init__(
        self,
        readiness: ReadinessRepository,
        facts: ServerFactsRepository,
        *,
        workers: int,
        pool_size: int,
        wants_backups: bool,
    ) -> None:
        self._readiness = readiness
        self._facts = facts
        self._workers = workers
        self._pool_size = pool_size
        self._wants_backups = wants_backups

    def check(self) -> Iterator[Fault]:
        """Ask it."""
        try:
            with deadline.within(PATIENCE):
                began = time.time()
                facts = self._facts.look()
                ended = time.time()
                yield from version_fault(facts.version)
                yield from clock_fault("PostgreSQL", began, facts.now, ended)
                _, detail = judged(self._readiness.look())
                if detail:
                    what, _, remedy = detail.partition(": ")
                    yield Fault(f"{what}.", f"{remedy[:1].upper()}{remedy[1:]}")
                elif self._wants_backups:
                    yield from backup_fault(self._facts.last_backup())
                processes = self._facts.processes() if facts.has_registry else 0
        except SQLAlchemyError as error:
            told = reason(error).kind
            yield Fault(f"PostgreSQL: {told[:1].lower()}{told[1:]}.", "Start it, or mend DATABASE_URL.")
        else:
            yield from self._connections(facts, processes)

    def _connections(self, facts: ServerFacts, processes: int) -> Iterator[Fault]:
        each = 2 * (self._pool_size + OVERFLOW) + RELAY
        needed = (max(processes, self._workers) + RELOAD) * each + facts.others
        if needed > facts.connections:
            where = f"{processes} processes of all hosts" if processes > self._workers else f"{self._workers} workers"
            yield Fault(
                f"Connections do not add up: {where}, and {RELOAD} more while they are replaced, may take {each} each, "
                f"others have {facts.others}, and PostgreSQL gives {facts.connections} (max_connections).",
                "Lower WEB_WORKERS or DATABASE_POOL_SIZE, or raise max_connections.",
            )


def version_fault(version: int) -> Iterator[Fault]:
    """`version` is the first number."""
    if version < OLDEST:
        yield Fault(f"An old version: PostgreSQL {version}.", f"Upgrade it to {OLDEST} or newer.")


def backup_fault(seconds: float | None) -> Iterator[Fault]:
    """`seconds` since the last one."""
    if seconds is not None and seconds > BACKUP_DAYS * DAY:
        yield Fault(
            f"The last backup is {seconds / DAY:,.0f} days old, or there was none.",
            "Run `flask --app wsgi backup DIR --verify` each day (deploy/ has a timer), and keep a copy elsewhere.",
        )


def clock_fault(server: str, began: float, theirs: float, ended: float) -> Iterator[Fault]:
    """Compare a server's clock with ours, which read `began` before it was asked and `ended` after."""
    apart = max(began - theirs, theirs - ended)
    if apart > APART:
        yield Fault(
            f"Clocks are apart: that of {server} and that of this machine by {apart:,.1f} s.",
            "Let chrony or systemd-timesyncd run on both.",
        )
