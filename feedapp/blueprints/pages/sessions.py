"""/login and /logout."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages import settings
from feedapp.blueprints.pages.kit import choices, cookies
from feedapp.blueprints.pages.kit.addresses import known_id, safe_path
from feedapp.blueprints.pages.kit.changes import Change
from feedapp.blueprints.pages.kit.devices import device
from feedapp.blueprints.pages.kit.forms import Form, read, typed
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.blueprints.pages.site.passkeys import party, unkept
from feedapp.blueprints.pages.writing import writing
from feedapp.errors import (
    AccountLeavingError,
    ApplicationRefusedError,
    AwaitingApprovalError,
    InvalidInputError,
    NotFoundError,
    SecondFactorNeededError,
    TooLateError,
    TryLaterError,
    UnauthenticatedError,
)
from feedapp.languages.recognised import translated
from feedapp.reading.viewers import Credentials
from feedapp.schemas.inputs import LogIn
from feedapp.schemas.recovery import PasskeyShown, Restoring, SecondStep

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from feedapp.errors import DomainError
    from feedapp.reading.viewers import ViewerService
    from feedapp.services.access.token_issuer import IssuedToken
    from feedapp.services.people.accounts import AccountService
    from feedapp.services.people.leaving.grace import GraceService
    from feedapp.services.people.passkeys.log_ins import PasskeyLogIns
    from feedapp.services.people.profiles import ProfileService

REFUSALS = (
    *(InvalidInputError, UnauthenticatedError, AwaitingApprovalError, ApplicationRefusedError, TryLaterError),
    *(AccountLeavingError, TooLateError),
)
_WRITING = re.compile(r"/posts(?:/(?P<post>\d+)/(?:edit|comments(?:/(?P<comment>\d+)/edit)?))?(?:/preview)?")


def blueprint(
    accounts: AccountService,
    passkeys: PasskeyLogIns,
    profiles: ProfileService,
    grace: GraceService,
    viewers: ViewerService,
) -> Blueprint:
    """Make the blueprint."""
    session_pages = Blueprint("sessions", __name__)

    @session_pages.get("/login")
    def form() -> Response:
        target = safe_path(request.args.get("next"))
        if viewers.identify(cookies.credentials()).viewer is not None:
            return see_other(target)
        return page("login.html", viewer=None, form=None, next=target, was_reset="reset" in request.args)

    @session_pages.post("/login")
    def log_in() -> Response:
        return Change(
            act=lambda: _log_in(read(LogIn)),
            done=logged_in,
            refusals=REFUSALS,
            again=partial(_again, grace),
        ).answer()

    @session_pages.post("/login/code")
    def second_step() -> Response:
        return Change(
            act=lambda: _second_step(accounts, read(SecondStep)),
            done=logged_in,
            refusals=REFUSALS,
            again=partial(_code_again, grace),
        ).answer()

    @session_pages.get("/login/code")
    def first_step() -> Response:
        return see_other(url_for("pages.sessions.form"))

    def _log_in(given: LogIn) -> IssuedToken:
        return accounts.log_in(
            username=given.folded,
            password=given.password,
            kind="session",
            address=request.remote_addr or "",
            name=device(),
        )

    def logged_in(issued: IssuedToken) -> Response:
        accounts.log_out(cookies.credentials())
        target = safe_path(request.form.get("next"), url_for("pages.feeds.home"))
        kept = request.form.get("kept")
        return cookies.keep(
            _resumed(profiles, viewers, issued, target=target, kept=kept) if kept else see_other(target), issued
        )

    @session_pages.post("/logout")
    def log_out() -> Response:
        accounts.log_out(cookies.credentials())
        return choices.forget_language(cookies.drop(see_other(url_for("pages.feeds.home"))))

    _by_passkey(session_pages, passkeys, grace, logged_in)
    _take_back(session_pages, accounts, grace, logged_in)
    return session_pages


def _by_passkey(
    session_pages: Blueprint,
    passkeys: PasskeyLogIns,
    grace: GraceService,
    logged_in: Callable[[IssuedToken], Response],
) -> None:
    """Add what lets somebody in who shows a passkey, in place of the password or of the code."""

    @session_pages.get("/login/challenge")
    def challenge() -> Response:
        return unkept(passkeys.to_log_in(party()))

    @session_pages.post("/login/passkey")
    def log_in_by_passkey() -> Response:
        def act() -> IssuedToken:
            given = read(PasskeyShown)
            return passkeys.log_in(given.credential, party(), ticket=given.ticket, name=device())

        again = _code_again if request.form.get("ticket") else _again
        return Change(act=act, done=logged_in, refusals=REFUSALS, again=partial(again, grace)).answer()

    @session_pages.get("/login/passkey")
    def form_first() -> Response:
        return see_other(url_for("pages.sessions.form"))


def _take_back(
    session_pages: Blueprint,
    accounts: AccountService,
    grace: GraceService,
    logged_in: Callable[[IssuedToken], Response],
) -> None:
    """Add the page on which somebody takes back an account that is to be deleted."""

    @session_pages.post("/login/restore")
    def restore() -> Response:
        return Change(
            act=lambda: accounts.come_back(read(Restoring).ticket, "session", name=device()),
            done=logged_in,
            refusals=REFUSALS,
            again=partial(_again, grace),
        ).answer()

    @session_pages.get("/login/restore")
    def log_in_first() -> Response:
        return see_other(url_for("pages.sessions.form"))


def _second_step(accounts: AccountService, given: SecondStep) -> IssuedToken:
    return accounts.log_in_with_code(ticket=given.ticket, code=given.code, kind="session", name=device())


def _code_page(ticket: str, *, form: Form | None = None, status: int = 200) -> Response:
    kept, target = request.form.get("kept"), safe_path(request.form.get("next"))
    return page("site/code.html", viewer=None, status=status, form=form, ticket=ticket, next=target, kept=kept)


def _code_again(grace: GraceService, sent: Form, error: DomainError) -> Response:
    if isinstance(error, AccountLeavingError):
        return _restore_page(grace, error)
    return _code_page(request.form.get("ticket", ""), form=sent, status=error.status)


def _restore_page(grace: GraceService, error: AccountLeavingError) -> Response:
    """Offer somebody who has just proved who they are to take their account back."""
    try:
        ticket = grace.ticket(error.user_id)
    except NotFoundError:  # its deletion has begun, or it is back already
        return _log_in_page(Form(typed(), {"": translated(error.detail)}), error.status)
    kept, target = request.form.get("kept"), safe_path(request.form.get("next"))
    return page("restore.html", viewer=None, said=error.detail, ticket=ticket, next=target, kept=kept)


def _again(grace: GraceService, sent: Form, error: DomainError) -> Response:
    if isinstance(error, AccountLeavingError):
        return _restore_page(grace, error)
    if isinstance(error, SecondFactorNeededError):
        return _code_page(error.ticket)
    return _log_in_page(sent, error.status)


def _log_in_page(sent: Form, status: int) -> Response:
    kept = request.form.get("kept")
    target = safe_path(request.form.get("next"))
    return page("login.html", viewer=None, status=status, form=sent, next=target, kept=kept, resumes=bool(kept))


def _resumed(
    profiles: ProfileService, viewers: ViewerService, issued: IssuedToken, *, target: str, kept: str
) -> Response:
    """Show the page again on which somebody was writing when their session ended, with what they wrote."""
    credentials = Credentials.of(issued.token, kind="session")
    viewer = viewers.require(credentials)
    if target == url_for("pages.settings.edit_profile"):
        return settings.settings_page(profiles.own(credentials), viewer, values={"bio": kept})
    place = _WRITING.fullmatch(target)
    if place is None:
        return writing(viewer, "post", text=kept)
    ids = {name: known_id(text) for name, text in place.groupdict().items() if text}
    what = "comment" if "/comments" in target else "post"
    return writing(viewer, what, text=kept, post_id=ids.get("post"), comment_id=ids.get("comment"))
