"""Carries declared calls of the API out: one order of checks for all.

1. Credentials (401). 2. Of a write: whether what the path names is there, and one's own to change (404, 403).
3. Parameters, headers and the body (400, 413, 415, 422). 4. How things stand (409, 412).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from flask import Response, request
from werkzeug.exceptions import HTTPException

from feedapp import limits
from feedapp.blueprints.api.kit.answers import announced, replied
from feedapp.blueprints.api.kit.idempotency import replay
from feedapp.blueprints.api.kit.sent import Sent, credentials, read_path
from feedapp.blueprints.api.kit.versions import stale
from feedapp.errors import (
    DomainError,
    FieldError,
    InvalidQueryError,
    MalformedError,
    PreconditionFailedError,
    StaleEditError,
    UnauthenticatedError,
)
from feedapp.web.bodies import refuse_content_coding
from feedapp.web.parameters import OnlyParameters
from feedapp.web.preconditions import IF_MATCH, IF_NONE_MATCH, if_match
from feedapp.writing.idempotency import RepeatedError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from flask import Blueprint

    from feedapp.blueprints.api.kit.declaration import Call
    from feedapp.limits import Limit
    from feedapp.reading.viewers import ViewerService
    from feedapp.web.response_cache import ResponseCache

T = TypeVar("T")
LONGEST_NAME, MOST_NAMED = 50, 10
"""How much of what nobody knows is said back."""
OF_THE_REQUEST = frozenset({400, 412, 413, 415, 422})


class Endpoints:
    """Makes endpoints: `@endpoints.add(blueprint, Call(…))` above a handler.

    A handler is called with `Sent` and what the path names, and returns what the call's reply sends.
    """

    def __init__(self, viewers: ViewerService, cache: ResponseCache) -> None:
        self._viewers = viewers
        self._cache = cache

    def add(self, blueprint: Blueprint, call: Call[T]) -> Callable[[Callable[..., T]], Endpoint[T]]:
        """Give a decorator that adds a call to a blueprint, under the handler's name."""

        def decorate(handler: Callable[..., T]) -> Endpoint[T]:
            name = handler.__name__
            endpoint = Endpoint(call, handler, self._viewers, self._cache, name=f"api.{blueprint.name}.{name}")
            for path in (call.path, *call.aliases):
                blueprint.add_url_rule(path, name, endpoint, methods=[call.method])
            return endpoint

        return decorate


class Endpoint(Generic[T]):
    """One call, as a view of Flask. `name` is the one that Flask knows it by."""

    def __init__(
        self, call: Call[T], handler: Callable[..., T], viewers: ViewerService, cache: ResponseCache, *, name: str
    ) -> None:
        self.call = call
        self.name = name
        self._handler = handler
        self._viewers = viewers
        self._answer = self._answered
        if call.reuse and not call.writes and call.auth != "ignored":
            known = OnlyParameters(**dict.fromkeys(call.parameters))
            self._answer = cache.of(credentials, parameters=known)(self._answered)

    @property
    def limits(self) -> tuple[Limit, ...]:
        """What a request counts as."""
        if not self.call.writes:
            return (*limits.UNCACHED_READS, *limits.OF_PASSWORDS.get(self.name, ()))
        return (limits.WRITES, *limits.OF_ENDPOINT.get(self.name, ()), *limits.OF_PASSWORDS.get(self.name, ()))

    def __call__(self, **named: str) -> Response:
        """Answer a request. Raise DomainError, HTTPException."""
        sent: Sent[Any] = Sent(self.call)
        try:
            _check_parameters(self.call.parameters)
            if self.call.writes:
                refuse_content_coding()
                _check_conditions(conditional=self.call.current is not None)
            if self.call.auth == "verified":
                self._viewers.require(sent.sender)
            return self._answer(sent, named)
        except (DomainError, HTTPException) as error:
            self._say_first(error, sent, named)
            raise

    def announce(self, response: Response) -> Response:
        """Say in any answer that the call is to go, if it is."""
        return response if self.call.deprecated is None else announced(self.call.deprecated, response)

    def _answered(self, sent: Sent[Any], named: dict[str, str]) -> Response:
        return self.announce(self._done(sent, named))

    def _done(self, sent: Sent[Any], named: dict[str, str]) -> Response:
        path = read_path(named)
        try:
            return replied(self.call.reply, self._handler(sent, **path))
        except RepeatedError as repeated:
            again = self.call.again
            return replay(self.call, repeated.answer, lambda id_: again and again(sent, id_, **path))
        except StaleEditError as error:
            if self.call.current is None:
                raise
            return stale(error, self.call.current)

    def _say_first(self, error: DomainError | HTTPException, sent: Sent[Any], named: dict[str, str]) -> None:
        """Raise what has to be said rather than this error, if anything.

        Services ask for credentials themselves, in one trip with what else they need; this is for when it did not get
        so far.
        """
        call = self.call
        if call.auth != "ignored" and not isinstance(error, UnauthenticatedError):
            required = call.auth != "optional" or (
                call.auth_with is not None and request.args.get(call.auth_with[0]) in call.auth_with[1]
            )
            (self._viewers.require if required else self._viewers.identify)(sent.sender)
        status = error.code if isinstance(error, HTTPException) else error.status
        if call.exists is not None and status in OF_THE_REQUEST:
            call.exists(sent, **read_path(named))


def _check_parameters(known: Collection[str]) -> None:
    """Raise InvalidQueryError for those that are not known or given twice."""
    wrong = []
    for name, values in request.args.lists():
        if name not in known:
            choice = f"this call takes {', '.join(known)}" if known else "this call takes none"
            wrong.append(FieldError(name[:LONGEST_NAME], f"is not a parameter of this call: {choice}"))
        elif len(values) > 1:
            wrong.append(FieldError(name, "is given more than once: give it once"))
    if wrong:
        raise InvalidQueryError(*wrong[:MOST_NAMED])


def _check_conditions(*, conditional: bool) -> None:
    """Raise MalformedError for If-Match or If-None-Match that cannot be followed, PreconditionFailedError."""
    wanted = if_match()
    if IF_NONE_MATCH in request.headers:
        raise MalformedError(f"{IF_NONE_MATCH} is for reads: for a change send {IF_MATCH} with the ETag you have seen.")
    if wanted is not None and not conditional:
        raise PreconditionFailedError(f"What this call changes has no ETag, so {IF_MATCH} can only be `*`.")
