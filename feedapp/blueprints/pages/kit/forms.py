"""Forms: what was typed, and error messages for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import unquote_to_bytes

from flask import request
from markupsafe import escape

from feedapp.blueprints.pages.kit.csrf import SAFE
from feedapp.errors import (
    ConflictError,
    InvalidInputError,
    KeyReusedError,
    MalformedError,
    TooLargeError,
    TryLaterError,
)
from feedapp.languages.catalogues import gettext as _
from feedapp.languages.recognised import translated
from feedapp.lengths import BODY_LENGTH
from feedapp.pictures.uploads import MULTIPART
from feedapp.schemas.inputs import Input, from_form
from feedapp.web.bodies import refuse_content_coding, refuse_other_charsets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from feedapp.errors import DomainError
    from feedapp.reading.read_models import PictureView

InputT = TypeVar("InputT", bound=Input)


FORM = "application/x-www-form-urlencoded"
CODES = "must be one of '"
"""How a message begins that names what programs may send: a form shows the same in words, to be chosen."""
REUSED = "An earlier text from this form was already saved. Send this one too if you want to."
LARGEST_SHOWN = 900_000
"""Bytes of what was typed, as HTML: a page that gives it all back stays below a megabyte."""
MOST_GROWTH = len(escape("'"))
"""How many bytes of HTML one byte of text may become."""


class Form(NamedTuple):
    """What stands in the fields of a form, and the messages beside them."""

    values: Mapping[str, str]
    messages: Mapping[str, str]
    pictures: Sequence[PictureView] = ()
    """Those that came with it, and are kept."""
    draft: tuple[str, frozenset[str]] | None = None
    """A text that is to be shown as it will look, and the people in it."""

    @property
    def first_at_fault(self) -> str | None:
        """The field that gets the focus, in the order in which the form was sent; "" for the form as a whole."""
        sent = ["", *request.form]
        return min(self.messages, key=lambda name: sent.index(name) if name in sent else len(sent), default=None)


def read(schema: type[InputT], *, optional: frozenset[str] = frozenset()) -> InputT:
    """Read the form that was sent; an optional field left empty counts as left out. Raise InvalidInputError."""
    sent = request.form.to_dict()
    return from_form(schema, {name: value for name, value in sent.items() if value.strip() or name not in optional})


def refuse_other_encodings() -> None:
    """Refuse a form that is not in UTF-8, of which Werkzeug would make something else, or that is compressed.

    Raise MalformedError, UnsupportedTypeError, UnsupportedCodingError.
    """
    if request.method in SAFE:
        return
    refuse_content_coding()
    refuse_other_charsets()
    sent = request.get_data()
    try:
        if request.mimetype == MULTIPART and request.files:
            _decode_fields(sent)
        else:
            (unquote_to_bytes(sent) if request.mimetype == FORM else sent).decode()
    except UnicodeDecodeError:
        raise MalformedError("The form is not in UTF-8, so nothing was saved. Please send it again.") from None


def _decode_fields(sent: bytes) -> None:
    """Look at the fields alone, since files are no text: Werkzeug has put U+FFFD for what is not UTF-8."""
    for text in request.form.values():
        if "\ufffd" in text and text.encode() not in sent:
            raise UnicodeDecodeError("utf-8", sent, 0, 1, "in a field")


def refuse_what_cannot_be_shown() -> None:
    """Refuse a form that is too large to be shown again as it was typed. Raise TooLargeError."""
    if request.method in SAFE or (request.content_length or 0) * MOST_GROWTH <= LARGEST_SHOWN:
        return
    if sum(len(escape(text).encode()) for text in request.form.values()) > LARGEST_SHOWN:
        raise TooLargeError(
            "Your text is too long, and nothing was saved. Your browser still has it: go back and shorten it to "
            f"{BODY_LENGTH:,} characters."
        )


def refused(error: DomainError) -> Form:
    """Give the form back as it was sent, passwords left out, with the messages beside the fields."""
    return Form(typed(), _messages(error))


def _messages(error: DomainError) -> dict[str, str]:
    if isinstance(error, InvalidInputError | ConflictError):
        return {each.field: sentence(each.message) for each in error.errors}
    if isinstance(error, KeyReusedError):
        return {"": translated(REUSED)}
    busy = isinstance(error, TryLaterError) and "current_password" in request.form  # it is what was to be checked
    return {"current_password" if busy else "": translated(error.detail)}


def typed() -> dict[str, str]:
    """Give what was typed, but for passwords."""
    return {name: value for name, value in request.form.items() if "password" not in name}


def sentence(message: str, *, about: str = "This") -> str:
    """Make a sentence of a message that continues the field's name; its translation is one already."""
    if message.startswith(CODES):
        return _("Choose one of these.")
    if (said := translated(message)) != message:
        return said
    text = message if message[:1].isupper() else f"{about} {message}"
    return text if text.endswith((".", "!", "?")) else f"{text}."
