"""/welcome: a newcomer's first pages, with tags and people to follow. Only signing up leads there, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.addresses import safe_path
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.errors import UnauthenticatedError
from feedapp.reading.viewers import SIGN_IN
from feedapp.web.parameters import Parameters

if TYPE_CHECKING:
    from flask import Response

    from feedapp.services.content.tags import TagService
    from feedapp.services.people.names import NameService
    from feedapp.services.people.suggestions import SuggestionService
    from feedapp.web.response_cache import ResponseCache

TAGS, PEOPLE = 12, 8
"""How many are offered."""
STEP = Parameters(next=None)


def blueprint(tags: TagService, suggestions: SuggestionService, names: NameService, kept: ResponseCache) -> Blueprint:
    """Make the blueprint."""
    welcome_pages = Blueprint("welcome", __name__)

    @welcome_pages.get("/welcome")
    @kept.of(cookies.credentials, parameters=STEP)
    def topics() -> Response:
        """Offer the most used tags; go on where there are none."""
        onward = url_for("pages.welcome.people", next=_next())
        viewer, used = tags.most_used(cookies.credentials(), limit=TAGS)
        if viewer is None:
            raise UnauthenticatedError(SIGN_IN)
        return _step(viewer, onward, tags=used) if used else see_other(onward)

    @welcome_pages.get("/welcome/people")
    @kept.of(cookies.credentials, parameters=STEP)
    def people() -> Response:
        """Offer people; go on where there are none."""
        onward = safe_path(request.args.get("next"), url_for("pages.feeds.home"))
        viewer, offered = suggestions.show(cookies.credentials(), limit=PEOPLE)
        named = names.in_list([], bios=offered)
        return _step(viewer, onward, people=offered, named=named) if offered else see_other(onward)

    def _step(viewer: Any, onward: str, **offered: Any) -> Response:
        return page("welcome.html", viewer=viewer, onward=onward, **offered)

    return welcome_pages


def _next() -> str | None:
    """Give where the newcomer wanted to go, if they said so."""
    wanted = safe_path(request.args.get("next"), "")
    return wanted if wanted not in {"", url_for("pages.feeds.home")} else None
