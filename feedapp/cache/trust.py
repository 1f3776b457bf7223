"""Whether this process may believe Redis just now, and which run of which server it believes.

Any failure to reach Redis ends the trust: reads go to PostgreSQL, and writes leave their keys to the outbox. It comes
back in two steps, taken by `services/relay.py`. First `returning`: writes delete again, reads still go past. Then
everything the outbox holds is delivered; what was committed before the first step is in it, what comes after deletes
for itself. Then `trusted`.

Every connection is bound to one run of one server: a Redis that was restarted, or another that took its place, may hold
what was deleted meanwhile, so meeting it unawares ends the trust like a failure does.
"""

from __future__ import annotations

import logging
from threading import Lock
from typing import TYPE_CHECKING, Literal, NamedTuple

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ReadOnlyError, RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from feedapp import metrics

if TYPE_CHECKING:
    from collections.abc import Callable

    from redis.connection import AbstractConnection

State = Literal["away", "returning", "trusted"]
LOSING = (RedisConnectionError, RedisTimeoutError, ReadOnlyError)
"""Errors that end the trust; others (a full memory) concern one command only."""

log = logging.getLogger(__name__)


class Server(NamedTuple):
    """Which run of a server answers: its own id, its history of writes, and all histories that its data continue."""

    run_id: str
    history: str
    histories: frozenset[str]
    is_primary: bool


class Trust:
    """The state of one process. `reconnect` is called when trust is lost, so that no old connection is used again."""

    def __init__(self, reconnect: Callable[[], None]) -> None:
        self._reconnect = reconnect
        self._lock = Lock()
        self._server: Server | None = None
        self._losses = 0
        self.state: State = "away"
        self.seek: Callable[[], None] = lambda: None
        """Called when Redis is away and would be needed; the relay tries to come to trust it then."""

    @property
    def for_reads(self) -> bool:
        """Whether what Redis holds may be shown."""
        if self.state != "trusted":
            self.seek()
        return self.state == "trusted"

    @property
    def for_writes(self) -> bool:
        """Whether it makes sense to delete from Redis."""
        if self.state == "away":
            self.seek()
        return self.state != "away"

    def failed(self, error: RedisError) -> None:
        """Take note of an error; most end the trust."""
        metrics.REDIS_ERRORS.inc()
        if isinstance(error, LOSING):
            self.lose(error)
        else:
            log.warning("Redis refused a command: %s", error)

    def lose(self, reason: object) -> None:
        """Stop believing Redis."""
        with self._lock:
            was, self.state = self.state, "away"
            self._server = None
            self._losses += 1
        if was != "away":
            log.warning("Redis is not used until it is trusted again: %s", reason)
            self._reconnect()

    def begin_return(self, server: Server) -> int:
        """Let writes delete again. Give a number to finish with."""
        with self._lock:
            self.state, self._server = "returning", server
            return self._losses

    def finish_return(self, number: int) -> None:
        """Believe Redis again, unless it was lost since `begin_return` gave that number."""
        with self._lock:
            if self._losses == number and self.state == "returning":
                self.state = "trusted"
        if self.state == "trusted":
            log.info("Redis is trusted")

    def meet(self, connection: AbstractConnection) -> None:
        """Set up a new connection. Raise redis.ConnectionError if it leads to another run than the trusted one."""
        connection.on_connect()  # type: ignore[no-untyped-call]
        known = self._server
        if known is None:
            return
        met = ask_server(connection)
        if met.run_id != known.run_id or not met.is_primary:
            self.lose("another server, or another run of it, answers")
            raise RedisConnectionError("another run of Redis answers")


def ask_server(connection: AbstractConnection) -> Server:
    """Ask a connection which server it leads to."""
    connection.send_command("INFO", "server")  # type: ignore[no-untyped-call]
    about = _parsed(connection.read_response())
    connection.send_command("INFO", "replication")  # type: ignore[no-untyped-call]
    about |= _parsed(connection.read_response())
    history = about.get("master_replid", "")
    histories = frozenset({history, about.get("master_replid2", "")}) - {"", "0" * 40}
    return Server(about["run_id"], history, histories, about.get("role") == "master")


def _parsed(answer: object) -> dict[str, str]:
    """Read what INFO says."""
    lines = answer.decode().splitlines() if isinstance(answer, bytes) else str(answer).splitlines()
    return dict(line.split(":", 1) for line in lines if ":" in line)
