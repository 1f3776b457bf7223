"""A PostgreSQL that can be followed, and one that follows it."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, text

from feedapp.embedded import Postgres
from feedapp.postgres import database

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

REPLICATED = {"wal_level": "replica", "max_wal_senders": "4", "hot_standby": "on"}


class Server(Postgres):
    """One that may be a standby: it counts as started when it can be read from."""

    def __init__(self, directory: Path, *, settings: Mapping[str, str] | None = None) -> None:
        super().__init__(directory, durable=False, settings=REPLICATED | dict(settings or {}))

    def _is_ready(self) -> bool:
        with suppress(OSError, IndexError):
            lines = (self._data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            return lines[0] == str(self.pid) and lines[-1].strip() in {"ready", "standby"}
        return False

    def ask(self, sql: str) -> Any:
        """Run one statement; give the first value of its answer."""
        engine = create_engine(database.address(self.url), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            found = connection.execute(text(sql))
            answer = found.scalar() if found.returns_rows else None
        engine.dispose()
        return answer

    def follow_nobody(self) -> None:
        """As a standby, receive nothing more; what it has can still be read."""
        self.ask("ALTER SYSTEM SET primary_conninfo = ''")
        self.ask("SELECT pg_reload_conf()")
        while self.ask("SELECT count(*) FROM pg_stat_wal_receiver"):
            pass


def standby_of(primary: Server, standby: Server | Path) -> Server:
    """Copy a primary, which restarts for that; give who follows it, not started yet: this one, or a new one there."""
    primary.stop()
    standby = standby if isinstance(standby, Server) else Server(standby)
    data = standby.directory / "data"
    shutil.copytree(primary.directory / "data", data, symlinks=True)
    primary.start()
    (data / "standby.signal").touch()
    with (data / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"primary_conninfo = 'host={primary.sockets} user=postgres'\n")
    owner = (primary.directory / "data").stat()
    for file in (data, *data.rglob("*")):
        os.chown(file, owner.st_uid, owner.st_gid)
    return standby


def both(primary: Postgres, standby: Postgres) -> str:
    """Name both in one address, as libpq does: whichever takes writes is connected to."""
    hosts = f"host={primary.sockets},{standby.sockets}&port=5432,5432"
    return f"postgresql://postgres@/feedapp?{hosts}&target_session_attrs=read-write"
