"""/api/users and following."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from flask import Blueprint, url_for

from feedapp.blueprints.api.kit.declaration import Call, Either, Reply
from feedapp.errors import (
    ConflictError,
    InvalidInputError,
    InvitationError,
    ProofOfWorkError,
    SignUpClosedError,
    TryLaterError,
)
from feedapp.schemas.joining import Joining
from feedapp.serialisers.people import FollowJson, JoinedJson, UserJson, follow, joined_or_waiting, user
from feedapp.services.people.joining.door import Knock
from feedapp.services.people.joining.sign_ups import Newcomer, Waiting

if TYPE_CHECKING:
    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.blueprints.api.kit.sent import Sent
    from feedapp.reading.read_models import Paged, ProfileView
    from feedapp.services.people.follows import FollowOutcome, FollowService
    from feedapp.services.people.joining.sign_ups import SignUpService
    from feedapp.services.people.profiles import ProfileService


def _location(joined: ProfileView | Waiting) -> str | None:
    return None if isinstance(joined, Waiting) else url_for("api.people.show", username=joined.person.username)


def _waits(joined: ProfileView | Waiting) -> bool:
    return isinstance(joined, Waiting)


PROFILE: Reply[ProfileView] = Reply(UserJson, user)
JOINED: Reply[ProfileView | Waiting] = Reply(
    JoinedJson, joined_or_waiting, status=Either(_waits, 202, 201), headers={"Location": _location}
)
PROFILES: Reply[Paged[ProfileView]] = Reply(UserJson, user, many="page")
FOLLOWED: Reply[FollowOutcome] = Reply(FollowJson, follow, status=Either(attrgetter("changed"), 201, 200))
UNFOLLOWED: Reply[FollowOutcome] = Reply(FollowJson, follow)
FOLLOWERS = "/users/<username>/followers"


def blueprint(
    sign_ups: SignUpService, profiles: ProfileService, follows: FollowService, endpoints: Endpoints
) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("people", __name__)

    def person(sent: Sent[None], username: str) -> None:
        profiles.show(sent.sender, username=username)

    def joined(sent: Sent[None], user_id: int) -> ProfileView | Waiting:
        del sent
        return Waiting(user_id) if user_id < 0 else profiles.joined(user_id)

    @endpoints.add(
        api,
        Call(
            summary="Sign up",
            method="POST",
            path="/users",
            reply=JOINED,
            auth="ignored",
            body=Joining,
            idempotent=True,
            again=joined,
            raises=(ConflictError, TryLaterError, SignUpClosedError, InvitationError, ProofOfWorkError),
        ),
    )
    def sign_up(sent: Sent[Joining]) -> ProfileView | Waiting:
        wanted = sent.body
        newcomer = Newcomer(wanted.username, wanted.password, wanted.display_name, sent.address)
        knock = Knock(wanted.invitation, wanted.reason, wanted.accept_rules, wanted.proof, wanted.email)
        return sign_ups.join(newcomer, knock, once=sent.once)

    @endpoints.add(
        api,
        Call(summary="Read profiles by their ids", method="GET", path="/users", reply=PROFILES, parameters=("ids",)),
    )
    def among(sent: Sent[None]) -> Paged[ProfileView]:
        return profiles.among(sent.sender, sent.required_ids)

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
