"""Limits on attempts: to log in, by name and by address, and to sign up, by address.

Counted in Redis, so that they hold over all processes; while Redis is away each process counts for itself.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from time import time
from typing import TYPE_CHECKING, TypeVar

from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError

from feedapp import troubles
from feedapp.errors import TooManyAttemptsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redis import Redis

    from feedapp.cache.trust import Trust

LOG_IN_BY_NAME = parse("10 per 5 minutes")
LOG_IN_BY_ADDRESS = parse("100 per 5 minutes")
SIGN_UP_BY_ADDRESS = parse("30 per hour")

LIMITS = "{limits}"
"""What the keys of all limits begin with; by the braces they are all on one server of a Redis Cluster."""

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass
class Guess:
    """A password that is being checked: whoever checks it tells whether it was wrong."""

    is_wrong: bool = False


class Throttle:
    """Counts attempts and refuses when there were too many. `enabled=False` (RATE_LIMITS=0) lifts every limit.

    `client` gives the client of the server that has the keys that begin with `key_prefix`; it is asked each time, since
    the cache changes its connections when Redis fails. `trust` says whether it is asked at all.
    """

    def __init__(self, *, url: str, client: Callable[[], Redis], trust: Trust, key_prefix: str, enabled: bool) -> None:
        self._url, self._client, self._trust, self._key_prefix = url, client, trust, key_prefix
        self._own = FixedWindowRateLimiter(MemoryStorage())
        self._enabled = enabled

    @property
    def _shared(self) -> FixedWindowRateLimiter:
        pool = self._client().connection_pool
        storage = RedisStorage(self._url, connection_pool=pool, key_prefix=self._key_prefix, wrap_exceptions=True)
        return FixedWindowRateLimiter(storage)

    def count(self, limit: RateLimitItem, *subject: str) -> None:
        """Count one attempt, or raise TooManyAttemptsError if the subject has used up its attempts."""
        if self._enabled and not self._hit(limit, subject):
            self._hit(limit, subject, cost=-1)  # it was none
            raise self._refusal(limit, subject)

    @contextmanager
    def guess(self, *limits: tuple[RateLimitItem, *tuple[str, ...]]) -> Iterator[Guess]:
        """Let a password be checked, and count that only if it was wrong. Raise TooManyAttemptsError.

        It is counted before and taken off again, so that of many at one moment no more come through than are allowed.
        """
        guess, counted = Guess(), []
        try:
            for limit, *subject in limits:
                self.count(limit, *subject)
                counted.append((limit, tuple(subject)))
            yield guess
        finally:
            if self._enabled and not guess.is_wrong:
                for limit, taken in counted:
                    self._hit(limit, taken, cost=-1)

    def _hit(self, limit: RateLimitItem, subject: tuple[str, ...], *, cost: int = 1) -> bool:
        return self._ask(lambda limiter: limiter.hit(limit, *subject, cost=cost))

    def _refusal(self, limit: RateLimitItem, subject: tuple[str, ...]) -> TooManyAttemptsError:
        reset = self._ask(lambda limiter: limiter.get_window_stats(limit, *subject).reset_time)
        wait = max(1, round(reset - time()))
        minutes = -(-wait // 60)
        unit = "minute" if minutes == 1 else "minutes"
        return TooManyAttemptsError(f"Too many attempts: try again in {minutes} {unit}.", retry_after=wait)

    def _ask(self, question: Callable[[FixedWindowRateLimiter], T]) -> T:
        if self._trust.for_reads:  # one that hangs is not waited for by each attempt
            try:
                return question(self._shared)
            except StorageError as error:
                troubles.happened(log, "Attempts are counted in this process alone", error)
                if isinstance(error.storage_error, RedisError):
                    self._trust.failed(error.storage_error)
        return question(self._own)
