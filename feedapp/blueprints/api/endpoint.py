"""What a call of the API takes, declared where it is: a token, parameters, conditions. One order of checks for all.

1. Credentials (401). 2. Of a write: whether what the address names is there, and one's own to change (404, 403).
3. Parameters, headers and the body (400, 413, 415, 422). 4. How things stand (409, 412).
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

from flask import Response, request
from werkzeug.exceptions import HTTPException

from feedapp.blueprints.api.answers import credentials
from feedapp.errors import (
    DomainError,
    FieldError,
    InvalidQueryError,
    MalformedError,
    PreconditionFailedError,
    UnauthenticatedError,
)
from feedapp.web.bodies import refuse_content_coding
from feedapp.web.parameters import OnlyParameters
from feedapp.web.preconditions import IF_MATCH, IF_NONE_MATCH, if_match

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from feedapp.reading.viewers import ViewerService
    from feedapp.web.response_cache import ResponseCache

P = ParamSpec("P")
LONGEST_NAME, MOST_NAMED = 50, 10
"""How much of what nobody knows is said back."""
OF_THE_REQUEST = frozenset({400, 412, 413, 415, 422})


class Endpoint:
    """Makes decorators for views: `@endpoint.read(...)` and `@endpoint.write(...)`."""

    def __init__(self, viewers: ViewerService, kept: ResponseCache) -> None:
        self._viewers = viewers
        self._kept = kept

    def read(
        self, *parameters: str, token: bool | Callable[[], bool] = False, public: bool = False, reuse: bool = True
    ) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
        """Declare a GET with the parameters that it knows.

        `token`: it is for nobody but who is signed in, or tells from the parameters whether it is. `public`: it is the
        same for everybody, and no token is looked at. `reuse`: what was answered before may be given again, see
        `ResponseCache`.
        """

        def decorate(view: Callable[P, Response]) -> Callable[P, Response]:
            kept = self._kept.of(credentials, parameters=OnlyParameters(**dict.fromkeys(parameters)))
            made = kept(view) if reuse and not public else view

            @wraps(view)
            def checked(*args: P.args, **ids: P.kwargs) -> Response:
                try:
                    _check_parameters(parameters)
                    return made(*args, **ids)
                except DomainError as error:
                    if not public:
                        self._credentials_first(error, token=token() if callable(token) else token)
                    raise

            return checked

        return decorate

    def write(
        self, *, token: bool = True, conditional: bool = False, exists: Callable[..., object] | None = None
    ) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
        """Declare a call that changes something. It knows no parameters.

        `token=False`: no token is needed or looked at. `conditional`: If-Match says which version may be changed.
        `exists` is called with the view's arguments if the request is at fault, and raises if what the address names
        is not there or not one's own: then that is said, and not what is wrong with the body.
        """

        def decorate(view: Callable[P, Response]) -> Callable[P, Response]:
            @wraps(view)
            def checked(*args: P.args, **ids: P.kwargs) -> Response:
                try:
                    _check_parameters(())
                    refuse_content_coding()
                    _check_conditions(conditional=conditional)
                    return view(*args, **ids)
                except (DomainError, HTTPException) as error:
                    if token:
                        self._credentials_first(error, token=True)
                    status = error.code if isinstance(error, HTTPException) else error.status
                    if exists is not None and status in OF_THE_REQUEST:
                        exists(*args, **ids)
                    raise

            return checked

        return decorate

    def _credentials_first(self, error: Exception, *, token: bool) -> None:
        """Raise UnauthenticatedError rather than another error, if that is due.

        Views ask for credentials themselves, in one trip with what else they need; this is for when they did not get
        so far.
        """
        if not isinstance(error, UnauthenticatedError):
            check = self._viewers.require if token else self._viewers.identify
            check(credentials())


def _check_parameters(known: Collection[str]) -> None:
    """Raise InvalidQueryError for those that are not known or given twice."""
    wrong = []
    for name, values in request.args.lists():
        if name not in known:
            choice = f"this call takes {', '.join(known)}" if known else "this call takes none"
            wrong.append(FieldError(name[:LONGEST_NAME], f"is no parameter of this call: {choice}"))
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
