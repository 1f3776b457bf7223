"""/settings/recovery: one's own recovery codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.changes import Change
from feedapp.blueprints.pages.kit.rendering import page
from feedapp.errors import InvalidInputError, TryLaterError

if TYPE_CHECKING:
    from flask import Response

    from feedapp.blueprints.pages.kit.forms import Form
    from feedapp.services.people.recovery import RecoveryService


def blueprint(recovery: RecoveryService) -> Blueprint:
    """Make the blueprint."""
    recovery_pages = Blueprint("recovery", __name__)

    @recovery_pages.get("/settings/recovery")
    def show() -> Response:
        return _shown()

    @recovery_pages.post("/settings/recovery")
    def make() -> Response:
        password = request.form.get("current_password") or None
        return Change(
            act=lambda: recovery.make_codes(cookies.credentials(), current_password=password),
            done=lambda made: _shown(made=made),
            refusals=(InvalidInputError, TryLaterError),
            again=lambda form, error: _shown(form=form, status=error.status),
        ).answer()

    def _shown(*, form: Form | None = None, made: list[str] | None = None, status: int = 200) -> Response:
        viewer, codes = recovery.own(cookies.credentials())
        return page("site/recovery.html", viewer=viewer, status=status, codes=codes, form=form, made=made)

    return recovery_pages
