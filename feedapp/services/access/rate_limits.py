"""Rate limits: counts what clients do against `feedapp.limits`, and refuses what is too much.

Counted in Redis, so that it holds over all processes: one script in one round trip, however many limits a request
counts for. All keys are in one slot of a Redis Cluster. While Redis is away each process counts for itself.
"""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import sha256
from math import ceil
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from redis.exceptions import RedisError

from feedapp.errors import TooManyAttemptsError
from feedapp.languages.catalogues import marked
from feedapp.limits import HOUR, MINUTE, Limit
from feedapp.services.access.process_counts import ProcessCounts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from feedapp.cache.redis.backend import LeaseRedisCache

KEYS = "{limits}"
"""What the keys of all limits begin with; by the braces they are all in one slot of a Redis Cluster."""
TAKE = """
local held, answer = redis.call('MGET', unpack(KEYS)), {1}
for i, key in ipairs(KEYS) do
  local used, left = tonumber(held[i] or 0) or 0, redis.call('PTTL', key)
  if left < 1 then used, left = 0, tonumber(ARGV[2 * i]) end
  if used >= tonumber(ARGV[2 * i - 1]) then answer[1] = 0 end
  answer[2 * i], answer[2 * i + 1] = used, left
end
if answer[1] == 1 then
  for i, key in ipairs(KEYS) do
    answer[2 * i] = answer[2 * i] + 1
    redis.call('SET', key, answer[2 * i], 'PX', answer[2 * i + 1])
  end
end
return answer
"""
"""Count one for each key, or none if any is used up. ARGV: quota and milliseconds of each.

Gives whether it counted, and for each key what is used and the milliseconds left.
"""
GIVE_BACK = """
local held = redis.call('MGET', unpack(KEYS))
for i, key in ipairs(KEYS) do
  if (tonumber(held[i] or 0) or 0) > 0 then redis.call('DECR', key) end
end
return 1
"""
"""Take one off each key."""
MOST_REMEMBERED = 10_000
_READABLE = re.compile(r"[0-9a-f.:/]{1,50}|unknown")
"""Ids and networks. Names can be anything, so their keys have a digest."""

Wanted = tuple[Limit, str]
"""A limit, and whom it is counted for."""

log = logging.getLogger(__name__)


class State(NamedTuple):
    """How one limit stands after a request: what of it is used, and the seconds until it begins anew."""

    limit: Limit
    used: int
    reset: float

    @property
    def remaining(self) -> int:
        """How many more are let through."""
        return max(0, self.limit.figure.quota - self.used)


_counted: ContextVar[dict[str, State] | None] = ContextVar("rate_limits_counted", default=None)


_network: ContextVar[str | None] = ContextVar("rate_limits_network", default=None)


def begin_request(network: str) -> None:
    """Note for `states` what is counted from now on, for a request from that network."""
    _counted.set({})
    _network.set(network)


def conceal(*limits: Limit) -> None:
    """Leave out of `states` that these counted."""
    counted = _counted.get() or {}
    for limit in limits:
        counted.pop(limit.name, None)


def current_network() -> str | None:
    """Give the network that the request in hand comes from; None outside of one."""
    return _network.get()


def end_request() -> None:
    """Note nothing any more."""
    _counted.set(None)
    _network.set(None)


def states() -> list[State]:
    """Give the limits that this request was counted for, or refused by."""
    return list((_counted.get() or {}).values())


