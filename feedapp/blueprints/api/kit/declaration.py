"""A call of the API as data: method, path, models of request and response, errors, scope, limits, headers.

`Endpoint` carries a declaration out, and an OpenAPI document can be derived from it. Nothing here knows Flask.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from feedapp import errors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from feedapp.errors import DomainError
    from feedapp.reading.tokens.views import Scope
    from feedapp.schemas.inputs import Input

T = TypeVar("T")
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Many = Literal["one", "items", "page"]
Auth = Literal["ignored", "optional", "required", "verified"]
"""`required`: the service asks for it, in one trip with what else it needs. `verified`: the endpoint asks first."""

ALWAYS = (
    errors.DomainError,
    errors.UnavailableError,
    errors.MisdirectedError,
    errors.TooManyAttemptsError,
    errors.InvalidQueryError,
    errors.MalformedError,
    errors.PreconditionFailedError,
)
WITH_TOKEN = (errors.UnauthenticatedError, errors.InvalidTokenError, errors.ScopeError, errors.SuspendedError)
WITH_BODY = (errors.InvalidInputError, errors.UnsupportedTypeError, errors.TooLargeError)
OF_WRITES = (errors.UnsupportedCodingError, errors.TooLateError, errors.UnconfirmedError)
OF_KEYS = (errors.KeyReusedError, errors.InProgressError)


@dataclass(frozen=True, slots=True)
class Either(Generic[T]):
    """A status that depends on what was done."""

    when: Callable[[T], bool]
    then: int
    otherwise: int

    def of(self, result: T) -> int:
        """Choose one."""
        return self.then if self.when(result) else self.otherwise


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """How a result `T` of a handler is sent. `model` is None where there is no body.

    `many`: the result is one `T`, a list sent as `{"items": […]}`, or a `Paged` with cursors beside the items, and with
    the numbers of `counts`. `version` makes the ETag. `headers` are those that this result has beyond the usual
    ones, by name; none for None.
    `file`: the result is an `ArchiveFile`, sent as it is with this content type, or None, sent without a body.
    """

    model: type | None = None
    serialise: Callable[[Any], Any] | None = None
    status: int | Either[T] = 200
    many: Many = "one"
    counts: Mapping[str, Callable[[T], int]] = field(default_factory=dict)
    version: Callable[[T], str] | None = None
    file: str | None = None
    headers: Mapping[str, Callable[[T], str | None]] = field(default_factory=dict)
    secret: bool = False
    """Nobody may keep it."""

    @property
    def statuses(self) -> tuple[int, ...]:
        """Every status that a good answer may have."""
        return (self.status,) if isinstance(self.status, int) else (self.status.then, self.status.otherwise)


NOTHING: Reply[None] = Reply(status=204)
NOTICE = timedelta(days=182)
"""How long what is to go is announced before, at least: as docs/api-start.md promises."""


@dataclass(frozen=True, slots=True)
class Deprecation:
    """When a call was deprecated, from when on it may be gone, and where what takes its place is described.

    Raise ValueError if that is sooner than `NOTICE` allows.
    """

    since: date
    until: date
    instead: str

    def __post_init__(self) -> None:
        if self.until - self.since < NOTICE:
            raise ValueError(f"{self.until} is less than {NOTICE.days} days after {self.since}")

    @property
    def headers(self) -> dict[str, str]:
        """The headers of each answer but `Link`: RFC 9745 and RFC 8594."""
        since, until = (datetime(each.year, each.month, each.day, tzinfo=UTC) for each in (self.since, self.until))
        return {"Deprecation": f"@{int(since.timestamp())}", "Sunset": format_datetime(until, usegmt=True)}

    @property
    def link(self) -> str:
        """The link to what takes its place, as one of a header `Link`."""
        return f'<{self.instead}>; rel="deprecation"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[T]):
    """One call. `summary` says in a line what it does, for people.

    `parameters` are those of the query that it knows; any other is refused.

    `auth_with`: a parameter and those of its values that make an optional token a required one.
    `body`: the model of the JSON that is sent; with `file`, of the fields of a form (multipart) that has a file, too.
    `current`: If-Match may name a version, and who names an old one gets a 412 with what stands there, sent like this.
    `idempotent`: Idempotency-Key is heeded. `again` finds what a request made by its id, for a replay; without it
    the first answer is kept whole, which must have nobody's text in it.
    `exists`: called with the handler's arguments where the request is at fault, and raises if what the path names is
    not there or may not be changed: then that is said, and not what is wrong with the body.
    `reuse`: the answer may be kept, see `ResponseCache`.
    `raises`: errors beyond those that follow from the rest, see `errors`.
    `deprecated`: it is to go, and each answer says so.
    """

    summary: str
    method: Method
    path: str
    reply: Reply[T]
    aliases: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    auth: Auth = "optional"
    auth_with: tuple[str, frozenset[str]] | None = None
    body: type[Input] | None = None
    file: bool = False
    current: Reply[Any] | None = None
    idempotent: bool = False
    again: Callable[..., T] | None = None
    exists: Callable[..., object] | None = None
    reuse: bool = True
    raises: tuple[type[DomainError], ...] = ()
    deprecated: Deprecation | None = None
    scopes: tuple[Scope, ...] | None = field(default=None)
    """None: as the method says. A call takes one of them."""

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        return self.method != "GET"

    @property
    def scope(self) -> tuple[Scope, ...]:
        """The scopes that its token needs."""
        if self.auth == "ignored":
            return ()
        return self.scopes if self.scopes is not None else ("write" if self.writes else "read",)

    @property
    def errors(self) -> frozenset[type[DomainError]]:
        """Every kind of problem that this call may answer with."""
        parts = [
            (True, ALWAYS),
            (self.auth != "ignored", WITH_TOKEN),
            ("<" in self.path, (errors.NotFoundError,)),
            (self.body is not None, WITH_BODY),
            (self.writes, OF_WRITES),
            (self.current is not None, (errors.StaleEditError,)),
            (self.idempotent, OF_KEYS),
            (self.again is not None, (errors.ResultGoneError,)),
            (True, self.raises),
        ]
        return frozenset(kind for holds, kinds in parts if holds for kind in kinds)
