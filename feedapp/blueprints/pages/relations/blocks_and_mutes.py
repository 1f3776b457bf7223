"""/@<username>/blocks and /mutes, and the lists of both at /settings/blocks and /settings/mutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.addresses import came_from, known_name
from feedapp.blueprints.pages.kit.rendering import LIST, page, see_other, wants_fragment
from feedapp.pagination import DEFAULT

if TYPE_CHECKING:
    from flask import Response

    from feedapp.services.people.names import NameService
    from feedapp.services.people.relations.blocks import BlockService
    from feedapp.services.people.relations.mutes import MuteService
    from feedapp.web.response_cache import ResponseCache

Which = Literal["blocks", "mutes"]


def blueprint(blocks: BlockService, mutes: MuteService, names: NameService, kept: ResponseCache) -> Blueprint:
    """Make the blueprint."""
    relation_pages = Blueprint("relations", __name__)

    @relation_pages.post("/@<username>/blocks")
    def block(username: str) -> Response:
        name = known_name(username)
        blocks.block(cookies.credentials(), username=name)
        return see_other(_profile(name))

    @relation_pages.post("/@<username>/blocks/delete")
    def unblock(username: str) -> Response:
        name = known_name(username)
        blocks.unblock(cookies.credentials(), username=name)
        return see_other(came_from(_profile(name)))

    @relation_pages.post("/@<username>/mutes")
    def mute(username: str) -> Response:
        name = known_name(username)
        mutes.mute(cookies.credentials(), username=name)
        return see_other(came_from(_profile(name)))

    @relation_pages.post("/@<username>/mutes/delete")
    def unmute(username: str) -> Response:
        name = known_name(username)
        mutes.unmute(cookies.credentials(), username=name)
        return see_other(came_from(_profile(name)))

    @relation_pages.get("/@<username>/<any(blocks, mutes):which>")
    @relation_pages.get("/@<username>/<any(blocks, mutes):which>/delete")
    def profile(username: str, which: Which) -> Response:
        del which
        return see_other(_profile(known_name(username)))

    @relation_pages.get("/settings/<any(blocks, mutes):which>")
    @kept.of(cookies.credentials, parameters=LIST)
    def listed(which: Which) -> Response:
        own = blocks.own if which == "blocks" else mutes.own
        view = own(cookies.credentials(), cursor=request.args.get("cursor"), limit=DEFAULT)
        template = "_own_people.html" if wants_fragment() else "own_people.html"
        named = names.in_list([], bios=view.people.items)
        return page(template, viewer=view.viewer, which=which, people=view.people, named=named)

    return relation_pages


def _profile(name: str) -> str:
    return url_for("pages.people.show", username=name)
