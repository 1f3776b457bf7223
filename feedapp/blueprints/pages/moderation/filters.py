"""/admin/filters: what is held back or refused, and the form for more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.addresses import known_id
from feedapp.blueprints.pages.kit.changes import Change
from feedapp.blueprints.pages.kit.forms import read
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.schemas.moderation import FilterWanted

if TYPE_CHECKING:
    from flask import Response

    from feedapp.blueprints.pages.kit.forms import Form
    from feedapp.services.moderation.filters import FilterService


def blueprint(filters: FilterService) -> Blueprint:
    """Make the blueprint."""
    filter_pages = Blueprint("filters", __name__)

    @filter_pages.get("/admin/filters")
    def show() -> Response:
        return _shown()

    @filter_pages.post("/admin/filters")
    def add() -> Response:
        def act() -> None:
            given = read(FilterWanted)
            filters.add(cookies.credentials(), kind=given.kind, pattern=given.pattern, effect=given.effect)

        filters.listed(cookies.credentials())
        return Change(
            act=act,
            done=lambda _: see_other(url_for("pages.filters.show", saved=1)),
            again=lambda form, error: _shown(form=form, status=error.status),
        ).answer()

    @filter_pages.post("/admin/filters/<filter_id>/removal")
    def remove(filter_id: str) -> Response:
        filters.remove(cookies.credentials(), known_id(filter_id))
        return see_other(url_for("pages.filters.show", saved=1))

    @filter_pages.get("/admin/filters/<filter_id>/removal")
    def listing(filter_id: str) -> Response:
        del filter_id
        return see_other(url_for("pages.filters.show"))

    def _shown(*, form: Form | None = None, status: int = 200) -> Response:
        viewer, listed = filters.listed(cookies.credentials())
        shown = {"form": form, "filters": listed, "saved": "saved" in request.args}
        return page("moderation/filters.html", viewer=viewer, status=status, **shown)

    return filter_pages
