"""/reset: a new password, by a mail, a recovery code or a link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.changes import Change
from feedapp.blueprints.pages.kit.forms import Form, read
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.errors import InvalidInputError, RecoveryError, TryLaterError
from feedapp.schemas.recovery import MailWanted, Reset, ResetByLink

if TYPE_CHECKING:
    from flask import Response

    from feedapp.services.people.mail.resets import MailResets
    from feedapp.services.people.recovery import RecoveryService

UNKEPT = "private, no-store"


def blueprint(recovery: RecoveryService, by_mail: MailResets) -> Blueprint:
    """Make the blueprint."""
    reset_pages = Blueprint("reset", __name__)

    @reset_pages.get("/reset")
    def form() -> Response:
        link = request.args.get("link")
        if link is not None:
            recovery.require_link(link)
        sent = "sent" in request.args and by_mail.can_mail
        return _reset(Form({"link": link} if link else {}, {}), sent=sent)

    @reset_pages.post("/reset")
    def reset() -> Response:
        return Change(
            act=lambda: _carry_out(recovery),
            done=lambda _: cookies.drop(see_other(url_for("pages.sessions.form", reset=1))),
            refusals=(InvalidInputError, RecoveryError, TryLaterError),
            again=lambda form, error: _reset(form, status=error.status),
        ).answer()

    @reset_pages.post("/reset/mail")
    def ask() -> Response:
        return Change(
            act=lambda: by_mail.ask(read(MailWanted).folded, address=request.remote_addr or ""),
            done=lambda _: see_other(url_for("pages.reset.form", sent=1)),
            refusals=(InvalidInputError, TryLaterError),
            again=lambda form, error: _reset(form, status=error.status),
        ).answer()

    @reset_pages.get("/reset/mail")
    def asking() -> Response:
        return see_other(url_for("pages.reset.form"))

    def _reset(form: Form, *, sent: bool = False, status: int = 200) -> Response:
        answer = page("site/reset.html", viewer=None, status=status, form=form, can_mail=by_mail.can_mail, sent=sent)
        answer.headers["Cache-Control"] = UNKEPT
        return answer

    return reset_pages


def _carry_out(recovery: RecoveryService) -> None:
    if "link" in request.form:
        by_link = read(ResetByLink)
        recovery.reset_by_link(code=by_link.link, password=by_link.new_password)
        return
    given = read(Reset)
    recovery.reset_by_code(
        username=given.folded, code=given.code, password=given.new_password, address=request.remote_addr or ""
    )
