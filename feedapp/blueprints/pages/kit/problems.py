"""Error pages, the way to sign in first, and redirects of addresses with slashes at their end."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException, NotFound

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.addresses import IN_PATHS, IN_QUERIES, came_from, here
from feedapp.blueprints.pages.kit.csrf import SAFE
from feedapp.blueprints.pages.kit.forms import sentence, typed
from feedapp.blueprints.pages.kit.rendering import document, page, permanently, see_other
from feedapp.errors import UnauthenticatedError, UnavailableError
from feedapp.languages.recognised import translated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Blueprint, Response

    from feedapp.errors import FieldError
    from feedapp.reading.read_models import Viewer
    from feedapp.reading.viewers import ViewerService
    from feedapp.web.problems import ErrorPage

API = "/api"
TEXT_IS_OURS = frozenset({404, 409, 429, 500, 503})
LONG_TEXTS = ("body", "bio", "kept")
SHORT_TEXTS = ("display_name", "name", "username")
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


def error_page(viewers: ViewerService) -> ErrorPage:
    """Give a function that makes an error page, for the viewer if known. A text that was sent is shown again."""

    def make(status: int, title: str, detail: str, wrong: Sequence[FieldError] = ()) -> Response:
        wanted = request.method == "POST" and status in TEXT_IS_OURS
        field, kept = _text(*LONG_TEXTS, *SHORT_TEXTS) if wanted else ("", "")
        context = {
            "kept_as": field,
            "kept": kept,
            "others": {name: text for name, text in typed().items() if name != field} if kept else {},
            "again": status in WORTH_REPEATING,
        }
        try:
            viewer = _viewer(viewers, status)  # whose language it is
            said = {"title": translated(title), "detail": _said(detail, wrong)}
            return page("error.html", viewer=viewer, status=status, **said, **context)
        except Exception:  # noqa: BLE001  (whatever it is: this page says what went wrong before)
            said = {"title": translated(title), "detail": _said(detail, wrong)}
            return document("error.html", status=status, unknown=True, **said, **context)

    return make


def _said(detail: str, wrong: Sequence[FieldError]) -> str:
    """Give what is wrong with fields in sentences, for a page that does not show them; else the detail."""
    return " ".join(sentence(each.message, about=each.field) for each in wrong) or translated(detail)


def _viewer(viewers: ViewerService, status: int) -> Viewer | None:
    """Look the viewer up. Raise UnavailableError if PostgreSQL is away, so that nobody waits for it again."""
    if status == UnavailableError.status and cookies.presented():
        raise UnavailableError("The viewer cannot be looked up.")
    return viewers.identify(cookies.credentials()).viewer


def _text(*fields: str) -> tuple[str, str]:
    """Give the first text that the form had in one of the fields, with the name of its field."""
    try:
        return next(((name, text) for name in fields if (text := request.form.get(name))), ("", ""))
    except HTTPException:
        return "", ""


def _away(address: str) -> Response:
    response = see_other(address)
    return cookies.drop_dead(response)


def lead_to_the_page() -> Response | None:
    """Redirect an address that is a page's except for slashes at its end. Others stay a 404.

    Only the path of a route of ours is led to, so `//evil.example/` leads nowhere. The method and the form stay.
    """
    if not isinstance(request.routing_exception, NotFound) or not request.path.endswith("/"):
        return None
    path = request.path.rstrip("/") or "/"
    if path == API or path.startswith(f"{API}/"):
        return None
    adapter = current_app.create_url_adapter(request)
    if adapter is None or not adapter.allowed_methods(path):
        return None
    query = quote(request.query_string, safe=IN_QUERIES)
    return permanently(quote(path, safe=IN_PATHS) + (f"?{query}" if query else ""))
