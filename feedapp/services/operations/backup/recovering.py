"""Brings a base backup to a point in time, in a PostgreSQL of its own that is thrown away afterwards."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from feedapp.embedded import EmbeddedServerError, Postgres
from feedapp.errors import UnavailableError
from feedapp.services.operations.backup.manifest import BASE, WAL
from feedapp.services.operations.backup.programs import program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from feedapp.services.operations.backup.manifest import Backup

LOCAL_TRUST = "local all all trust\n"
"""Its socket is in a directory that nobody else can enter."""
ENDED = "recovery ended before configured recovery target was reached"


class Recovering(Postgres):
    """A server that replays WAL before it is ready."""

    START_SECONDS = 24 * 3600


@contextmanager
def recovered(backup: Backup, wal: Path, *, to: datetime | None, user: str) -> Iterator[str]:
    """Give the address of a server with the state at `to`, or after the last of the WAL. Raise UnavailableError."""
    binaries = program("postgres", backup.manifest.postgresql, exactly=True).parent
    with tempfile.TemporaryDirectory(prefix="feedapp-recovery-") as folder:
        data = Path(folder, "postgres", "data")
        data.mkdir(parents=True, mode=0o700)
        for archive, target in (("base.tar.gz", data), ("pg_wal.tar.gz", data / "pg_wal")):
            with tarfile.open(backup.place / BASE / archive) as packed:
                packed.extractall(target, filter="data")
        archived = data / WAL
        archived.mkdir()
        for segment in wal.glob("[0-9A-F]*") if wal.is_dir() else ():
            shutil.copy2(segment, archived / segment.name)
        _configure(data, to)
        server = Recovering(data.parent, durable=False, binaries=binaries)
        try:
            server.start()
        except EmbeddedServerError as error:
            log = server.log.read_text(errors="replace") if server.log.exists() else ""
            if ENDED in log:
                raise UnavailableError(f"The WAL in {wal} ends before {to}: give an earlier time.") from error
            raise UnavailableError(f"The base backup could not be recovered: {error}") from error
        try:
            where = urlsplit(server.url)
            yield f"postgresql://{user}@/{backup.manifest.database}?{where.query}"
        finally:
            server.stop()


def _configure(data: Path, to: datetime | None) -> None:
    """Its own settings stay behind: they name files and rights of another machine."""
    target = f"recovery_target_time = '{to.isoformat()}'\n" if to else ""
    copy = f'cp "{WAL}/%f" "%p" || cp "{WAL}/%f.partial" "%p"'
    (data / "postgresql.conf").write_text("")
    (data / "pg_hba.conf").write_text(LOCAL_TRUST)
    (data / "pg_ident.conf").write_text("")
    (data / "postgresql.auto.conf").write_text(
        f"restore_command = '{copy}'\n{target}recovery_target_action = 'promote'\nhot_standby = off\n"
    )
    (data / "recovery.signal").touch()
    for left in ("postmaster.pid", "standby.signal", "backup_manifest"):
        (data / left).unlink(missing_ok=True)
