"""/api/posts/{id}/pin."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.api.kit.declaration import Call, Either, Reply
from feedapp.errors import ForbiddenError
from feedapp.serialisers.posts import PinJson, pin

if TYPE_CHECKING:
    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.blueprints.api.kit.sent import Sent
    from feedapp.services.content.pins import PinOutcome, PinService
    from feedapp.services.content.posts import PostService

PINNED: Reply[PinOutcome] = Reply(PinJson, pin, status=Either(attrgetter("changed"), 201, 200))
UNPINNED: Reply[PinOutcome] = Reply(PinJson, pin)
PATH = "/posts/<post_id>/pin"


def blueprint(pins: PinService, posts: PostService, endpoints: Endpoints) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("pins", __name__)

    def own(sent: Sent[None], post_id: int) -> None:
        posts.own(sent.sender, post_id, "pin")

    @endpoints.add(
        api,
        Call(
            summary="Pin a post to the top of your profile",
            method="POST",
            path=PATH,
            reply=PINNED,
            auth="required",
            idempotent=True,
            exists=own,
            raises=(ForbiddenError,),
        ),
    )
    def add(sent: Sent[None], post_id: int) -> PinOutcome:
        return pins.pin(sent.sender, post_id, once=sent.once)

    @endpoints.add(
        api,
        Call(
            summary="Unpin a post",
            method="DELETE",
            path=PATH,
            reply=UNPINNED,
            auth="required",
            exists=own,
            raises=(ForbiddenError,),
        ),
    )
    def remove(sent: Sent[None], post_id: int) -> PinOutcome:
        return pins.unpin(sent.sender, post_id)

    return api
