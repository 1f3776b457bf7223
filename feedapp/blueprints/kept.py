"""Answers to reads, given again as long as they would be made the same: `feedapp.cache.reuse` at the views.

Only for views whose answer depends on nothing but the address, the host, who asks, what is named beside them, what they
read through the cache, and the clock as they tell it to `feedapp.freshness`.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, NamedTuple, ParamSpec

from flask import Response, request

from feedapp.blueprints import validators
from feedapp.cache.reuse import Reuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.cache.reads import CacheReads
    from feedapp.services.viewers import Credentials, ViewerService

P = ParamSpec("P")
MOST_BYTES = 48 * 1024 * 1024
OK = 200


class _Kept(NamedTuple):
    body: bytes
    headers: tuple[tuple[str, str], ...]


class KeptAnswers:
    """The answers that one process keeps, pages and JSON alike."""

    def __init__(self, reads: CacheReads, viewers: ViewerService, *, most_bytes: int = MOST_BYTES) -> None:
        self._viewers = viewers
        self._reuse: Reuse[_Kept] = Reuse(reads, most_bytes=most_bytes)

    def of(
        self, credentials: Callable[[], Credentials], *, besides: Callable[[], str | None] = lambda: None
    ) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
        """Decorate a view that answers GET; `credentials` reads who asks from the request.

        `besides` reads what else of the request the answer depends on.
        """

        def decorate(view: Callable[P, Response]) -> Callable[P, Response]:
            @wraps(view)
            def kept_or_made(*args: P.args, **kwargs: P.kwargs) -> Response:
                sender = credentials()
                address = _address(), sender, besides()
                kept = self._reuse.find(address)
                if kept is not None:
                    self._viewers.used(sender)
                    return Response(kept.body, OK, list(kept.headers))
                made = view(*args, **kwargs)
                if made.status_code == OK and "Set-Cookie" not in made.headers:
                    validators.label(made)
                    body = made.get_data()
                    self._reuse.keep(address, _Kept(body, tuple(made.headers)), size=len(body))
                return made

            return kept_or_made

        return decorate


def _address() -> tuple[str, ...]:
    """Give all of the address that an answer may depend on, as it was asked for."""
    environ = request.environ
    return (
        environ["wsgi.url_scheme"],
        environ.get("HTTP_HOST", ""),
        environ["PATH_INFO"],
        environ.get("QUERY_STRING", ""),
    )
