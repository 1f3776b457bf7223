"""/settings/email: one's own mail address; /verify: the link by which it is confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.changes import Change
from feedapp.blueprints.pages.kit.forms import read
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.errors import InvalidInputError, TooLateError, TryLaterError
from feedapp.languages.catalogues import marked
from feedapp.schemas.inputs import OwnPassword
from feedapp.schemas.recovery import MailChange, MailLink

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from feedapp.blueprints.pages.kit.forms import Form
    from feedapp.reading.read_models import Viewer
    from feedapp.reading.viewers import ViewerService
    from feedapp.services.people.mail.addresses import MailAddressService
    from feedapp.services.people.profiles import ProfileService

SAVED = {
    "sent": marked("Look into that mailbox: the mail has a link that confirms the address."),
    "noted": marked("The address was saved."),
    "removed": marked("No mail goes to you from now on."),
}
UNKEPT = "private, no-store"


def blueprint(addresses: MailAddressService, profiles: ProfileService, viewers: ViewerService) -> Blueprint:
    """Make the blueprint."""
    mail_pages = Blueprint("mail_address", __name__)

    @mail_pages.get("/settings/email")
    def show() -> Response:
        return _shown(addresses, saved=SAVED.get(request.args.get("saved", "")))

    @mail_pages.post("/settings/email")
    def change() -> Response:
        def act() -> None:
            wanted = read(MailChange)
            profiles.edit_own(cookies.credentials(), email=wanted.email, current_password=wanted.current_password)

        return _change(act, saved=_sent())

    @mail_pages.post("/settings/email/link")
    def send_again() -> Response:
        return _change(lambda: addresses.send_again(cookies.credentials()), saved=_sent())

    @mail_pages.post("/settings/email/delete")
    def remove() -> Response:
        def act() -> None:
            password = read(OwnPassword).current_password
            profiles.edit_own(cookies.credentials(), email="", current_password=password)

        return _change(act, saved="removed")

    @mail_pages.get("/settings/email/<any(link, delete):part>")
    def part(part: str) -> Response:
        del part
        return see_other(url_for("pages.mail_address.show"))

    def _sent() -> str:
        return "sent" if addresses.can_mail else "noted"

    def _change(act: Callable[[], None], *, saved: str) -> Response:
        return Change(
            act=act,
            done=lambda _: see_other(url_for("pages.mail_address.show", saved=saved)),
            refusals=(InvalidInputError, TryLaterError, TooLateError),
            again=lambda form, error: _shown(addresses, form=form, status=error.status),
        ).answer()

    _verification(mail_pages, addresses, viewers)
    return mail_pages


def _verification(mail_pages: Blueprint, addresses: MailAddressService, viewers: ViewerService) -> None:
    @mail_pages.get("/verify")
    def confirm() -> Response:
        code = request.args.get("link", "")
        claim = addresses.claim(code)
        return _unkept(page("site/verify.html", viewer=_viewer(), claim=claim, code=code, done=False))

    @mail_pages.post("/verify")
    def verify() -> Response:
        claim = addresses.verify(read(MailLink).link)
        return _unkept(page("site/verify.html", viewer=_viewer(), claim=claim, code="", done=True))

    def _viewer() -> Viewer | None:
        return viewers.identify(cookies.credentials()).viewer


def _shown(
    addresses: MailAddressService, *, form: Form | None = None, saved: str | None = None, status: int = 200
) -> Response:
    viewer, mail = addresses.own(cookies.credentials())
    context = {"mail": mail, "can_mail": addresses.can_mail, "form": form, "saved": saved}
    return page("site/mail_address.html", viewer=viewer, status=status, **context)


def _unkept(answer: Response) -> Response:
    answer.headers["Cache-Control"] = UNKEPT
    return answer
