"""/settings/second-factor: one's own authenticator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import segno
from flask import Blueprint, request, url_for
from markupsafe import Markup

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.changes import Change
from feedapp.blueprints.pages.kit.forms import read
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.errors import InvalidInputError, TooLateError, TryLaterError
from feedapp.languages.catalogues import gettext as _
from feedapp.languages.catalogues import marked
from feedapp.schemas.inputs import OwnPassword
from feedapp.schemas.recovery import CodeTyped

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from feedapp.blueprints.pages.kit.forms import Form
    from feedapp.services.people.second_factor import SecondFactorService

SAVED = {
    "on": marked("From now on a log-in takes a code of your authenticator."),
    "off": marked("The authenticator was taken off."),
}


def blueprint(factor: SecondFactorService) -> Blueprint:
    """Make the blueprint."""
    factor_pages = Blueprint("second_factor", __name__)

    @factor_pages.get("/settings/second-factor")
    def show() -> Response:
        return _shown(factor, saved=SAVED.get(request.args.get("saved", "")))

    @factor_pages.post("/settings/second-factor")
    def begin() -> Response:
        return _change(lambda: factor.begin(cookies.credentials(), current_password=_password()))

    @factor_pages.post("/settings/second-factor/code")
    def confirm() -> Response:
        return _change(lambda: factor.confirm(cookies.credentials(), code=read(CodeTyped).code), saved="on")

    @factor_pages.post("/settings/second-factor/delete")
    def end() -> Response:
        return _change(lambda: factor.end(cookies.credentials(), current_password=_password()), saved="off")

    @factor_pages.get("/settings/second-factor/<any(code, delete):part>")
    def part(part: str) -> Response:
        del part
        return see_other(url_for("pages.second_factor.show"))

    def _change(act: Callable[[], object], *, saved: str | None = None) -> Response:
        return Change(
            act=act,
            done=lambda _: see_other(url_for("pages.second_factor.show", saved=saved)),
            refusals=(InvalidInputError, TryLaterError, TooLateError),
            again=lambda form, error: _shown(factor, form=form, status=error.status),
        ).answer()

    return factor_pages


def _password() -> str:
    return read(OwnPassword).current_password


def _shown(
    factor: SecondFactorService, *, form: Form | None = None, saved: str | None = None, status: int = 200
) -> Response:
    viewer, state = factor.own(cookies.credentials())
    pending = factor.pending(cookies.credentials()) if state == "pending" else None
    picture = _picture(pending.address) if pending else None
    context = {"is_on": state == "on", "pending": pending, "picture": picture, "form": form, "saved": saved}
    return page("site/second_factor.html", viewer=viewer, status=status, **context)


def _picture(address: str) -> Markup:
    """Draw an address as a QR code: SVG in the page, without a style or a script, light in both schemes."""
    drawn = segno.make(address, micro=False)
    return Markup(  # noqa: S704  (segno writes numbers and this title, never the address)
        drawn.svg_inline(
            scale=4, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None, title=_("The key as a QR code")
        )
    )
