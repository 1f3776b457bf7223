"""Whether this process may believe Redis just now, and which run of which servers it believes.

Any failure to reach Redis ends the trust: reads go to PostgreSQL, and writes leave their keys to the outbox. So does
any refusal to delete, whatever its reason (a full disk, a missing right): what cannot be deleted must not be read.

The steps are taken by one machine, `writing/relay.py`; this is the state that readers, writers and connections look at.
It comes back in two steps. First `returning`: writes delete again, reads still go past.
Then everything the outbox holds is delivered; what was committed before the first step is in it, what comes after
deletes for itself. Then `trusted`.

Every connection is bound to one run of one server: a Redis that was restarted, or another that took its place, may hold
what was deleted meanwhile, so meeting it unawares ends the trust like a failure does. A Redis Cluster is trusted as a
whole: every slot is served by a primary whose run is known, or nothing is read from it.
"""

from __future__ import annotations

import logging
from threading import Lock
from time import time
from typing import TYPE_CHECKING, Literal, Protocol

from redis.exceptions import ClusterDownError, ReadOnlyError, RedisError, ResponseError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from feedapp.cache.redis.discovery import ask_server
from feedapp.cache.redis.fences import ContendedError
from feedapp.observability import metrics, troubles
from feedapp.observability.reasons import reason

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from redis.connection import AbstractConnection

    from feedapp.cache.redis.connections import Address
    from feedapp.cache.redis.discovery import Deployment
    from feedapp.cache.redis.fences import Run

State = Literal["away", "returning", "trusted"]
TRANSITIONS: frozenset[tuple[State, State]] = frozenset(
    {
        ("away", "away"),  # another failure: whoever was about to return begins anew
        ("away", "returning"),
        ("returning", "returning"),  # a return that could not be finished is begun once more
        ("returning", "trusted"),
        ("returning", "away"),
        ("trusted", "away"),
    }
)
"""Every step there is. None leads from `away` to `trusted`, nor from `trusted` to `returning`: what is trusted has to
be lost first, so that no connection from before is used in another run."""

log = logging.getLogger(__name__)


class NotTrustedError(RedisError):
    """What was read must not be shown: trust was lost since, or is being sought anew."""


class Driver(Protocol):
    """The machine that takes the steps (`writing/relay.py`)."""

    def seek(self) -> None:
        """Try to return, if nothing does that by itself."""


class _Reading:
    """A trip of a reader: what it brings counts only if one run was trusted from its beginning to its end.

    Else it might have gone by connections that are made to return with, to a Redis that nobody has looked at yet.
    """

    __slots__ = ("_run", "_trust")

    def __init__(self, trust: Trust) -> None:
        self._trust = trust

    def __enter__(self) -> None:
        self._run = self._trust.run
        if self._trust.state != "trusted":
            raise NotTrustedError("Redis is not trusted just now")

    def __exit__(self, _kind: object, error: object, _where: object) -> None:
        if error is None and (self._trust.run is not self._run or self._trust.state != "trusted"):
            raise NotTrustedError("Redis is not trusted any more")


class Trust:
    """The state of one process.

    `reroute` is called with what is to be reached from now on (None: whatever is there), so that no connection from
    before is used again.
    """

    def __init__(self, reroute: Callable[[Deployment | None], None]) -> None:
        self._reroute = reroute
        self._lock = Lock()
        self._losses = 0
        self._hung = True
        self._said = ""
        self.known: Deployment | None = None
        """What is trusted, or returned to; the same object as long as trust was not lost."""
        self.run: Run | None = None
        """The run that was joined there."""
        self.state: State = "away"
        self.since = time()
        """When it was lost, or won, last."""
        self._driver: Driver | None = None

    @property
    def why(self) -> str:
        """Why it was lost, as long as it is not won again."""
        return self._said

    def attach(self, driver: Driver) -> None:
        """Be driven by a machine: it calls this when it is built."""
        self._driver = driver

    def seek(self) -> None:
        """Tell whoever drives it that Redis is away and would be needed: without a thread, it tries to return then."""
        if self._driver is not None:
            self._driver.seek()

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

    @property
    def to_be_tried(self) -> bool:
        """Whether a deletion is worth trying all the same: Redis may be away for a moment only, and costs no time-out.

        It is then sent to whoever answers, which does no harm, and left to the outbox, too.
        """
        return self.for_writes or not self._hung

    def reading(self) -> AbstractContextManager[None]:
        """Guard a trip of a reader. Raise NotTrustedError if what it brings must not be shown."""
        return _Reading(self)

    def failed(self, error: RedisError) -> None:
        """Take note of an error. It ends the trust, unless Redis only refused this one command (a full memory)."""
        if isinstance(error, NotTrustedError):
            return  # says nothing of the Redis that is being returned to
        metrics.REDIS_ERRORS.inc()
        if isinstance(error, ResponseError) and not isinstance(error, (ReadOnlyError, ClusterDownError)):
            troubles.happened(log, "Redis refused a command", error)
        else:
            self.lose(error)

    def refused(self, error: RedisError) -> None:
        """Take note that something could not be deleted, for whatever reason: what it holds must not be shown."""
        metrics.REDIS_ERRORS.inc()
        self.lose(error)

    def lose(self, cause: Exception | str) -> None:
        """Stop believing Redis."""
        said = str(reason(cause))
        with self._lock:
            was = self._to("away")
            self.known = self.run = None
            self._losses += 1
            self._hung = isinstance(cause, RedisTimeoutError)
            if was != "away":
                self._reroute(None)
            is_news, self._said = was == "trusted" or said != self._said, said
        if is_news:  # the relay tries again each second
            is_harmless = isinstance(cause, ContendedError) and was != "trusted"
            level = logging.INFO if is_harmless else logging.WARNING
            log.log(level, "Redis is not used until it is trusted again: %s", said)

    def begin_return(self, deployment: Deployment) -> int:
        """Let writes delete again, by connections made from now on. Give a number to finish with."""
        with self._lock:
            self.known, self.run = deployment, None
            self._reroute(deployment)
            self._to("returning")
            return self._losses

    def _to(self, state: State) -> State:
        """Take a step; give the state before it."""
        was = self.state
        if (was, state) not in TRANSITIONS:
            raise AssertionError(f"no step leads from {was} to {state}")
        self.state = state
        if "trusted" in {was, state} and was != state:
            self.since = time()
        return was

    def join(self, number: int, run: Run) -> bool:
        """Let deletions count in that run, unless trust was lost since `begin_return` gave that number: then False."""
        with self._lock:
            if self._losses != number:
                return False
            self.run = run
            return True

    def finish_return(self, number: int) -> None:
        """Believe Redis again, unless it was lost since `begin_return` gave that number."""
        with self._lock:
            if self._losses == number and self.state == "returning":
                self._to("trusted")
                self._said = ""
        if self.state == "trusted":
            log.info("Redis is trusted")

    def meet(self, connection: AbstractConnection, address: Address | None) -> None:
        """Set up a new connection. Raise redis.ConnectionError if it leads to another run than the trusted one."""
        connection.on_connect()  # type: ignore[no-untyped-call]
        known = self.known
        if known is None:
            return
        expected, met = known.servers.get(address) or known.servers.get(None), ask_server(connection)
        if expected is None or met.run != expected.run or not met.is_primary:
            self.lose("another server, or another run of it, answers")
            raise RedisConnectionError("another run of Redis answers")
