"""/api/users and following."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.api.answers import answer, body, credentials
from feedapp.blueprints.api.once import once, once_made
from feedapp.schemas.joining import Joining
from feedapp.schemas.texts import fold
from feedapp.serialisers import people
from feedapp.services.people.joining.door import Knock
from feedapp.services.people.joining.sign_ups import Newcomer, Waiting

if TYPE_CHECKING:
    from flask import Response

    from feedapp.blueprints.api.endpoint import Endpoint
    from feedapp.reading.read_models import ProfileView
    from feedapp.services.people.follows import FollowOutcome, FollowService
    from feedapp.services.people.joining.sign_ups import SignUpService
    from feedapp.services.people.profiles import ProfileService


def blueprint(
    sign_ups: SignUpService, profiles: ProfileService, follows: FollowService, endpoint: Endpoint
) -> Blueprint:
    """Make the blueprint."""
    users = Blueprint("people", __name__)

    def require_person(username: str) -> None:
        profiles.show(credentials(), username=fold(username))

    def joined_before(made: int) -> ProfileView | Waiting:
        return Waiting(made) if made < 0 else profiles.joined(made)

    @users.post("/users")
    @endpoint.write(token=False)
    def sign_up() -> Response:
        wanted, address = body(Joining), request.remote_addr or ""
        newcomer = Newcomer(wanted.username, wanted.password, wanted.display_name, address)
        knock = Knock(wanted.invitation, wanted.reason, wanted.accept_rules)
        return once_made(lambda key: sign_ups.join(newcomer, knock, once=key), _joined, again=joined_before)

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


def _joined(profile: ProfileView | Waiting) -> Response:
    if isinstance(profile, Waiting):
        return answer({"state": "waiting"}, 202)
    response = answer(people.user(profile), 201)
    response.headers["Location"] = url_for("api.people.show", username=profile.person.username)
    return response


def _followed(outcome: FollowOutcome) -> Response:
    return answer(_outcome(outcome), 201 if outcome.changed else 200)


def _outcome(outcome: FollowOutcome) -> dict[str, object]:
    return {"following": outcome.following, "followers_count": outcome.followers_count}
