"""/admin/people: who asks for an account, and who runs the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.changes import Change
from feedapp.blueprints.pages.kit.forms import read
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.cache.catalogue.keys import APPLICATIONS, OPEN_REPORTS
from feedapp.errors import InvalidInputError, LastAdminError, TryLaterError
from feedapp.languages.catalogues import marked
from feedapp.schemas.inputs import RoleChange
from feedapp.services import policy
from feedapp.services.people.roles import ROLE

if TYPE_CHECKING:
    from flask import Response

    from feedapp.services.people.joining.applications import ApplicationService
    from feedapp.services.people.roles import RoleService

SAVED = {
    "role": marked("The role was changed."),
    "approved": marked("They have an account now, and can log in."),
    "refused": marked("They are told so when they log in."),
}


def blueprint(roles: RoleService, applications: ApplicationService) -> Blueprint:
    """Make the blueprint."""
    people_pages = Blueprint("admin_people", __name__)

    @people_pages.get("/admin/people")
    def show() -> Response:
        return _shown(saved=SAVED.get(request.args.get("saved", "")))

    @people_pages.get("/admin/people/roles")
    def part() -> Response:
        return see_other(url_for("pages.admin_people.show", _anchor="roles"))

    @people_pages.post("/admin/people/roles")
    def change_role() -> Response:
        def act() -> None:
            given = read(RoleChange)
            roles.change(
                cookies.credentials(),
                username=given.username,
                role=given.role,
                current_password=given.current_password,
            )

        return Change(
            act=act,
            done=lambda _: see_other(url_for("pages.admin_people.show", saved="role")),
            refusals=(InvalidInputError, LastAdminError, TryLaterError),
            again=lambda form, error: _shown(form=form, status=error.status),
        ).answer()

    def _shown(*, status: int = 200, **context: object) -> Response:
        viewer, staff = roles.staff(cookies.credentials(), facts=[APPLICATIONS.key(), OPEN_REPORTS.key()])
        shown = {"staff_members": staff, "waiting": applications.waiting(), **context}
        return page(
            "site/people.html", viewer=viewer, status=status, may_change=policy.may(viewer, "edit", ROLE), **shown
        )

    return people_pages
