"""PostgreSQL: reachable, migrated, new enough, with connections for all, its clock, and its backups."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from feedapp import deadline
from feedapp.observability.reasons import BY_SQLSTATE, reason
from feedapp.services.operations.doctor.clocks import clock_fault
from feedapp.services.operations.doctor.connections import Demand, connection_faults
from feedapp.services.operations.doctor.faults import Fault
from feedapp.services.operations.health import judged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedapp.repositories.delivery.pooler import PoolerRepository
    from feedapp.repositories.delivery.readiness import ReadinessRepository
    from feedapp.repositories.delivery.server_facts import ServerFactsRepository

OLDEST = 14
PATIENCE = 5.0
DAY = 86_400
BACKUP_DAYS = 2
REMEDIES = {
    "28P01": "Write the right password in DATABASE_URL, or set it: ALTER ROLE feedapp PASSWORD '…' in psql.",
    "28000": "Make the user (`su postgres -c 'createuser feedapp'`), or let it in with a line in pg_hba.conf.",
    "3D000": "Make it: `su postgres -c 'createdb --owner feedapp feedapp'`, then `flask --app wsgi db upgrade`.",
    "42501": "Let it use the tables, as their owner in psql: GRANT ALL ON ALL TABLES IN SCHEMA public TO feedapp, and "
    "ON ALL SEQUENCES.",
    "53300": "See who has them (SELECT * FROM pg_stat_activity). Lower WEB_WORKERS, or raise max_connections.",
    "57P03": "Wait a moment. If it stays so, its own log says what keeps it (`journalctl -u postgresql`).",
}
HANGS = "PostgreSQL does not answer in time"


class PostgresqlChecks:
    """`workers` is how many processes this host has, `pool_size` what each pool of one has."""

    def __init__(
        self,
        readiness: ReadinessRepository,
        facts: ServerFactsRepository,
        pooler: PoolerRepository,
        *,
        workers: int,
        pool_size: int,
        wants_backups: bool,
    ) -> None:
        self._readiness = readiness
        self._facts = facts
        self._pooler = pooler
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
                    yield Fault(f"{what}. Until then nothing can be saved.", f"{remedy[:1].upper()}{remedy[1:]}")
                elif self._wants_backups:
                    yield from backup_fault(self._facts.last_backup())
                processes = self._facts.processes() if facts.has_registry and not detail else 0
                pooler = self._pooler.look()
        except SQLAlchemyError as error:
            yield unanswered(error)
        else:
            demand = Demand(processes, self._workers, self._pool_size, facts.others, facts.connections)
            yield from connection_faults(demand, pooler)


def unanswered(error: SQLAlchemyError) -> Fault:
    """Say why it does not answer, and what helps against that."""
    told = reason(error)
    known = {BY_SQLSTATE[code]: remedy for code, remedy in REMEDIES.items()}
    known[HANGS] = "See whether its machine is overloaded, or the process stopped (`ps` shows T): `kill -CONT PID`."
    start = "Start it (`systemctl start postgresql`), or mend DATABASE_URL."
    kind = told.kind.removeprefix("PostgreSQL ")
    return Fault(
        f"PostgreSQL: {kind[:1].lower()}{kind[1:]}. Pages that are cached are shown, all else is refused.",
        known.get(told.kind, start),
    )


def version_fault(version: int) -> Iterator[Fault]:
    """`version` is the first number."""
    if version < OLDEST:
        yield Fault(
            f"An old version: PostgreSQL {version}. What this release asks of it, it does not know.",
            f"Upgrade it to {OLDEST} or newer: `flask --app wsgi backup DIR`, then pg_upgradecluster (Debian).",
        )


def backup_fault(seconds: float | None) -> Iterator[Fault]:
    """`seconds` since the last one."""
    if seconds is not None and seconds > BACKUP_DAYS * DAY:
        yield Fault(
            f"The last backup is {seconds / DAY:,.0f} days old, or there was none: if this disk breaks, what was "
            "written since is lost.",
            "Make one each day: `systemctl enable --now feedapp-backup.timer`, or `flask --app wsgi backup DIR "
            "--verify`. Keep a copy on another machine.",
        )
