"""/api/users/{username}/blocks and /mutes, and /api/me/blocks, /api/me/mutes and /api/me/muted-words."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.api.kit.declaration import Call, Either, Reply
from feedapp.errors import ConflictError, InvalidInputError
from feedapp.schemas.relations import MutedWords
from feedapp.serialisers.people import (
    BlockJson,
    MutedWordsJson,
    MuteJson,
    PersonJson,
    block,
    listed,
    mute,
    muted_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.blueprints.api.kit.sent import Sent
    from feedapp.reading.read_models import Paged, PersonView
    from feedapp.services.people.profiles import ProfileService
    from feedapp.services.people.relations.blocks import BlockOutcome, BlockService
    from feedapp.services.people.relations.mutes import MuteOutcome, MuteService
    from feedapp.services.people.relations.words import MutedWordService

BLOCKED: Reply[BlockOutcome] = Reply(BlockJson, block, status=Either(attrgetter("changed"), 201, 200))
UNBLOCKED: Reply[BlockOutcome] = Reply(BlockJson, block)
MUTED: Reply[MuteOutcome] = Reply(MuteJson, mute, status=Either(attrgetter("changed"), 201, 200))
UNMUTED: Reply[MuteOutcome] = Reply(MuteJson, mute)
PEOPLE: Reply[Paged[PersonView]] = Reply(PersonJson, listed, many="page")
WORDS: Reply[Sequence[str]] = Reply(MutedWordsJson, muted_words)
BLOCKS, MUTES = "/users/<username>/blocks", "/users/<username>/mutes"
PAGE = ("cursor", "limit")


def blueprint(blocks: BlockService, mutes: MuteService, profiles: ProfileService, endpoints: Endpoints) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("relations", __name__)

    def person(sent: Sent[None], username: str) -> None:
        profiles.show(sent.sender, username=username)

    @endpoints.add(
        api,
        Call(
            summary="Block somebody",
            method="POST",
            path=BLOCKS,
            reply=BLOCKED,
            auth="required",
            idempotent=True,
            exists=person,
            raises=(InvalidInputError, ConflictError),
        ),
    )
    def block(sent: Sent[None], username: str) -> BlockOutcome:
        return blocks.block(sent.sender, username=username, once=sent.once)

    @endpoints.add(
        api,
        Call(
            summary="Unblock somebody",
            method="DELETE",
            path=BLOCKS,
            reply=UNBLOCKED,
            auth="required",
            exists=person,
        ),
    )
    def unblock(sent: Sent[None], username: str) -> BlockOutcome:
        return blocks.unblock(sent.sender, username=username)

    @endpoints.add(
        api,
        Call(
            summary="Mute somebody",
            method="POST",
            path=MUTES,
            reply=MUTED,
            auth="required",
            idempotent=True,
            exists=person,
            raises=(InvalidInputError, ConflictError),
        ),
    )
    def mute(sent: Sent[None], username: str) -> MuteOutcome:
        return mutes.mute(sent.sender, username=username, once=sent.once)

    @endpoints.add(
        api,
        Call(
            summary="Unmute somebody",
            method="DELETE",
            path=MUTES,
            reply=UNMUTED,
            auth="required",
            exists=person,
        ),
    )
    def unmute(sent: Sent[None], username: str) -> MuteOutcome:
        return mutes.unmute(sent.sender, username=username)

    @endpoints.add(
        api,
        Call(
            summary="Read a page of the people whom you block",
            method="GET",
            path="/me/blocks",
            reply=PEOPLE,
            auth="required",
            parameters=PAGE,
        ),
    )
    def blocked(sent: Sent[None]) -> Paged[PersonView]:
        return blocks.own(sent.sender, cursor=sent.cursor, limit=sent.limit).people

    @endpoints.add(
        api,
        Call(
            summary="Read a page of the people whom you mute",
            method="GET",
            path="/me/mutes",
            reply=PEOPLE,
            auth="required",
            parameters=PAGE,
        ),
    )
    def muted(sent: Sent[None]) -> Paged[PersonView]:
        return mutes.own(sent.sender, cursor=sent.cursor, limit=sent.limit).people

    return api


def words_blueprint(words: MutedWordService, endpoints: Endpoints) -> Blueprint:
    """Make the blueprint of words that somebody does not want to read."""
    api = Blueprint("muted_words", __name__)
    path = "/me/muted-words"

    @endpoints.add(
        api,
        Call(
            summary="Read the words that you do not want to read", method="GET", path=path, reply=WORDS, auth="required"
        ),
    )
    def own(sent: Sent[None]) -> Sequence[str]:
        return words.own(sent.sender)[1]

    @endpoints.add(
        api,
        Call(
            summary="Replace the words that you do not want to read",
            method="PUT",
            path=path,
            reply=WORDS,
            auth="required",
            body=MutedWords,
        ),
    )
    def replace(sent: Sent[MutedWords]) -> Sequence[str]:
        return words.replace(sent.sender, sent.body.words)

    return api
