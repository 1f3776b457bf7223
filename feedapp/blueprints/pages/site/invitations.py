"""/admin/invitations and /invite/<code>: links by which people may come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.addresses import known_id
from feedapp.blueprints.pages.kit.changes import Change
from feedapp.blueprints.pages.kit.forms import Form, read
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.languages.catalogues import marked
from feedapp.schemas.joining import InvitationWanted
from feedapp.web.host_guard import site_root

if TYPE_CHECKING:
    from flask import Response

    from feedapp.reading.viewers import ViewerService
    from feedapp.services.people.joining.invitations import InvitationService

UNKEPT = "private, no-store"
"""Who may keep a page with a code in it, or in its address."""


def blueprint(invitations: InvitationService, viewers: ViewerService) -> Blueprint:
    """Make the blueprint."""
    invitation_pages = Blueprint("invitations", __name__)

    @invitation_pages.get("/admin/invitations")
    def show() -> Response:
        return _shown(saved=marked("The invitation was revoked.") if "revoked" in request.args else None)

    @invitation_pages.post("/admin/invitations")
    def invite() -> Response:
        viewers.require(cookies.credentials())

        def act() -> str:
            given = read(InvitationWanted)
            return invitations.invite(uses=given.uses, days=given.days, by=cookies.credentials())

        return Change(
            act=act,
            done=lambda code: _shown(link=site_root().rstrip("/") + url_for("pages.invitations.accept", code=code)),
            again=lambda form, error: _shown(form=form, status=error.status),
        ).answer()

    @invitation_pages.post("/admin/invitations/<invitation_id>/revocation")
    def revoke(invitation_id: str) -> Response:
        invitations.revoke(cookies.credentials(), known_id(invitation_id))
        return see_other(url_for("pages.invitations.show", revoked=1))

    @invitation_pages.get("/admin/invitations/<invitation_id>/revocation")
    def listing(invitation_id: str) -> Response:
        del invitation_id
        return see_other(url_for("pages.invitations.show"))

    @invitation_pages.get("/invite/<code>")
    def accept(code: str) -> Response:
        viewer = viewers.identify(cookies.credentials()).viewer
        if viewer is not None:
            return see_other(url_for("pages.feeds.home"))
        invitations.require_good(code)
        answer = page("signup.html", viewer=None, form=None, next="/", invitation=code)
        answer.headers["Cache-Control"] = UNKEPT
        return answer

    def _shown(
        *, form: Form | None = None, link: str | None = None, saved: str | None = None, status: int = 200
    ) -> Response:
        viewer, listed = invitations.listed(cookies.credentials())
        context = {"form": form or Form({"uses": "1", "days": "7"}, {}), "link": link, "saved": saved, "listed": listed}
        return page("site/invitations.html", viewer=viewer, status=status, **context)

    return invitation_pages
