"""/settings/recovery: one's own recovery codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.forms import Form, refused
from feedapp.blueprints.pages.kit.rendering import page
from feedapp.errors import InvalidInputError, TryLaterError

if TYPE_CHECKING:
    from flask import Response

    from feedapp.services.people.recovery import RecoveryService


def blueprint(recovery: RecoveryService) -> Blueprint:
    """Make the blueprint."""
    recovery_pages = Blueprint("recovery", __name__)

    @recovery_pages.get("/settings/recovery")
    def show() -> Response:
        return _shown()

    @recovery_pages.post("/settings/recovery")
    def make() -> Response:
        try:
            made = recovery.make_codes(
                cookies.credentials(), current_password=request.form.get("current_password") or None
            )
        except InvalidInputError as error:
            return _shown(form=refused(error), status=error.status)
        except TryLaterError as error:
            answer = _shown(form=Form({}, {"current_password": error.detail}), status=error.status)
            answer.headers["Retry-After"] = str(error.retry_after)
            return answer
        return _shown(made=made)

    def _shown(*, form: Form | None = None, made: list[str] | None = None, status: int = 200) -> Response:
        viewer, codes = recovery.own(cookies.credentials())
        return page("site/recovery.html", viewer=viewer, status=status, codes=codes, form=form, made=made)

    return recovery_pages
