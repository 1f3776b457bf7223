"""/welcome: a newcomer's first pages, with tags and people to follow. Only signing up leads there, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit.addresses import safe_path
from feedapp.blueprints.pages.kit.rendering import page, see_other

if TYPE_CHECKING:
    from flask import Response

    from feedapp.blueprints.pages.kit.changes import Member, Members
    from feedapp.services.content.tags import TagService
    from feedapp.services.people.names import NameService
    from feedapp.services.people.suggestions import SuggestionService

TAGS, PEOPLE = 12, 8
"""How many are offered."""


def blueprint(members: Members, tags: TagService, suggestions: SuggestionService, names: NameService) -> Blueprint:
    """Make the blueprint."""
    welcome_pages = Blueprint("welcome", __name__)

    @welcome_pages.get("/welcome")
    @members
    def topics(member: Member) -> Response:
        """Offer the most used tags; go on where there are none."""
        onward = url_for("pages.welcome.people", next=_next())
        viewer, used = tags.most_used(member.sender, limit=TAGS)
        return _step(viewer, onward, tags=used) if used else see_other(onward)

    @welcome_pages.get("/welcome/people")
    @members
    def people(member: Member) -> Response:
        """Offer people; go on where there are none."""
        onward = safe_path(request.args.get("next"), url_for("pages.feeds.home"))
        viewer, offered = suggestions.show(member.sender, limit=PEOPLE)
        named = names.in_list([], bios=offered)
        return _step(viewer, onward, people=offered, named=named) if offered else see_other(onward)

    def _step(viewer: Any, onward: str, **offered: Any) -> Response:
        return page("welcome.html", viewer=viewer, onward=onward, **offered)

    return welcome_pages


def _next() -> str | None:
    """Give where the newcomer wanted to go, if they said so."""
    wanted = safe_path(request.args.get("next"), "")
    return wanted if wanted not in {"", url_for("pages.feeds.home")} else None
