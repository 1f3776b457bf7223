"""A site whose PostgreSQL has a standby that can take its place."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from tests.consistency.sites.site import Site
from tests.support.deployments.standby import Server, both, standby_of

if TYPE_CHECKING:
    from pathlib import Path


class ReplicatedSite(Site):
    """`synchronous`: a commit is acknowledged once the standby has it."""

    postgres: Server

    def __init__(self, directory: Path, *, synchronous: bool, **more: Any) -> None:
        super().__init__(directory, **more)
        self._synchronous = synchronous
        self.standby: Server | None = None

    def _postgres(self) -> Server:
        return Server(self.directory / "postgres")

    def _start_postgres(self) -> str:
        super()._start_postgres()
        self.standby = standby_of(self.postgres, self.directory / "standby")
        self.standby.start()
        if self._synchronous:
            self.postgres.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")
            self.postgres.ask("SELECT pg_reload_conf()")
        return both(self.postgres, self.standby)

    def fail_over(self, *, after: float) -> None:
        """Kill the primary; so many seconds later its standby begins to take writes."""
        assert self.standby
        self.postgres.kill()
        time.sleep(after)
        self.standby.ask("SELECT pg_promote()")
        self.postgres, self.standby = self.standby, self.postgres

    def _stop(self) -> None:
        super()._stop()
        if self.standby:
            self.standby.stop()
