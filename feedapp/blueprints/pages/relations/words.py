"""/settings/words: words and phrases that somebody does not want to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.changes import Change
from feedapp.blueprints.pages.kit.forms import Form
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.errors import FieldError, InvalidInputError
from feedapp.languages.catalogues import marked
from feedapp.schemas.inputs import from_fields
from feedapp.schemas.relations import MutedWords

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response

    from feedapp.errors import DomainError
    from feedapp.services.people.relations.words import MutedWordService

LINES = "words"


def blueprint(words: MutedWordService) -> Blueprint:
    """Make the blueprint."""
    word_pages = Blueprint("muted_words", __name__)

    @word_pages.get("/settings/words")
    def show() -> Response:
        viewer, own = words.own(cookies.credentials())
        saved = request.args.get("saved") == "1"
        return page("muted_words.html", viewer=viewer, form=Form({LINES: "\n".join(own)}, {}), saved=saved)

    @word_pages.post("/settings/words")
    def replace() -> Response:
        def again(form: Form, error: DomainError) -> Response:
            viewer, _ = words.own(cookies.credentials())
            return page("muted_words.html", viewer=viewer, status=error.status, form=form, saved=False)

        return Change(
            act=lambda: words.replace(cookies.credentials(), _read()),
            done=lambda _: see_other(url_for("pages.muted_words.show", saved=1)),
            again=again,
        ).answer()

    return word_pages


def _read() -> Sequence[str]:
    """Read a word or a phrase from each line. Raise InvalidInputError that names the line at fault.

    A form without the field is refused, since it came in part, or is none: it would take all words away.
    """
    if LINES not in request.form:
        raise InvalidInputError(FieldError(LINES, "is required"))
    lines = [line for line in request.form.get(LINES, "").splitlines() if line.strip()]
    try:
        return from_fields(MutedWords, {LINES: lines}).words
    except InvalidInputError as error:
        raise InvalidInputError(FieldError(LINES, _in_line(error.errors[0]))) from None


def _in_line(error: FieldError) -> str:
    """Say in which line something is wrong: the field of a list's item is `words.3`."""
    number = error.field.removeprefix(f"{LINES}.")
    if not number.isdecimal():
        return error.message
    line = int(number) + 1
    return marked(f"Line {line} {error.message}")
