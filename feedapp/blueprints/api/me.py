"""/api/me: one's own account."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.api.kit.declaration import Call, Reply
from feedapp.errors import ConflictError, FieldError, InvalidInputError, LastAdminError, TryLaterError
from feedapp.schemas.inputs import OwnPassword, PasswordChange, ProfileChange
from feedapp.serialisers.people import OwnJson, own
from feedapp.serialisers.tokens import IssuedJson, issued

if TYPE_CHECKING:
    from datetime import datetime

    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.blueprints.api.kit.sent import Sent
    from feedapp.reading.read_models import ProfileView
    from feedapp.services.access.token_issuer import IssuedToken
    from feedapp.services.people.accounts import AccountService
    from feedapp.services.people.leaving.grace import GraceService
    from feedapp.services.people.profiles import ProfileService

ME: Reply[ProfileView] = Reply(OwnJson, own, version=attrgetter("version"), secret=True)
TOKEN: Reply[IssuedToken] = Reply(IssuedJson, issued)
LEFT: Reply[datetime] = Reply(status=202)
"""Out of sight, and deleted when the grace is over."""


def blueprint(
    accounts: AccountService, profiles: ProfileService, grace: GraceService, endpoints: Endpoints
) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("me", __name__)

    @endpoints.add(api, Call(summary="Read your own profile", method="GET", path="/me", reply=ME, auth="required"))
    def show(sent: Sent[None]) -> ProfileView:
        return profiles.own(sent.sender)

    @endpoints.add(
        api,
        Call(
            summary="Change your own profile",
            method="PATCH",
            path="/me",
            reply=ME,
            auth="required",
            body=ProfileChange,
            current=ME,
            raises=(ConflictError, TryLaterError),
        ),
    )
    def edit_own(sent: Sent[ProfileChange]) -> ProfileView:
        change = sent.body
        if not change.model_fields_set & ProfileChange.model_fields.keys() - {"current_password"}:
            raise InvalidInputError(
                FieldError("display_name", "give at least one of username, display_name, bio and email")
            )
        return profiles.edit_own(sent.sender, **change.model_dump(exclude_unset=True), expected=sent.expected)

    @endpoints.add(
        api,
        Call(
            summary="Change your password and revoke all tokens and sessions",
            method="PUT",
            path="/me/password",
            reply=TOKEN,
            auth="required",
            body=PasswordChange,
            raises=(TryLaterError,),
        ),
    )
    def change_password(sent: Sent[PasswordChange]) -> IssuedToken:
        change = sent.body
        return accounts.change_password(sent.sender, current=change.current_password, new=change.new_password)

    @endpoints.add(
        api,
        Call(
            summary="Delete your account with everything it wrote: at once out of sight, later for good",
            method="DELETE",
            path="/me",
            reply=LEFT,
            auth="required",
            body=OwnPassword,
            raises=(TryLaterError, LastAdminError),
        ),
    )
    def leave(sent: Sent[OwnPassword]) -> datetime:
        return grace.leave(sent.sender, current_password=sent.body.current_password)

    return api
