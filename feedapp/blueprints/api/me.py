"""/api/me: one's own account."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response

from feedapp.blueprints.api.answers import answer, body, credentials
from feedapp.blueprints.api.tokens import issued
from feedapp.blueprints.api.versions import expected, stale, versioned
from feedapp.errors import FieldError, InvalidInputError, StaleEditError
from feedapp.schemas.inputs import OwnPassword, PasswordChange, ProfileChange
from feedapp.serialisers import people

if TYPE_CHECKING:
    from feedapp.blueprints.api.endpoint import Endpoint
    from feedapp.reading.read_models import ProfileView
    from feedapp.services.people.accounts import AccountService
    from feedapp.services.people.profiles import ProfileService


def blueprint(accounts: AccountService, profiles: ProfileService, endpoint: Endpoint) -> Blueprint:
    """Make the blueprint."""
    me = Blueprint("me", __name__)

    @me.get("/me")
    @endpoint.read(token=True)
    def own() -> Response:
        return _own(profiles.own(credentials()))

    @me.patch("/me")
    @endpoint.write(conditional=True)
    def edit_own() -> Response:
        change = body(ProfileChange)
        if not change.model_fields_set & ProfileChange.model_fields.keys() - {"current_password"}:
            raise InvalidInputError(FieldError("display_name", "give at least one of username, display_name and bio"))
        try:
            return _own(profiles.edit_own(credentials(), **change.model_dump(exclude_unset=True), expected=expected()))
        except StaleEditError as error:
            view = cast("ProfileView", error.current)
            return stale(error, people.own(view), view.version)

    @me.put("/me/password")
    @endpoint.write()
    def change_password() -> Response:
        change = body(PasswordChange)
        return issued(
            accounts.change_password(credentials(), current=change.current_password, new=change.new_password), 200
        )

    @me.delete("/me")
    @endpoint.write()
    def leave() -> Response:
        done = accounts.leave(credentials(), current_password=body(OwnPassword).current_password)
        return Response(status=204 if done else 202)

    return me


def _own(profile: ProfileView) -> Response:
    return versioned(answer(people.own(profile)), profile.version)
