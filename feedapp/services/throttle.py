"""Limits on attempts: to log in, by name and by address, and to sign up, by address.

Counted in Redis, so that they hold over all processes; while Redis is away each process counts for itself.
"""

from __future__ import annotations

import logging
from time import time
from typing import TYPE_CHECKING

from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter

from feedapp.errors import TooManyAttemptsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from redis import Redis

LOG_IN_BY_NAME = parse("10 per 5 minutes")
LOG_IN_BY_ADDRESS = parse("100 per 5 minutes")
SIGN_UP_BY_ADDRESS = parse("30 per hour")

LIMITS = "{limits}"
"""What the keys of all limits begin with; by the braces they are all on one server of a Redis Cluster."""

log = logging.getLogger(__name__)


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

    def check(self, limit: RateLimitItem, *subject: str) -> None:
        """Raise TooManyAttemptsError if the subject has used up its attempts; do not count one."""
        if self._enabled and not self._ask("test", limit, subject):
            raise self._refusal(limit, subject)

    def count(self, limit: RateLimitItem, *subject: str) -> None:
        """Count one attempt."""
        if self._enabled:
            self._ask("hit", limit, subject)

    def _ask(self, question: str, limit: RateLimitItem, subject: tuple[str, ...]) -> bool:
        try:
            return bool(getattr(self._shared, question)(limit, *subject))
        except StorageError as error:
            log.warning("Redis does not answer, counting attempts in this process: %s", error)
            return bool(getattr(self._own, question)(limit, *subject))

    def _refusal(self, limit: RateLimitItem, subject: tuple[str, ...]) -> TooManyAttemptsError:
        try:
            reset = self._shared.get_window_stats(limit, *subject).reset_time
        except StorageError:
            reset = self._own.get_window_stats(limit, *subject).reset_time
        wait = max(1, round(reset - time()))
        minutes = -(-wait // 60)
        unit = "minute" if minutes == 1 else "minutes"
        return TooManyAttemptsError(f"Too many attempts: try again in {minutes} {unit}.", retry_after=wait)
