"""/api/tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.api.kit.declaration import Call, Either, Reply
from feedapp.errors import TooManyTagsError
from feedapp.reading.tags import TagView
from feedapp.serialisers.tags import TagJson, tag

if TYPE_CHECKING:
    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.blueprints.api.kit.sent import Sent
    from feedapp.services.content.tags import TagService

Set = tuple[TagView, bool]


def _of(result: Set) -> TagJson:
    return tag(result[0])


def _is_new(result: Set) -> bool:
    return result[1]


TAG: Reply[TagView] = Reply(TagJson, tag)
TAGS: Reply[list[TagView]] = Reply(TagJson, tag, many="items")
FOLLOWED: Reply[Set] = Reply(TagJson, _of, status=Either(_is_new, 201, 200))
UNFOLLOWED: Reply[Set] = Reply(TagJson, _of)


def blueprint(tags: TagService, endpoints: Endpoints) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("tags", __name__)

    @endpoints.add(
        api,
        Call(
            summary="Read the most used tags of the week",
            method="GET",
            path="/tags",
            reply=TAGS,
            parameters=("limit",),
        ),
    )
    def most_used(sent: Sent[None]) -> list[TagView]:
        return tags.most_used(sent.sender, limit=sent.limit)[1]

    @endpoints.add(api, Call(summary="Read a tag", method="GET", path="/tags/<tag>", reply=TAG))
    def show(sent: Sent[None], tag: str) -> TagView:
        return tags.show(sent.sender, tag)

    @endpoints.add(
        api,
        Call(
            summary="Follow a tag",
            method="POST",
            path="/tags/<tag>/followers",
            reply=FOLLOWED,
            auth="required",
            idempotent=True,
            raises=(TooManyTagsError,),
        ),
    )
    def follow(sent: Sent[None], tag: str) -> Set:
        return tags.follow(sent.sender, tag, once=sent.once)

    @endpoints.add(
        api,
        Call(
            summary="Stop following a tag",
            method="DELETE",
            path="/tags/<tag>/followers",
            reply=UNFOLLOWED,
            auth="required",
        ),
    )
    def unfollow(sent: Sent[None], tag: str) -> Set:
        return tags.unfollow(sent.sender, tag)

    return api
