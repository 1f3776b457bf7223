"""/settings/delete: deleting one's own account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.pages.kit import choices, cookies
from feedapp.blueprints.pages.kit.changes import Change
from feedapp.blueprints.pages.kit.forms import read
from feedapp.blueprints.pages.kit.rendering import page
from feedapp.errors import InvalidInputError, LastAdminError, TryLaterError
from feedapp.languages.catalogues import marked
from feedapp.languages.formats import written
from feedapp.schemas.inputs import OwnPassword

if TYPE_CHECKING:
    from flask import Response

    from feedapp.blueprints.pages.kit.changes import Member, Members
    from feedapp.services.people.leaving.grace import GraceService


def blueprint(grace: GraceService, members: Members) -> Blueprint:
    """Make the blueprint."""
    deletion_pages = Blueprint("account_deletion", __name__)

    @deletion_pages.get("/settings/delete")
    @members
    def ask(member: Member) -> Response:
        return page("leave.html", viewer=member.viewer, form=None)

    @deletion_pages.post("/settings/delete")
    @members
    def leave(member: Member) -> Response:
        return Change(
            act=lambda: grace.leave(member.sender, current_password=read(OwnPassword).current_password),
            done=lambda when: choices.forget_language(
                cookies.drop(page("left.html", viewer=None, when=written(when, marked("d MMMM y")), next="/"))
            ),
            refusals=(InvalidInputError, LastAdminError, TryLaterError),
            again=lambda form, error: page("leave.html", viewer=member.viewer, status=error.status, form=form),
        ).answer()

    return deletion_pages
