"""What a site keeps its data in: one PostgreSQL, or two of which one takes writes, as this run or Patroni says."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Literal, Protocol

from feedapp.embedded import Postgres
from feedapp.embedded.server import Startable
from tests.support.deployments.patroni import Patroni
from tests.support.deployments.standby import Server, both, standby_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

Kind = Literal["", "synchronous", "asynchronous", "patroni"]
NOTICED_GONE = {"tcp_keepalives_idle": "5", "tcp_keepalives_interval": "2"}
"""Like the settings of a real one that may lose a host: who is gone is noticed within some ten seconds."""


class Database(Protocol):
    """Runs between `start` and `stop`."""

    def start(self) -> None:
        """Return when it takes writes."""

    def stop(self) -> None:
        """End all of it."""

    @property
    def url(self) -> str:
        """Say where app processes find it."""

    @property
    def direct_url(self) -> str:
        """Say where, from here, the one is that takes writes."""

    @property
    def pids(self) -> Sequence[int | None]:
        """Name its servers, for their processor time."""


class Single(Startable):
    """One PostgreSQL. `addresses`: where hosts reach it, and who may take its place; none: by a socket."""

    def __init__(self, directory: Path, addresses: Sequence[str] = ()) -> None:
        self._directory, self._addresses = directory, addresses
        self.server = self._server("postgres", 0)

    def start(self) -> None:
        """Start it, and let hosts in, which PostgreSQL allows to nobody by itself."""
        self.server.start()
        if self._addresses:
            with (self.server.directory / "data" / "pg_hba.conf").open("a") as rules:
                rules.write("host all all samenet trust\n")
            self.server.stop()
            self.server.start()

    def stop(self) -> None:
        """End it."""
        self.server.stop()

    @property
    def url(self) -> str:
        """Name its address, or its socket."""
        return f"postgresql://postgres@{self._addresses[0]}/feedapp" if self._addresses else self.server.url

    @property
    def direct_url(self) -> str:
        """Name its socket."""
        return self.server.url

    @property
    def pids(self) -> Sequence[int | None]:
        """Name it."""
        return [self.server.pid]

    def _server(self, name: str, number: int) -> Postgres:
        return Postgres(self._directory / name, durable=False, settings=self._settings(number))

    def _settings(self, number: int) -> dict[str, str]:
        return {"listen_addresses": self._addresses[number], **NOTICED_GONE} if self._addresses else {}


class Replicated(Single):
    """One with a standby that can take its place. `synchronous`: a commit is acknowledged once the standby has it."""

    server: Server

    def __init__(self, directory: Path, addresses: Sequence[str] = (), *, synchronous: bool) -> None:
        super().__init__(directory, addresses)
        self._synchronous = synchronous
        self.standby = self._server("standby", 1)

    def start(self) -> None:
        """Return when both run."""
        super().start()
        standby_of(self.server, self.standby)
        self.standby.start()
        if self._synchronous:
            self.server.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")
            self.server.ask("SELECT pg_reload_conf()")
        self._url = both(self.server, self.standby)

    def stop(self) -> None:
        """End both."""
        super().stop()
        self.standby.stop()

    @property
    def url(self) -> str:
        """Name both: whichever takes writes is connected to."""
        hosts = ",".join(self._addresses)
        return f"postgresql://postgres@{hosts}/feedapp?target_session_attrs=read-write" if hosts else self._url

    def fail_over(self, *, after: float) -> None:
        """Kill the primary; so many seconds later its standby begins to take writes."""
        self.server.kill()
        time.sleep(after)
        self.standby.ask("SELECT pg_promote()")
        self.server, self.standby = self.standby, self.server

    def _server(self, name: str, number: int) -> Server:
        return Server(self._directory / name, settings=self._settings(number))


DATABASES: dict[Kind, Callable[[Path, Sequence[str]], Database]] = {
    "": Single,
    "synchronous": partial(Replicated, synchronous=True),
    "asynchronous": partial(Replicated, synchronous=False),
    "patroni": Patroni,
}
