"""/signup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.addresses import safe_path
from feedapp.blueprints.pages.kit.changes import Change
from feedapp.blueprints.pages.kit.devices import device
from feedapp.blueprints.pages.kit.forms import read
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.errors import ConflictError, InvalidInputError, TryLaterError, UnauthenticatedError
from feedapp.schemas.inputs import SignUp

if TYPE_CHECKING:
    from flask import Response

    from feedapp.reading.viewers import ViewerService
    from feedapp.services.access.token_issuer import IssuedToken
    from feedapp.services.people.accounts import AccountService

OPTIONAL = frozenset({"display_name"})


def blueprint(accounts: AccountService, viewers: ViewerService) -> Blueprint:
    """Make the blueprint."""
    account_pages = Blueprint("accounts", __name__)

    @account_pages.get("/signup")
    def form() -> Response:
        viewer = viewers.identify(cookies.credentials()).viewer
        if viewer is not None:
            return see_other(safe_path(request.args.get("next")))
        return page("signup.html", viewer=None, form=None, next=safe_path(request.args.get("next")))

    @account_pages.post("/signup")
    def sign_up() -> Response:
        target = safe_path(request.form.get("next"), url_for("pages.feeds.home"))

        def joined(issued: IssuedToken) -> Response:
            accounts.log_out(cookies.credentials())
            return cookies.keep(see_other(target), issued)

        return Change(
            act=lambda: _account(read(SignUp, optional=OPTIONAL)),
            done=joined,
            refusals=(InvalidInputError, ConflictError, TryLaterError),
            again=lambda form, error: page("signup.html", viewer=None, status=error.status, form=form, next=target),
        ).answer()

    def _account(wanted: SignUp) -> IssuedToken:
        address = request.remote_addr or ""
        try:
            user_id = accounts.sign_up(
                username=wanted.username, password=wanted.password, display_name=wanted.display_name, address=address
            )
        except ConflictError as conflict:
            # The form may have been sent twice: then the second answer is the one that the browser shows.
            try:
                return accounts.log_in(
                    username=wanted.username,
                    password=wanted.password,
                    kind="session",
                    address=address,
                    name=device(),
                )
            except (UnauthenticatedError, TryLaterError):
                raise conflict from None
        return accounts.issue(user_id, "session", name=device())

    return account_pages
