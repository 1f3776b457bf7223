"""The servers of a command without given addresses: those of this folder's `make run`, never new ones."""

from collections.abc import Callable
from pathlib import Path

from feedapp.embedded.addresses import Addresses, attach
from feedapp.embedded.errors import EmbeddedServerError
from feedapp.embedded.servers import attach_or_start


def servers_for_command(directory: Path, *, postgres: bool, redis: bool, say: Callable[[str], None]) -> Addresses:
    """Find the requested servers, or start those whose data exist; `say` is called with a line about them.

    Raise EmbeddedServerError, with what to do, where there are none.
    """
    found = attach(directory)
    asked = [name for name, is_asked in (("DATABASE_URL", postgres), ("REDIS_URL", redis)) if is_asked]
    names = " and ".join(asked)
    servers = " and ".join({"DATABASE_URL": "PostgreSQL", "REDIS_URL": "Redis"}[name] for name in asked)
    not_set = f"{names} {'is' if len(asked) == 1 else 'are'} not set"
    if found:
        if (postgres and not found.database_url) or (redis and not found.redis_url):
            raise EmbeddedServerError(f"{not_set}, and `make run` was given other servers: set the same addresses here")
        say(f"uses {servers} of `make run` in {directory.parent} (process {found.pid})")
    elif postgres and _has_data(directory):
        say(f"starts {servers} with the data in {directory} for this command")
    else:
        raise EmbeddedServerError(
            f"{not_set}, and `make run` does not run in {directory.parent}: start it, or set {names}"
        )
    return attach_or_start(directory, postgres=postgres, redis=redis)


def _has_data(directory: Path) -> bool:
    try:
        return (directory / "postgres" / "data").is_dir()
    except OSError:  # someone else's
        return False
