"""What a request to a declared call says: read when the handler asks for it, so that errors come in one order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from flask import request

from feedapp.blueprints.api.kit import idempotency
from feedapp.blueprints.api.kit.versions import expected
from feedapp.errors import FieldError, InvalidQueryError, NotFoundError, UnauthenticatedError, UnsupportedTypeError
from feedapp.pagination import LARGEST, checked_limit
from feedapp.reading.viewers import Credentials
from feedapp.schemas.inputs import Input, from_form, from_json
from feedapp.schemas.texts import fold
from feedapp.text.tags import read as read_tag
from feedapp.web.bodies import file_sent, refuse_other_charsets, refuse_what_is_no_form

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from feedapp.blueprints.api.kit.declaration import Call
    from feedapp.reading.tokens.views import Scope
    from feedapp.reading.versions import Expected
    from feedapp.writing.idempotency import Once

BodyT = TypeVar("BodyT", bound=Input | None)
LARGEST_ID = 2**63 - 1


class Sent(Generic[BodyT]):
    """What one request says. Nothing of it is checked before it is read here."""

    __slots__ = ("_call", "_sender")

    def __init__(self, call: Call[Any]) -> None:
        self._call = call
        self._sender: Credentials | None = None

    @property
    def sender(self) -> Credentials:
        """Who sends it, unchecked. Raise UnauthenticatedError for any other scheme than Bearer."""
        if self._sender is None:
            self._sender = credentials(*self._call.scope)
        return self._sender

    @property
    def body(self) -> BodyT:
        """The JSON body, or the fields of a form. Raise UnsupportedTypeError, MalformedError, InvalidInputError."""
        model = self._call.body
        assert model is not None, "a handler reads no body that its call does not declare"
        if self._call.file:
            refuse_what_is_no_form()
            return cast("BodyT", from_form(model, request.form))
        if not request.is_json:
            raise UnsupportedTypeError("Send JSON, with the header Content-Type: application/json.")
        refuse_other_charsets()
        return cast("BodyT", from_json(model, request.get_data()))

    @property
    def file(self) -> bytes:
        """The file that came in a form. Raise UnsupportedTypeError, InvalidInputError, TooLargeError."""
        refuse_what_is_no_form()
        return file_sent()

    @property
    def expected(self) -> Expected:
        """The versions that If-Match names. Raise MalformedError."""
        return expected()

    @property
    def once(self) -> Once | None:
        """The Idempotency-Key with what it takes to answer the request again. Raise MalformedError."""
        return idempotency.once(self._call)

    @property
    def cursor(self) -> str | None:
        """Where a page begins; it is checked where it is used."""
        return request.args.get("cursor")

    @property
    def limit(self) -> int:
        """How long a page is. Raise InvalidQueryError."""
        return checked_limit(request.args.get("limit"))

    @property
    def ids(self) -> list[int] | None:
        """The ids that are asked for, in that order; None if none are. Raise InvalidQueryError for too many."""
        text = request.args.get("ids")
        if text is None:
            return None
        given = text.split(",")
        if len(given) > LARGEST:
            raise InvalidQueryError(FieldError("ids", f"names more than {LARGEST}: ask in several requests"))
        possible = (possible_id(each.strip()) for each in given)
        return list(dict.fromkeys(each for each in possible if each is not None))

    @property
    def required_ids(self) -> list[int]:
        """The same where nothing else can be asked for. Raise InvalidQueryError also if none are."""
        ids = self.ids
        if ids is None:
            raise InvalidQueryError(FieldError("ids", "is required: name the ids, with commas between them"))
        return ids

    @staticmethod
    def parameter(name: str) -> str | None:
        """Give another parameter of the query."""
        return request.args.get(name)

    @property
    def address(self) -> str:
        """The IP address it comes from."""
        return request.remote_addr or ""


def credentials(scope: Scope | None = None) -> Credentials:
    """Read the Authorization header, unchecked, of a request that takes a scope.

    Raise UnauthenticatedError for any other scheme than Bearer.
    """
    header = request.headers.get("Authorization")
    if header is None:
        return Credentials.of(None, kind="api")
    scheme, _, token = header.strip().partition(" ")
    if scheme.lower() != "bearer":
        raise UnauthenticatedError("Authorization takes the scheme Bearer here, with a token from POST /api/tokens.")
    return Credentials.of(token.strip(), kind="api", scope=scope)


def possible_id(text: str) -> int | None:
    """Read an id; None for what cannot be one."""
    possible = text.isascii() and text.isdigit() and text[0] != "0" and int(text[:20]) <= LARGEST_ID
    return int(text) if possible else None


def known_id(text: str) -> int:
    """Read an id. Ids are opaque to clients, so one that cannot be is simply not found."""
    found = possible_id(text)
    if found is None:
        raise NotFoundError("There is nothing with this id, or it was deleted.")
    return found


def known_tag(text: str) -> str:
    """Read the name of a tag, folded. Raise NotFoundError for what cannot be one."""
    found = read_tag(text)
    if found is None:
        raise NotFoundError("This is no tag: these have letters, digits and _ only, and at least one letter.")
    return found


_OF_PATHS: Mapping[str, Callable[[str], Any]] = {
    "post_id": known_id,
    "media_id": known_id,
    "comment_id": known_id,
    "user_id": known_id,
    "report_id": known_id,
    "webhook_id": known_id,
    "username": fold,
    "tag": known_tag,
}


def read_path(named: Mapping[str, str]) -> dict[str, Any]:
    """Read what the path names: ids as numbers, usernames as they are kept. Raise NotFoundError."""
    return {name: _OF_PATHS[name](text) if name in _OF_PATHS else text for name, text in named.items()}
