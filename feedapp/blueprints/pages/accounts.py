"""/signup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.addresses import safe_path
from feedapp.blueprints.pages.kit.devices import device
from feedapp.blueprints.pages.kit.forms import Form, read, refused, typed
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.errors import ConflictError, InvalidInputError, SignUpClosedError, TryLaterError, UnauthenticatedError
from feedapp.schemas.inputs import SignUp

if TYPE_CHECKING:
    from flask import Response

    from feedapp.reading.viewers import ViewerService
    from feedapp.services.access.token_issuer import IssuedToken
    from feedapp.services.people.accounts import AccountService
    from feedapp.services.people.sign_ups import SignUpService

OPTIONAL = frozenset({"display_name"})


def blueprint(accounts: AccountService, sign_ups: SignUpService, viewers: ViewerService) -> Blueprint:
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
        try:
            issued = _account(read(SignUp, optional=OPTIONAL))
        except (InvalidInputError, ConflictError) as error:
            return page("signup.html", viewer=None, status=error.status, form=refused(error), next=target)
        except SignUpClosedError as error:
            return page("signup.html", viewer=None, status=error.status, form=None, next=target)
        except TryLaterError as error:
            answer = page(
                "signup.html", viewer=None, status=error.status, form=Form(typed(), {"": error.detail}), next=target
            )
            answer.headers["Retry-After"] = str(error.retry_after)
            return answer
        accounts.log_out(cookies.credentials())
        return cookies.keep(see_other(target), issued)

    def _account(wanted: SignUp) -> IssuedToken:
        address = request.remote_addr or ""
        try:
            user_id = sign_ups.sign_up(
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
