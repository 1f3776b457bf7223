"""/api/users and following."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.api.answers import answer, body, credentials
from feedapp.blueprints.api.once import once, once_made
from feedapp.schemas.inputs import SignUp
from feedapp.schemas.texts import fold
from feedapp.serialisers import people

if TYPE_CHECKING:
    from flask import Response

    from feedapp.blueprints.api.endpoint import Endpoint
    from feedapp.reading.read_models import ProfileView
    from feedapp.services.people.follows import FollowOutcome, FollowService
    from feedapp.services.people.profiles import ProfileService
    from feedapp.services.people.sign_ups import SignUpService


def blueprint(
    sign_ups: SignUpService, profiles: ProfileService, follows: FollowService, endpoint: Endpoint
) -> Blueprint:
    """Make the blueprint."""
    users = Blueprint("people", __name__)

    def require_person(username: str) -> None:
        profiles.show(credentials(), username=fold(username))

    @users.post("/users")
    @endpoint.write(token=False)
    def sign_up() -> Response:
        wanted, address = body(SignUp), request.remote_addr or ""
        return once_made(
            lambda key: sign_ups.join(**wanted.model_dump(), address=address, once=key), _joined, again=profiles.joined
        )

    @users.get("/users/<username>")
    @endpoint.read()
    def show(username: str) -> Response:
        return answer(people.user(profiles.show(credentials(), username=fold(username))))

    @users.post("/users/<username>/followers")
    @endpoint.write(exists=require_person)
    def follow(username: str) -> Response:
        return once(lambda key: follows.follow(credentials(), username=fold(username), once=key), _followed)

    @users.delete("/users/<username>/followers")
    @endpoint.write(exists=require_person)
    def unfollow(username: str) -> Response:
        return answer(_outcome(follows.unfollow(credentials(), username=fold(username))))

    return users


def _joined(profile: ProfileView) -> Response:
    response = answer(people.user(profile), 201)
    response.headers["Location"] = url_for("api.people.show", username=profile.person.username)
    return response


def _followed(outcome: FollowOutcome) -> Response:
    return answer(_outcome(outcome), 201 if outcome.changed else 200)


def _outcome(outcome: FollowOutcome) -> dict[str, object]:
    return {"following": outcome.following, "followers_count": outcome.followers_count}
