"""/settings/second-factor: one's own authenticator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.forms import Form, read, refused
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.errors import InvalidInputError, TooLateError, TryLaterError
from feedapp.schemas.inputs import OwnPassword
from feedapp.schemas.recovery import CodeTyped

if TYPE_CHECKING:
    from flask import Response

    from feedapp.services.people.second_factor import SecondFactorService

SAVED = {"on": "From now on a log-in takes a code of your authenticator.", "off": "The authenticator was taken off."}


def blueprint(factor: SecondFactorService) -> Blueprint:
    """Make the blueprint."""
    factor_pages = Blueprint("second_factor", __name__)

    @factor_pages.get("/settings/second-factor")
    def show() -> Response:
        return _shown(factor, saved=SAVED.get(request.args.get("saved", "")))

    @factor_pages.post("/settings/second-factor")
    def begin() -> Response:
        try:
            factor.begin(cookies.credentials(), current_password=read(OwnPassword).current_password)
        except (InvalidInputError, TryLaterError, TooLateError) as error:
            return _refused(factor, error, "current_password")
        return see_other(url_for("pages.second_factor.show"))

    @factor_pages.post("/settings/second-factor/code")
    def confirm() -> Response:
        try:
            factor.confirm(cookies.credentials(), code=read(CodeTyped).code)
        except (InvalidInputError, TryLaterError) as error:
            return _refused(factor, error, "code")
        return see_other(url_for("pages.second_factor.show", saved="on"))

    @factor_pages.post("/settings/second-factor/delete")
    def end() -> Response:
        try:
            factor.end(cookies.credentials(), current_password=read(OwnPassword).current_password)
        except (InvalidInputError, TryLaterError) as error:
            return _refused(factor, error, "current_password")
        return see_other(url_for("pages.second_factor.show", saved="off"))

    @factor_pages.get("/settings/second-factor/<any(code, delete):part>")
    def part(part: str) -> Response:
        del part
        return see_other(url_for("pages.second_factor.show"))

    return factor_pages


def _refused(
    factor: SecondFactorService, error: InvalidInputError | TryLaterError | TooLateError, field: str
) -> Response:
    form = refused(error) if isinstance(error, InvalidInputError) else Form({}, {field: error.detail})
    answer = _shown(factor, form=form, status=error.status)
    if isinstance(error, TryLaterError):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _shown(
    factor: SecondFactorService, *, form: Form | None = None, saved: str | None = None, status: int = 200
) -> Response:
    viewer, is_on = factor.own(cookies.credentials())
    pending = None if is_on else factor.pending(cookies.credentials())
    context = {"is_on": is_on, "pending": pending, "form": form, "saved": saved}
    return page("site/second_factor.html", viewer=viewer, status=status, **context)
