"""/setup: the first admin of a site, by the code that was printed when it was started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.changes import Change
from feedapp.blueprints.pages.kit.devices import device
from feedapp.blueprints.pages.kit.forms import Form, read
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.errors import ConflictError, InvalidInputError, TryLaterError
from feedapp.schemas.joining import SetUp
from feedapp.services.people.joining.sign_ups import Newcomer

if TYPE_CHECKING:
    from flask import Response

    from feedapp.services.people.accounts import AccountService
    from feedapp.services.people.joining.first_admin import FirstAdmin
    from feedapp.services.site.settings import SiteService


def blueprint(first_admin: FirstAdmin, accounts: AccountService, settings: SiteService) -> Blueprint:
    """Make the blueprint."""
    setup_pages = Blueprint("setup", __name__)

    @setup_pages.get("/setup")
    def form() -> Response:
        first_admin.require_good(request.args.get("code", ""))
        return _shown(Form({"code": request.args.get("code", "")}, {}))

    @setup_pages.post("/setup")
    def set_up() -> Response:
        first_admin.require_good(request.form.get("code", ""))

        def act() -> int:
            given = read(SetUp)
            user_id = first_admin.make(given.code, Newcomer(given.username, given.password))
            settings.set({"name": given.name})
            return user_id

        return Change(
            act=act,
            done=_signed_in,
            refusals=(InvalidInputError, ConflictError, TryLaterError),
            again=lambda form, error: _shown(form, status=error.status),
        ).answer()

    def _signed_in(user_id: int) -> Response:
        accounts.log_out(cookies.credentials())
        return cookies.keep(
            see_other(url_for("pages.admin_site.show", saved=1)), accounts.issue(user_id, "session", name=device())
        )

    def _shown(form: Form, *, status: int = 200) -> Response:
        answer = page("site/setup.html", viewer=None, status=status, form=form)
        answer.headers["Cache-Control"] = "private, no-store"
        return answer

    return setup_pages
