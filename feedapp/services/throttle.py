"""Limits on attempts: to log in, by name and by address, and to sign up, by address.

Counted in Redis, so that they hold over all processes; while Redis is away each process counts for itself.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from time import time
from typing import TYPE_CHECKING

from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter

from feedapp.errors import TooManyAttemptsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redis import Redis

LOG_IN_BY_NAME = parse("10 per 5 minutes")
LOG_IN_BY_ADDRESS = parse("100 per 5 minutes")
SIGN_UP_BY_ADDRESS = parse("30 per hour")

LIMITS = "{limits}"
"""What the keys of all limits begin with; by the braces they are all on one server of a Redis Cluster."""

log = logging.getLogger(__name__)


@dataclass
class Guess:
    """A password that is being checked: whoever checks it tells whether it was wrong."""

    is_wrong: bool = False


class Throttle:
    """Counts attempts and refuses when there were too many. `enabled=False` (RATE_LIMITS=0) lifts every limit.

    `client` gives the client of the server that has the keys that begin with `key_prefix`; it is asked each time, since
    the cache changes its connections when Redis fails.
    """

    def __init__(self, *, url: str, client: Callable[[], Redis], key_prefix: str, enabled: bool) -> None:
        self._url, self._client, self._key_prefix = url, client, key_prefix
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
            raise self._refusal(limit, subject)

    @contextmanager
    def guess(self, *limits: tuple[RateLimitItem, *tuple[str, ...]]) -> Iterator[Guess]:
        """Let a password be checked, and count that only if it was wrong. Raise TooManyAttemptsError.

        It is counted before and taken off again, so that of many at one moment no more come through than are allowed.
        """
        for limit, *subject in limits:
            self.count(limit, *subject)
        guess = Guess()
        try:
            yield guess
        finally:
            if self._enabled and not guess.is_wrong:
                for limit, *subject in limits:
                    self._hit(limit, tuple(subject), cost=-1)

    def _hit(self, limit: RateLimitItem, subject: tuple[str, ...], *, cost: int = 1) -> bool:
        try:
            return self._shared.hit(limit, *subject, cost=cost)
        except StorageError as error:
            log.warning("Redis does not answer, counting attempts in this process: %s", error)
            return self._own.hit(limit, *subject, cost=cost)

    def _refusal(self, limit: RateLimitItem, subject: tuple[str, ...]) -> TooManyAttemptsError:
        try:
            reset = self._shared.get_window_stats(limit, *subject).reset_time
        except StorageError:
            reset = self._own.get_window_stats(limit, *subject).reset_time
        wait = max(1, round(reset - time()))
        minutes = -(-wait // 60)
        unit = "minute" if minutes == 1 else "minutes"
        return TooManyAttemptsError(f"Too many attempts: try again in {minutes} {unit}.", retry_after=wait)
