"""/api/me: one's own account."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.api.kit.declaration import Call, Either, Reply
from feedapp.errors import ConflictError, FieldError, InvalidInputError, LastAdminError, TryLaterError
from feedapp.schemas.inputs import OwnPassword, PasswordChange, ProfileChange
from feedapp.serialisers.people import OwnJson, own
from feedapp.serialisers.tokens import IssuedJson, issued
from feedapp.services.people.leaving.archives import WAIT_SECONDS
from feedapp.web.files import GZIP

if TYPE_CHECKING:
    from datetime import datetime

    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.blueprints.api.kit.sent import Sent
    from feedapp.reading.read_models import ProfileView
    from feedapp.services.access.token_issuer import IssuedToken
    from feedapp.services.people.accounts import AccountService
    from feedapp.services.people.leaving.archives import ArchiveFile, ArchiveService
    from feedapp.services.people.leaving.grace import GraceService
    from feedapp.services.people.profiles import ProfileService

ME: Reply[ProfileView] = Reply(OwnJson, own, version=attrgetter("version"), secret=True)
TOKEN: Reply[IssuedToken] = Reply(IssuedJson, issued)
ARCHIVE: Reply[ArchiveFile | None] = Reply(
    file=GZIP,
    status=Either(bool, 200, 202),
    headers={
        "Retry-After": lambda file: str(WAIT_SECONDS) if file is None else None,
        "Location": lambda file: "/api/me/export" if file is None else None,
        "Content-Disposition": lambda file: None if file is None else f'attachment; filename="{file.name}"',
    },
)
"""The file, or none yet: a large one is made meanwhile."""
LEFT: Reply[datetime] = Reply(status=202)
"""Out of sight, and deleted when the grace is over."""


def blueprint(
    accounts: AccountService,
    profiles: ProfileService,
    grace: GraceService,
    archives: ArchiveService,
    endpoints: Endpoints,
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
                FieldError("display_name", "give at least one of username, display_name, bio, email and locale")
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
            summary="Fetch an archive of everything that is yours",
            method="GET",
            path="/me/export",
            reply=ARCHIVE,
            auth="required",
            reuse=False,
        ),
    )
    def export(sent: Sent[None]) -> ArchiveFile | None:
        return archives.own(sent.sender)

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
