"""/admin/people/sweeps: deleting all that somebody wrote in one step, and undoing that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.changes import Change
from feedapp.blueprints.pages.kit.forms import read
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.errors import ForbiddenError, InvalidInputError, LastAdminError, NotFoundError
from feedapp.schemas.moderation import SweepByForm, SweepEnded

if TYPE_CHECKING:
    from flask import Response

    from feedapp.blueprints.pages.kit.forms import Form
    from feedapp.services.moderation.sweeps import SweepService


def blueprint(sweeps: SweepService) -> Blueprint:
    """Make the blueprint."""
    sweep_pages = Blueprint("sweeps", __name__)

    @sweep_pages.get("/admin/people/sweeps")
    def show() -> Response:
        return _shown()

    @sweep_pages.post("/admin/people/sweeps")
    def begin() -> Response:
        def act() -> None:
            given = read(SweepByForm, optional=frozenset({"suspend"}))
            sweeps.begin_all(cookies.credentials(), given.username, reason=given.reason, suspend=given.suspend == "1")

        sweeps.listed(cookies.credentials())
        return Change(
            act=act,
            done=lambda _: see_other(url_for("pages.sweeps.show", saved=1)),
            refusals=(InvalidInputError, LastAdminError, ForbiddenError, NotFoundError),
            again=lambda form, error: _shown(form=form, status=error.status),
        ).answer()

    @sweep_pages.post("/admin/people/sweeps/end")
    def end() -> Response:
        sweeps.end(cookies.credentials(), read(SweepEnded).username)
        return see_other(url_for("pages.sweeps.show", saved=1))

    @sweep_pages.get("/admin/people/sweeps/end")
    def listing() -> Response:
        return see_other(url_for("pages.sweeps.show"))

    def _shown(*, form: Form | None = None, status: int = 200) -> Response:
        viewer, listed = sweeps.listed(cookies.credentials())
        shown = {"form": form, "sweeps": listed, "saved": "saved" in request.args}
        whom = request.args.get("username", "")
        return page("moderation/sweeps.html", viewer=viewer, status=status, whom=whom, **shown)

    return sweep_pages
