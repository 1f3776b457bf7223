"""One class for each kind of input; pages and API read into the same ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
    field_validator,
)

from feedapp.errors import FieldError, InvalidInputError
from feedapp.languages.known import LANGUAGES
from feedapp.lengths import BIO_LENGTH, MAIL_ADDRESS_LENGTH, MOST_PICTURES_OF_POST, NOTIFICATION_ID_LENGTH
from feedapp.schemas.json_objects import json_object
from feedapp.schemas.texts import (
    Alt,
    Bio,
    Body,
    DisplayName,
    LanguageOfText,
    LocaleOrNone,
    MailAddressOrNone,
    Password,
    Username,
    fold,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

LONGEST_ID = 19
"""Digits of an id that PostgreSQL could have."""
UNCHANGED: Any = None
"""Stands where a change says nothing of a field; nobody can send it."""


class Input(BaseModel):
    """The base of all of them: nothing is converted, and fields that are not known are left alone."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_half_characters(cls, given: Any) -> Any:
        """Refuse halves of surrogate pairs, which JSON can write and UTF-8 cannot."""
        if isinstance(given, str) and not given.isascii() and any("\ud800" <= sign <= "\udfff" for sign in given):
            raise ValueError("is not valid Unicode: it has half of a surrogate pair")
        return given


class SignUp(Input):
    """To make an account."""

    username: Username
    password: Password
    display_name: DisplayName | None = None


class LogIn(Input):
    """To log in: whatever it is, it is right or wrong."""

    username: str
    password: str

    @property
    def folded(self) -> str:
        """The username in the form under which names are kept."""
        return fold(self.username)


class Writing(Input):
    """A post's or a comment's text, and its language: "" to guess it; None if nothing is said, so that it stays."""

    body: Body
    language: LanguageOfText = None


def _answered(given: Any) -> Any:
    """Read the id of a comment, or nothing. One that cannot be is of a comment that is not there: 0."""
    if given is None:
        return None
    if not isinstance(given, str):
        raise ValueError("must be the id of a comment, which is a string, or null")  # noqa: TRY004  (for pydantic)
    return int(given) if given.isascii() and given.isdigit() and len(given) < LONGEST_ID else 0


class NewComment(Writing):
    """A comment's text, and the id of the comment that it answers, if it answers one."""

    in_reply_to: Annotated[
        int | None, BeforeValidator(_answered), WithJsonSchema({"type": ["string", "null"], "minLength": 1})
    ] = None


def _media(given: Any) -> Any:
    """Read ids of pictures. Ids are opaque to clients, so one that cannot be is of a picture that is not there: 0."""
    if given is None:
        return ()
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise ValueError("must be a list of ids, which are strings")
    if len(given) > MOST_PICTURES_OF_POST:
        raise ValueError(f"has more than {MOST_PICTURES_OF_POST} pictures: leave some out")
    if len(set(given)) < len(given):
        raise ValueError("names a picture twice: leave one of them out")
    return tuple(int(each) if each.isascii() and each.isdigit() and len(each) < LONGEST_ID else 0 for each in given)


class PostForm(Writing):
    """A post's text, and who sees it: everybody, or its author and whoever follows them."""

    visibility: Literal["public", "followers"] = "public"


class NewPost(PostForm):
    """The same with the ids of pictures of one's own that are in no post yet."""

    media: Annotated[
        tuple[int, ...],
        BeforeValidator(_media),
        WithJsonSchema({"type": "array", "items": {"type": "string"}, "maxItems": MOST_PICTURES_OF_POST}),
    ] = ()


class PictureSent(Input):
    """A picture, and what it shows in words."""

    alt: Alt = ""


class PictureChange(Input):
    """What a picture shows, in words."""

    alt: Alt


class AvatarSent(Input):
    """A picture of oneself."""


class ProfileChange(Input):
    """What is to be changed of one's own profile; the rest stays. Null clears what may be empty, and only that."""

    username: Username = UNCHANGED
    display_name: DisplayName = UNCHANGED
    bio: Annotated[
        Bio,
        BeforeValidator(lambda given: "" if given is None else given),
        WithJsonSchema({"type": ["string", "null"], "maxLength": BIO_LENGTH}),
    ] = UNCHANGED
    email: Annotated[
        MailAddressOrNone,
        BeforeValidator(lambda given: "" if given is None else given),
        WithJsonSchema({"type": ["string", "null"], "format": "email", "maxLength": MAIL_ADDRESS_LENGTH}),
    ] = UNCHANGED
    locale: Annotated[
        LocaleOrNone,
        BeforeValidator(lambda given: "" if given is None else given),
        WithJsonSchema({"type": ["string", "null"], "enum": [*LANGUAGES, None]}),
    ] = UNCHANGED
    current_password: str = UNCHANGED


class PasswordChange(Input):
    """One's own password, old and new."""

    current_password: str
    new_password: Password


class OwnPassword(Input):
    """The password of whoever is signed in, for what cannot be undone."""

    current_password: str


class RoleChange(OwnPassword):
    """Whose role is to be which."""

    username: Username
    role: Literal["member", "moderator", "admin"]


class NotificationWishes(Input):
    """Of some kinds of notifications, whether one is to be told; how often by mail what one has not read."""

    like: bool = UNCHANGED
    comment: bool = UNCHANGED
    reply: bool = UNCHANGED
    mention: bool = UNCHANGED
    follow: bool = UNCHANGED
    digest: Literal["never", "daily", "weekly"] = UNCHANGED


class ReadUntil(Input):
    """Up to which notification somebody has read, by its id."""

    until: Annotated[str, StringConstraints(min_length=1, max_length=NOTIFICATION_ID_LENGTH)]


InputT = TypeVar("InputT", bound=Input)


def from_json(schema: type[InputT], data: bytes) -> InputT:
    """Read a JSON body. Raise MalformedError if it is none, InvalidInputError for its fields."""
    return from_fields(schema, json_object(data))


def from_form(schema: type[InputT], form: Mapping[str, str]) -> InputT:
    """Read the fields of a form. Raise InvalidInputError."""
    return from_fields(schema, dict(form))


def from_fields(schema: type[InputT], fields: dict[str, Any]) -> InputT:
    """Check fields that were read already. Raise InvalidInputError."""
    try:
        return schema.model_validate(fields)
    except ValidationError as error:
        raise _invalid(error) from None


def _invalid(error: ValidationError) -> InvalidInputError:
    details = error.errors(include_url=False, include_input=False)
    return InvalidInputError(*(FieldError(".".join(map(str, each["loc"])), _message(each)) for each in details))


_MESSAGES = {
    "missing": "is required",
    "string_type": "must be a string",
    "int_type": "must be a whole number",
    "list_type": "must be a list",
    "literal_error": "must be one of {expected}",
    "value_error": "{error}",
    "greater_than_equal": "must be {ge:,} or more",
    "less_than_equal": "must be {le:,} or less",
    "too_short": "must have {min_length} or more",
    "too_long": "must have {max_length} or fewer",
}


def _message(detail: ErrorDetails) -> str:
    known = _MESSAGES.get(detail["type"])
    return detail["msg"] if known is None else known.format(**detail.get("ctx", {}))
