"""One class for each kind of input; pages and API read into the same ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from feedapp.errors import FieldError, InvalidInputError, MalformedError
from feedapp.schemas.texts import Bio, Body, DisplayName, Password, TokenName, Username, fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails


class Input(BaseModel):
    """The base of all of them: nothing is converted, and fields that are not known are left alone."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


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


class TokenWanted(LogIn):
    """To get a token, with a name by which its owner knows it in a list."""

    name: TokenName | None = None


class Writing(Input):
    """A post's or a comment's text."""

    body: Body


class ProfileChange(Input):
    """What is to be changed of one's own profile; the rest stays."""

    username: Username | None = None
    display_name: DisplayName | None = None
    bio: Bio | None = None
    current_password: str | None = None


class PasswordChange(Input):
    """One's own password, old and new."""

    current_password: str
    new_password: Password


class OwnPassword(Input):
    """The password of whoever is signed in, for what cannot be undone."""

    current_password: str


class TokenNamed(OwnPassword):
    """What a new token is called."""

    name: TokenName


InputT = TypeVar("InputT", bound=Input)


def from_json(schema: type[InputT], data: bytes) -> InputT:
    """Read a JSON body. Raise MalformedError if it is none, InvalidInputError for its fields."""
    try:
        return schema.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        if first["type"] == "json_invalid":
            raise MalformedError("The body is not valid JSON in UTF-8.") from None
        if first["type"] in {"model_type", "model_attributes_type"}:
            raise MalformedError('The body must be a JSON object, such as {"body": "Hello"}.') from None
        raise _invalid(error) from None


def from_form(schema: type[InputT], form: Mapping[str, str]) -> InputT:
    """Read the fields of a form. Raise InvalidInputError."""
    try:
        return schema.model_validate(dict(form))
    except ValidationError as error:
        raise _invalid(error) from None


def _invalid(error: ValidationError) -> InvalidInputError:
    details = error.errors(include_url=False, include_input=False)
    return InvalidInputError(*(FieldError(".".join(map(str, each["loc"])), _message(each)) for each in details))


def _message(detail: ErrorDetails) -> str:
    match detail["type"]:
        case "missing":
            return "is required"
        case "string_type":
            return "must be a text"
        case "string_unicode":
            return "is not valid Unicode: it has half of a surrogate pair"
        case "value_error":
            return str(detail["ctx"]["error"])
        case _:
            return detail["msg"]
