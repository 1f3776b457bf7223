"""What a form changes: who sends it, and how that is answered if it is done, repeated, stale or refused."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from flask import g

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.addresses import known_id
from feedapp.blueprints.pages.kit.forms import refused
from feedapp.blueprints.pages.kit.rendering import see_other
from feedapp.errors import DomainError, InvalidInputError, KeyReusedError, StaleEditError
from feedapp.writing.idempotency import RepeatedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Response

    from feedapp.blueprints.pages.kit.forms import Form
    from feedapp.reading.read_models import Viewer
    from feedapp.reading.viewers import Credentials, ViewerService

T = TypeVar("T")
CONFLICT = 409
IDS = frozenset({"post_id", "comment_id"})


def path_ids(named: Mapping[str, str]) -> dict[str, Any]:
    """Read what a path names: ids of posts and comments as numbers. Raise NotFoundError."""
    return {name: known_id(text) if name in IDS else text for name, text in named.items()}


def refusal_status(error: DomainError) -> int:
    """Give the status of a form that is shown again: one that was sent before with another text is a conflict."""
    return CONFLICT if isinstance(error, KeyReusedError) else error.status


class Member(NamedTuple):
    """Somebody who is signed in, and the credentials that say so."""

    sender: Credentials
    viewer: Viewer


class Members:
    """Decorates views that are for nobody else: they get a `Member` first, and the ids in their path as numbers."""

    def __init__(self, viewers: ViewerService) -> None:
        self._viewers = viewers

    def current(self) -> Member:
        """Give who is signed in. Raise UnauthenticatedError, which leads to the page to log in."""
        sender = cookies.credentials()
        return Member(sender, self._viewers.require(sender))

    def __call__(self, view: Callable[..., Response]) -> Callable[..., Response]:
        """Decorate a view. It raises NotFoundError for what is no id, then UnauthenticatedError."""

        @wraps(view)
        def checked(**named: str) -> Response:
            path = path_ids(named)
            return view(self.current(), **path)

        return checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Generic[T]):
    """One change that a form asks for.

    `act` carries it out. `done` answers with what it gave. `again` shows the form once more, with messages, after one
    of `refusals`; any other error makes a page of its own. `stale` shows what somebody saved meanwhile.
    """

    act: Callable[[], T]
    done: Callable[[T], Response]
    again: Callable[[Form, DomainError], Response] | None = None
    refusals: tuple[type[DomainError], ...] = (InvalidInputError,)
    stale: Callable[[Any], Response] | None = None

    def answer(self) -> Response:
        """Carry it out; lead to what it made if that was done before. Raise DomainError."""
        try:
            result = self.act()
        except RepeatedError as repeated:
            g.replayed = True
            return see_other(repeated.answer.location or "/")
        except StaleEditError as error:
            if self.stale is None:
                raise
            return self.stale(error.current)
        except self.refusals as error:
            if self.again is None:
                raise
            response = self.again(refused(error), error)
            if (seconds := getattr(error, "retry_after", None)) is not None:
                response.headers["Retry-After"] = str(seconds)
            return response
        return self.done(result)