class RateLimits:
    """All limits, by the figures that hold here. `enabled=False` (RATE_LIMITS=0) lifts every one."""

    def __init__(self, *, backend: LeaseRedisCache, limits: Mapping[str, Limit], enabled: bool) -> None:
        self._backend = backend
        self._limits = limits
        self.enabled = enabled
        self._own = ProcessCounts()
        self._spent: dict[str, float] = {}

    def here(self, limit: Limit) -> Limit:
        """Give a limit with the figure that holds here."""
        return self._limits[limit.name]

    def count(self, *wanted: Wanted) -> None:
        """Count one for each, or raise TooManyAttemptsError and count none."""
        refused = self.take(*wanted)
        if refused:
            raise self.refusal(refused)

    @contextmanager
    def counting(self, *wanted: Wanted, cost: Sequence[Wanted] = ()) -> Iterator[None]:
        """Count one for each, and take it off again if the block raises, but for `cost`. Raise TooManyAttemptsError."""
        self.count(*wanted, *cost)
        try:
            yield
        except BaseException:
            self.give_back(*wanted)
            raise

    def take(self, *wanted: Wanted) -> list[State]:
        """Count one for each and give nothing; or count none and give those that are used up."""
        if not self.enabled or not wanted:
            return []
        limits = [self._limits[limit.name] for limit, _ in wanted]
        counted, windows = self._take([_key(*each) for each in wanted], limits)
        after = [State(limit, used, left) for limit, (used, left) in zip(limits, windows, strict=True)]
        if counted:
            _note(after)
            return []
        exhausted = [(each, state) for each, state in zip(wanted, after, strict=True) if not state.remaining]
        for each, state in exhausted:
            self._remember(each, state)
        return [state for _, state in exhausted]

    def give_back(self, *wanted: Wanted) -> None:
        """Take off again what was counted, since nothing came of it."""
        if not self.enabled or not wanted:
            return
        conceal(*(limit for limit, _ in wanted))
        keys = [_key(*each) for each in wanted]
        if self._backend.trust.for_reads:
            try:
                self._backend.run_script(GIVE_BACK, keys)
            except RedisError as error:
                self._backend.trust.failed(error)
            else:
                return
        self._own.give_back(keys)

    def is_spent(self, limit: Limit, subject: str) -> bool:
        """Tell, without asking Redis, whether this process knows that it is used up."""
        return bool(self._spent) and self._spent.get(_key(limit, subject), 0) > monotonic()

    def refuse_spent(self, limit: Limit, subject: str) -> None:
        """Raise TooManyAttemptsError if this process knows that it is used up."""
        if self.enabled and self.is_spent(limit, subject):
            left = self._spent[_key(limit, subject)] - monotonic()
            state = State(self._limits[limit.name], limit.figure.quota, left)
            raise self.refusal([state])

    @staticmethod
    def refusal(refused: Sequence[State], detail: str | None = None) -> TooManyAttemptsError:
        """Make the error for limits that are used up. `detail` is a sentence to stand before when to try again."""
        _note(refused)
        longest = max(refused, key=lambda state: state.reset)
        wait = max(1, ceil(longest.reset))
        what = detail or marked(f"Too many {longest.limit.counts} in a short time: nothing was changed.")
        return TooManyAttemptsError(f"{what} Please try again in {span(wait)}.", retry_after=wait)

    def _take(self, keys: Sequence[str], limits: Sequence[Limit]) -> tuple[bool, list[tuple[int, float]]]:
        figures = [limit.figure for limit in limits]
        if self._backend.trust.for_reads:  # one that hangs is not waited for by each request
            arguments = [number for quota, seconds in figures for number in (quota, 1_000 * seconds)]
            try:
                counted, *found = self._backend.run_script(TAKE, keys, arguments)
            except RedisError as error:
                self._backend.trust.failed(error)
            else:
                return bool(counted), [(used, left / 1_000) for used, left in zip(found[::2], found[1::2], strict=True)]
        return self._own.take(keys, figures)

    def _remember(self, wanted: Wanted, state: State) -> None:
        """Log a refusal once for each subject and window."""
        key, now = _key(*wanted), monotonic()
        if self._spent.get(key, 0) > now:
            return
        if len(self._spent) >= MOST_REMEMBERED:
            self._spent.clear()  # they are only logged, or found, once more
        self._spent[key] = now + state.reset
        limit, subject = wanted
        log.warning("Refused: more than %s of %s, by %s %r", state.limit.figure, limit.counts, limit.by, subject)


def span(seconds: int) -> str:
    """Write a time to wait: seconds up to a minute, minutes up to two hours, then hours."""
    size, one, many = 1, marked("%(count)s second"), marked("%(count)s seconds")
    if seconds > 2 * HOUR:
        size, one, many = HOUR, "%(count)s hour", marked("%(count)s hours")  # always several
    elif seconds >= MINUTE:
        size, one, many = MINUTE, marked("%(count)s minute"), marked("%(count)s minutes")
    count = -(-seconds // size)
    return (one if count == 1 else many) % {"count": count}


def _key(limit: Limit, subject: str) -> str:
    readable = subject if _READABLE.fullmatch(subject) else sha256(subject.encode()).hexdigest()[:32]
    return f"{KEYS}:{limit.name}:{readable}"


def _note(noted: Sequence[State]) -> None:
    counted = _counted.get()
    if counted is not None:
        counted.update({state.limit.name: state for state in noted})
