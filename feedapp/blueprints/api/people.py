"""/api/users and following."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from flask import Blueprint, url_for

from feedapp.blueprints.api.declaration import Call, Either, Reply
from feedapp.errors import ConflictError, InvalidInputError, TryLaterError
from feedapp.schemas.inputs import SignUp
from feedapp.serialisers.people import FollowJson, UserJson, follow, user

if TYPE_CHECKING:
    from feedapp.blueprints.api.endpoint import Endpoints
    from feedapp.blueprints.api.sent import Sent
    from feedapp.reading.read_models import ProfileView
    from feedapp.services.people.accounts import AccountService
    from feedapp.services.people.follows import FollowOutcome, FollowService
    from feedapp.services.people.profiles import ProfileService


def _location(profile: ProfileView) -> str:
    return url_for("api.people.show", username=profile.person.username)


PROFILE: Reply[ProfileView] = Reply(UserJson, user)
JOINED: Reply[ProfileView] = Reply(UserJson, user, status=201, headers={"Location": _location})
FOLLOWED: Reply[FollowOutcome] = Reply(FollowJson, follow, status=Either(attrgetter("changed"), 201, 200))
UNFOLLOWED: Reply[FollowOutcome] = Reply(FollowJson, follow)
FOLLOWERS = "/users/<username>/followers"


def blueprint(
    accounts: AccountService, profiles: ProfileService, follows: FollowService, endpoints: Endpoints
) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("people", __name__)

    def person(sent: Sent[None], username: str) -> None:
        profiles.show(sent.sender, username=username)

    def joined(sent: Sent[None], user_id: int) -> ProfileView:
        del sent
        return profiles.joined(user_id)

    @endpoints.add(
        api,
        Call(
            summary="Sign up",
            method="POST",
            path="/users",
            reply=JOINED,
            auth="ignored",
            body=SignUp,
            idempotent=True,
            again=joined,
            raises=(ConflictError, TryLaterError),
        ),
    )
    def sign_up(sent: Sent[SignUp]) -> ProfileView:
        wanted = sent.body
        return accounts.join(**wanted.model_dump(), address=sent.address, once=sent.once)

    @endpoints.add(api, Call(summary="Read a profile", method="GET", path="/users/<username>", reply=PROFILE))
    def show(sent: Sent[None], username: str) -> ProfileView:
        return profiles.show(sent.sender, username=username)

    @endpoints.add(
        api, Call(summary="Read a profile by its id", method="GET", path="/users/by-id/<user_id>", reply=PROFILE)
    )
    def show_by_id(sent: Sent[None], user_id: int) -> ProfileView:
        return profiles.show_by_id(sent.sender, user_id)

    @endpoints.add(
        api,
        Call(
            summary="Follow somebody",
            method="POST",
            path=FOLLOWERS,
            reply=FOLLOWED,
            auth="required",
            idempotent=True,
            exists=person,
            raises=(InvalidInputError,),
        ),
    )
    def follow(sent: Sent[None], username: str) -> FollowOutcome:
        return follows.follow(sent.sender, username=username, once=sent.once)

    @endpoints.add(
        api,
        Call(
            summary="Unfollow somebody",
            method="DELETE",
            path=FOLLOWERS,
            reply=UNFOLLOWED,
            auth="required",
            exists=person,
            raises=(InvalidInputError,),
        ),
    )
    def unfollow(sent: Sent[None], username: str) -> FollowOutcome:
        return follows.unfollow(sent.sender, username=username)

    return api
