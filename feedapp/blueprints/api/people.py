"""/api/users, /api/me and following."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.api.answers import answer, body, credentials
from feedapp.errors import FieldError, InvalidInputError
from feedapp.schemas.inputs import ProfileChange, SignUp
from feedapp.schemas.texts import fold
from feedapp.serialisers import people
from feedapp.services.viewers import Credentials

if TYPE_CHECKING:
    from flask import Response

    from feedapp.blueprints.kept import KeptAnswers
    from feedapp.services.accounts import AccountService
    from feedapp.services.follows import FollowOutcome, FollowService
    from feedapp.services.profiles import ProfileService


def blueprint(
    accounts: AccountService, profiles: ProfileService, follows: FollowService, kept: KeptAnswers
) -> Blueprint:
    """Make the blueprint."""
    users = Blueprint("people", __name__)

    @users.post("/users")
    def sign_up() -> Response:
        wanted = body(SignUp)
        accounts.sign_up(
            username=wanted.username,
            password=wanted.password,
            display_name=wanted.display_name,
            address=request.remote_addr or "",
        )
        profile = profiles.show(Credentials("api"), username=wanted.username)
        response = answer(people.user(profile), 201)
        response.headers["Location"] = url_for("api.people.show", username=wanted.username)
        return response

    @users.get("/users/<username>")
    @kept.of(credentials)
    def show(username: str) -> Response:
        return answer(people.user(profiles.show(credentials(), username=fold(username))))

    @users.get("/me")
    @kept.of(credentials)
    def own() -> Response:
        return answer(people.user(profiles.own(credentials())))

    @users.patch("/me")
    def edit_own() -> Response:
        change = body(ProfileChange)
        if not change.model_fields_set & ProfileChange.model_fields.keys():
            raise InvalidInputError(FieldError("display_name", "give at least one of username, display_name and bio"))
        return answer(people.user(profiles.edit_own(credentials(), **change.model_dump())))

    @users.post("/users/<username>/followers")
    def follow(username: str) -> Response:
        outcome = follows.follow(credentials(), username=fold(username))
        return answer(_outcome(outcome), 201 if outcome.changed else 200)

    @users.delete("/users/<username>/followers")
    def unfollow(username: str) -> Response:
        return answer(_outcome(follows.unfollow(credentials(), username=fold(username))))

    return users


def _outcome(outcome: FollowOutcome) -> dict[str, object]:
    return {"following": outcome.following, "followers_count": outcome.followers_count}
