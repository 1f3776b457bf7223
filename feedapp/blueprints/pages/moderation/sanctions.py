"""/admin/people/sanctions: who is suspended or silenced; and the page that says so to whoever is, and how to appeal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.changes import Change
from feedapp.blueprints.pages.kit.forms import read
from feedapp.blueprints.pages.kit.rendering import document, page, see_other
from feedapp.errors import ForbiddenError, InvalidInputError, LastAdminError, NotFoundError, SuspendedError
from feedapp.schemas.moderation import Appealing, SanctionByForm, SanctionEnded

if TYPE_CHECKING:
    from flask import Response

    from feedapp.blueprints.pages.kit.forms import Form
    from feedapp.services.moderation.appeals import AppealService
    from feedapp.services.moderation.log import LogService
    from feedapp.services.moderation.sanctions import SanctionService

TEMPLATE = "moderation/suspended.html"


def blueprint(sanctions: SanctionService, log: LogService, appeals: AppealService) -> Blueprint:
    """Make the blueprint."""
    sanction_pages = Blueprint("sanctions", __name__)

    @sanction_pages.get("/admin/people/sanctions")
    def show() -> Response:
        return _shown()

    @sanction_pages.post("/admin/people/sanctions")
    def begin() -> Response:
        def act() -> None:
            given = read(SanctionByForm)
            sanctions.begin(cookies.credentials(), given.kind, given.username, reason=given.reason, until=given.until)

        log.require(cookies.credentials())
        return Change(
            act=act,
            done=lambda _: see_other(url_for("pages.sanctions.show", saved=1)),
            refusals=(InvalidInputError, LastAdminError, ForbiddenError, NotFoundError),
            again=lambda form, error: _shown(form=form, status=error.status),
        ).answer()

    @sanction_pages.post("/admin/people/sanctions/end")
    def end() -> Response:
        given = read(SanctionEnded)
        sanctions.end(cookies.credentials(), given.kind, given.username)
        return see_other(url_for("pages.sanctions.show", saved=1))

    @sanction_pages.get("/admin/people/sanctions/end")
    def listing() -> Response:
        return see_other(url_for("pages.sanctions.show"))

    @sanction_pages.post("/suspended")
    def appeal() -> Response:
        def act() -> None:
            given = read(Appealing)
            appeals.appeal(given.ticket, text=given.text)

        return Change(
            act=act,
            done=lambda _: document(TEMPLATE, status=200, viewer=None, sent=True),
            again=lambda form, error: document(
                TEMPLATE, status=error.status, viewer=None, form=form, ticket=request.form.get("ticket", "")
            ),
        ).answer()

    @sanction_pages.get("/suspended")
    def log_in_first() -> Response:
        return see_other(url_for("pages.sessions.form"))

    def _shown(*, form: Form | None = None, status: int = 200) -> Response:
        viewer, standing = log.standing(cookies.credentials())
        shown = {"form": form, "standing": standing, "saved": "saved" in request.args}
        whom = request.args.get("username", "")
        return page("moderation/sanctions.html", viewer=viewer, status=status, whom=whom, **shown)

    return sanction_pages


def register(pages: Blueprint, appeals: AppealService) -> None:
    """Say to whoever is suspended that they are, whatever page they ask for, and how to appeal."""

    @pages.errorhandler(SuspendedError)
    def suspended(error: SuspendedError) -> Response:
        return document(TEMPLATE, status=error.status, viewer=None, detail=error.detail, ticket=appeals.ticket(error))
