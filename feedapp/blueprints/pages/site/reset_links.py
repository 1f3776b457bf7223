"""/admin/people/links: links by which moderators help others back in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.changes import Change
from feedapp.blueprints.pages.kit.forms import read
from feedapp.blueprints.pages.kit.rendering import page
from feedapp.errors import InvalidInputError, TryLaterError
from feedapp.schemas.recovery import LinkWanted
from feedapp.web.host_guard import site_root

if TYPE_CHECKING:
    from flask import Response

    from feedapp.blueprints.pages.kit.forms import Form
    from feedapp.services.people.recovery import RecoveryService


def blueprint(recovery: RecoveryService) -> Blueprint:
    """Make the blueprint."""
    link_pages = Blueprint("reset_links", __name__)

    @link_pages.get("/admin/people/links")
    def show() -> Response:
        return _shown()

    @link_pages.post("/admin/people/links")
    def make() -> Response:
        def act() -> tuple[str, str]:
            given = read(LinkWanted)
            code = recovery.make_link(
                cookies.credentials(), username=given.username, current_password=given.current_password
            )
            return given.username, site_root().rstrip("/") + url_for("pages.reset.form", link=code)

        return Change(
            act=act,
            done=lambda made: _shown(username=made[0], link=made[1]),
            refusals=(InvalidInputError, TryLaterError),
            again=lambda form, error: _shown(form=form, status=error.status),
        ).answer()

    def _shown(*, form: Form | None = None, link: str | None = None, username: str = "", status: int = 200) -> Response:
        viewer = recovery.helper(cookies.credentials())
        return page("site/reset_link.html", viewer=viewer, status=status, form=form, link=link, username=username)

    return link_pages
