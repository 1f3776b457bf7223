"""Both servers of one directory, run by one process at a time and used by any."""

import atexit
import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from feedapp.embedded import private
from feedapp.embedded.addresses import RUNTIME_FILE, Addresses, attach
from feedapp.embedded.errors import AlreadyRunningError, EmbeddedServerError
from feedapp.embedded.locks import owner_of, share_lock, take_lock, wait_until_alone
from feedapp.embedded.postgres import Postgres
from feedapp.embedded.privileges import Account
from feedapp.embedded.redis import Redis
from feedapp.embedded.server import Startable

LOCK_FILE = "embedded.lock"
GUESTS_FILE = "guests.lock"
ATTACH_SECONDS = 60  # somebody else's first start, which makes the data, may take as long
Either = TypeVar("Either", Postgres, Redis)


class Servers(Startable):
    """A PostgreSQL and a Redis below `directory`, which one process at a time may run."""

    def __init__(
        self,
        directory: Path,
        *,
        postgres: bool = True,
        redis: bool = True,
        durable: bool = True,
        redis_arguments: Sequence[str] = (),
        clients: Account | None = None,
    ) -> None:
        """`postgres=False` or `redis=False` leaves that one out: its address was given from outside.

        `clients` is who else than this user may use them.
        """
        self.directory = directory
        self.postgres = Postgres(directory / "postgres", durable=durable, clients=clients) if postgres else None
        self.redis = Redis(directory / "redis", arguments=redis_arguments, clients=clients) if redis else None
        self._lock: int | None = None
        self._owner = 0

    @property
    def database_url(self) -> str:
        """For SQLAlchemy or libpq; raises EmbeddedServerError unless started."""
        return _present(self.postgres).url

    @property
    def redis_url(self) -> str:
        """For redis-py; raises EmbeddedServerError unless started."""
        return _present(self.redis).url

    def start(self) -> None:
        """Return when both answer. Raise AlreadyRunningError if a live process runs them."""
        if self._lock is not None:
            return
        try:
            private.make_directory(self.directory)
            self._lock = take_lock(self.directory / LOCK_FILE, f"process {os.getpid()}")
        except OSError as error:
            raise EmbeddedServerError(f"{self.directory} cannot be written to: {error.strerror}") from error
        if self._lock is None:
            owner = owner_of(self.directory / LOCK_FILE)
            raise AlreadyRunningError(f"the servers of {self.directory} are run by {owner}: stop that first")
        self._owner = os.getpid()
        try:
            private.close_to_others(self.directory)
            for server in (self.postgres, self.redis):
                if server:
                    server.start()
            self.addresses().publish(self.directory)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Redis first, then PostgreSQL. Does nothing if they do not run, or run for the parent of this process."""
        if self._lock is None or self._owner != os.getpid():
            return
        (self.directory / RUNTIME_FILE).unlink(missing_ok=True)
        for server in (self.redis, self.postgres):
            if server:
                server.stop()
        os.close(self._lock)
        self._lock = None

    def addresses(self) -> Addresses:
        """Return what the runtime file says while they run."""
        return Addresses(
            pid=os.getpid(),
            database_url=self.postgres.url if self.postgres else None,
            redis_url=self.redis.url if self.redis else None,
            postgres_pid=self.postgres.pid if self.postgres else None,
            redis_pid=self.redis.pid if self.redis else None,
        )


def attach_or_start(directory: Path, *, postgres: bool = True, redis: bool = True) -> Addresses:
    """Use the servers that run in this directory, or else run them until this process and all that use them end.

    Running servers are used if they include the requested ones.
    """
    deadline = time.monotonic() + ATTACH_SECONDS
    while True:
        guest = share_lock(directory / GUESTS_FILE)
        found = attach(directory)
        if found and (found.database_url or not postgres) and (found.redis_url or not redis):
            return found  # and `guest` stays open, so that they are not stopped meanwhile
        if guest is not None:
            os.close(guest)
        servers = Servers(directory, postgres=postgres, redis=redis)
        try:
            servers.start()
        except AlreadyRunningError:  # it starts or stops this moment, or runs without the one that is needed here
            if found or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            atexit.register(_stop_when_alone, servers)
            return servers.addresses()


def _stop_when_alone(servers: Servers) -> None:
    with wait_until_alone(servers.directory / GUESTS_FILE, _say_that_others_go_on):
        servers.stop()


def _say_that_others_go_on() -> None:
    with suppress(OSError):
        sys.stderr.write("Another command still uses the servers that this one started: they stop when that ends.\n")


def _present(server: Either | None) -> Either:
    if server is None:
        raise EmbeddedServerError("this server was left out")
    return server
