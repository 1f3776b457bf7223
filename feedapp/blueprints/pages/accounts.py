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
from feedapp.errors import (
    AwaitingApprovalError,
    ConflictError,
    InvalidInputError,
    InvitationError,
    SignUpClosedError,
    TryLaterError,
    UnauthenticatedError,
)
from feedapp.schemas.joining import Joining
from feedapp.services.people.joining.door import Knock
from feedapp.services.people.joining.sign_ups import Newcomer, Waiting

if TYPE_CHECKING:
    from flask import Response

    from feedapp.blueprints.pages.kit.forms import Form
    from feedapp.reading.viewers import ViewerService
    from feedapp.services.access.token_issuer import IssuedToken
    from feedapp.services.people.accounts import AccountService
    from feedapp.services.people.joining.sign_ups import SignUpService

OPTIONAL = frozenset({"display_name", "invitation", "reason", "proof", "email"})
UNKEPT = "private, no-store"


def blueprint(accounts: AccountService, sign_ups: SignUpService, viewers: ViewerService) -> Blueprint:
    """Make the blueprint."""
    account_pages = Blueprint("accounts", __name__)

    @account_pages.get("/signup")
    def form() -> Response:
        viewer = viewers.identify(cookies.credentials()).viewer
        if viewer is not None:
            return see_other(safe_path(request.args.get("next")))
        return _shown(sign_ups, None, safe_path(request.args.get("next")))

    @account_pages.post("/signup")
    def sign_up() -> Response:
        target = safe_path(request.form.get("next"), url_for("pages.feeds.home"))

        def joined(issued: IssuedToken | None) -> Response:
            if issued is None:
                return see_other(url_for("pages.accounts.waiting"))
            accounts.log_out(cookies.credentials())
            first = url_for("pages.welcome.topics", next=None if target == url_for("pages.feeds.home") else target)
            return cookies.keep(see_other(first), issued)

        return Change(
            act=lambda: _account(read(Joining, optional=OPTIONAL)),
            done=joined,
            refusals=(InvalidInputError, ConflictError, SignUpClosedError, InvitationError, TryLaterError),
            again=lambda form, error: _shown(sign_ups, form, target, status=error.status),
        ).answer()

    @account_pages.get("/signup/waiting")
    def waiting() -> Response:
        return page("site/waiting.html", viewer=viewers.identify(cookies.credentials()).viewer, mails=sign_ups.can_mail)

    def _account(wanted: Joining) -> IssuedToken | None:
        """Make the account and sign in; None where a moderator has to agree first."""
        address = request.remote_addr or ""
        try:
            joined = sign_ups.join(
                Newcomer(wanted.username, wanted.password, wanted.display_name, address),
                Knock(wanted.invitation, wanted.reason, wanted.accept_rules, wanted.proof, wanted.email),
            )
        except ConflictError as conflict:
            return _repeated(accounts, wanted, address, conflict)
        return None if isinstance(joined, Waiting) else accounts.issue(joined.id, "session", name=device())

    return account_pages


def _shown(sign_ups: SignUpService, form: Form | None, target: str, *, status: int = 200) -> Response:
    """Show the form. With a challenge in it, which is good once, nobody may keep it."""
    challenge = sign_ups.challenge()
    shown = {"form": form, "next": target, "challenge": challenge, "mails": sign_ups.can_mail}
    answer = page("signup.html", viewer=None, status=status, **shown)
    if challenge is not None:
        answer.headers["Cache-Control"] = UNKEPT
    return answer


def _repeated(accounts: AccountService, wanted: Joining, address: str, conflict: ConflictError) -> IssuedToken | None:
    """Sign in, if the form was sent twice: then the second answer is the one that the browser shows."""
    try:
        return accounts.log_in(
            username=wanted.username, password=wanted.password, kind="session", address=address, name=device()
        )
    except AwaitingApprovalError:
        return None
    except (UnauthenticatedError, TryLaterError):
        raise conflict from None
