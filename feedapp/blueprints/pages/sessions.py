"""/login and /logout."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages import settings
from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.addresses import known_id, safe_path
from feedapp.blueprints.pages.kit.devices import device
from feedapp.blueprints.pages.kit.forms import Form, read, refused, typed
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.blueprints.pages.kit.writing import writing
from feedapp.errors import (
    ApplicationRefusedError,
    AwaitingApprovalError,
    InvalidInputError,
    SecondFactorNeededError,
    TryLaterError,
    UnauthenticatedError,
)
from feedapp.reading.viewers import Credentials
from feedapp.schemas.inputs import LogIn
from feedapp.schemas.recovery import SecondStep

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from feedapp.reading.viewers import ViewerService
    from feedapp.services.access.token_issuer import IssuedToken
    from feedapp.services.people.accounts import AccountService
    from feedapp.services.people.profiles import ProfileService

_WRITING = re.compile(r"/posts(?:/(?P<post>\d+)/(?:edit|comments(?:/(?P<comment>\d+)/edit)?))?")


def blueprint(accounts: AccountService, profiles: ProfileService, viewers: ViewerService) -> Blueprint:
    """Make the blueprint."""
    session_pages = Blueprint("sessions", __name__)

    def entered(issued: IssuedToken) -> Response:
        accounts.log_out(cookies.credentials())
        target = safe_path(request.form.get("next"), url_for("pages.feeds.home"))
        kept = request.form.get("kept")
        return cookies.keep(
            _resumed(profiles, viewers, issued, target=target, kept=kept) if kept else see_other(target), issued
        )

    @session_pages.get("/login")
    def form() -> Response:
        target = safe_path(request.args.get("next"))
        if viewers.identify(cookies.credentials()).viewer is not None:
            return see_other(target)
        return page("login.html", viewer=None, form=None, next=target, was_reset="reset" in request.args)

    @session_pages.post("/login")
    def log_in() -> Response:
        try:
            given = read(LogIn)
            issued = accounts.log_in(
                username=given.folded,
                password=given.password,
                kind="session",
                address=request.remote_addr or "",
                name=device(),
            )
        except InvalidInputError as error:
            return _again(refused(error), error.status)
        except SecondFactorNeededError as error:
            return _second_step(Form({}, {}), error.ticket, 200)
        except (UnauthenticatedError, TryLaterError, AwaitingApprovalError, ApplicationRefusedError) as error:
            answer = _again(Form(typed(), {"": error.detail}), error.status)
            if isinstance(error, TryLaterError):
                answer.headers["Retry-After"] = str(error.retry_after)
            return answer
        return entered(issued)

    @session_pages.post("/logout")
    def log_out() -> Response:
        accounts.log_out(cookies.credentials())
        return cookies.drop(see_other(url_for("pages.feeds.home")))

    _take_second_step(session_pages, accounts, entered)
    return session_pages


def _take_second_step(
    session_pages: Blueprint, accounts: AccountService, entered: Callable[[IssuedToken], Response]
) -> None:
    @session_pages.post("/login/code")
    def second_step() -> Response:
        ticket = request.form.get("ticket", "")
        try:
            given = read(SecondStep)
            issued = accounts.log_in_with_code(ticket=given.ticket, code=given.code, kind="session", name=device())
        except InvalidInputError as error:
            return _second_step(refused(error), ticket, error.status)
        except (UnauthenticatedError, TryLaterError) as error:
            answer = _second_step(Form({}, {"": error.detail}), ticket, error.status)
            if isinstance(error, TryLaterError):
                answer.headers["Retry-After"] = str(error.retry_after)
            return answer
        return entered(issued)

    @session_pages.get("/login/code")
    def first_step() -> Response:
        return see_other(url_for("pages.sessions.form"))


def _second_step(sent: Form, ticket: str, status: int) -> Response:
    kept, target = request.form.get("kept"), safe_path(request.form.get("next"))
    return page("site/code.html", viewer=None, status=status, form=sent, ticket=ticket, next=target, kept=kept)


def _again(sent: Form, status: int) -> Response:
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
