"""Ways to get a batch wrong: see `tests.support.mistakes`, whose table has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redis import RedisError
from redis.exceptions import NoScriptError

from feedapp.cache.redis import scripts
from feedapp.cache.redis.routing import OneServer
from feedapp.cache.redis.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.cache.redis.batches import Batch

    Replace = Callable[[Any, str, Any], None]


def fill_by_the_first_lease(replace: Replace) -> None:
    """Take the lease of the first key of a batch for that of all."""
    replace(scripts, "FILL", scripts.FILL.replace("held[n] == ARGV[1]", "held[1] == ARGV[1]"))


def half_a_batch_is_done(replace: Replace) -> None:
    """Take a command that broke off for one that was carried out."""
    _as_if_run(replace, RedisError)


def unknown_script_is_done(replace: Replace) -> None:
    """Take a script that the server does not know for one that found nothing."""
    replace(Wire, "send", Wire._exchange)
    _as_if_run(replace, NoScriptError)


def _as_if_run(replace: Replace, error: type[RedisError]) -> None:
    run = OneServer.run

    def running(self: OneServer, *batches: Batch) -> list[list[Any]]:
        try:
            return run(self, *batches)
        except error:
            return [[None] * len(batch.names) for batch in batches]

    replace(OneServer, "run", running)


ALL = (fill_by_the_first_lease, half_a_batch_is_done, unknown_script_is_done)
