"""What went wrong, as a page that helps; and where to go to sign in first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request, url_for
from werkzeug.exceptions import HTTPException

from feedapp.blueprints.pages import cookies
from feedapp.blueprints.pages.addresses import came_from, here
from feedapp.blueprints.pages.csrf import SAFE
from feedapp.blueprints.pages.forms import typed
from feedapp.blueprints.pages.rendering import document, page, see_other
from feedapp.errors import UnauthenticatedError

if TYPE_CHECKING:
    from flask import Blueprint, Response

TEXT_IS_OURS = frozenset({404, 409, 429, 500, 503})
LONG_TEXTS = ("body", "bio", "kept")
SHORT_TEXTS = ("display_name", "name")
WORTH_REPEATING = frozenset({429, 500, 503})


def register(pages: Blueprint) -> None:
    """Ask those who are not signed in to do that first."""

    @pages.errorhandler(UnauthenticatedError)
    def sign_in_first(error: UnauthenticatedError) -> Response:
        if request.method in SAFE:
            return _away(url_for("pages.sessions.form", next=here()))
        _, text = _text(*LONG_TEXTS)
        if not text:
            return _away(url_for("pages.sessions.form", next=came_from("/")))
        return page(
            "login.html", viewer=None, status=error.status, form=None, next=request.path, kept=text, resumes=True
        )


def error_page(status: int, title: str, detail: str) -> Response:
    """Make a page that helps. It does not ask who reads it, and no text that was sent is lost."""
    field, kept = _text(*LONG_TEXTS, *SHORT_TEXTS) if request.method == "POST" and status in TEXT_IS_OURS else ("", "")
    others = {name: text for name, text in typed().items() if name != field} if kept else {}
    return document(
        "error.html",
        status=status,
        unknown=True,
        title=title,
        detail=detail,
        kept_as=field,
        kept=kept,
        others=others,
        again=status in WORTH_REPEATING,
    )


def _text(*fields: str) -> tuple[str, str]:
    """Give the first text that the form had in one of the fields, with the name of its field."""
    try:
        return next(((name, text) for name in fields if (text := request.form.get(name))), ("", ""))
    except HTTPException:
        return "", ""


def _away(address: str) -> Response:
    response = see_other(address)
    return cookies.drop_dead(response)
