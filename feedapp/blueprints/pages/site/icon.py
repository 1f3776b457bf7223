"""The icon of the site: forms of admins, and the addresses at which browsers look for it by themselves."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from flask import Blueprint, Response, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.assets import content_of, icon_file
from feedapp.blueprints.pages.kit.changes import Change
from feedapp.blueprints.pages.kit.rendering import see_other, site
from feedapp.blueprints.pages.site.settings import icon_again
from feedapp.pictures.formats import OPAQUE, icon_name
from feedapp.web.bodies import file_sent
from feedapp.web.conditional import PUBLIC
from feedapp.web.parameters import Parameters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.blueprints.pages.kit.changes import Member, Members
    from feedapp.pictures.stores import PictureStore
    from feedapp.services.media.icons import SiteIconService
    from feedapp.services.site.settings import SiteService
    from feedapp.web.response_cache import ResponseCache

NONE = Parameters()
IN_ICO = (32, 48)
"""Sides of the pictures inside of `/favicon.ico`."""


def blueprint(
    icons: SiteIconService, settings: SiteService, store: PictureStore, members: Members, kept: ResponseCache
) -> Blueprint:
    """Make the blueprint."""
    icon_pages = Blueprint("site_icon", __name__)

    @icon_pages.post("/admin/site/icon")
    @members
    def change(member: Member) -> Response:
        viewer, now = settings.own(member.sender)
        return Change(
            act=lambda: icons.change(member.sender, file_sent()),
            done=lambda _: see_other(url_for("pages.admin_site.show", saved=1, _anchor="icon")),
            again=lambda form, error: icon_again(viewer, now, form, error),
        ).answer()

    @icon_pages.post("/admin/site/icon/delete")
    @members
    def remove(member: Member) -> Response:
        icons.remove(member.sender)
        return see_other(url_for("pages.admin_site.show", saved=1, _anchor="icon"))

    @icon_pages.get("/favicon.ico")
    @kept.of(cookies.credentials, parameters=NONE)
    def favicon() -> Response:
        digest = site().icon
        return _served(_ico([(side, _png(digest, side)) for side in IN_ICO]), "image/x-icon")

    @icon_pages.get("/apple-touch-icon.png")
    @kept.of(cookies.credentials, parameters=NONE)
    def touch() -> Response:
        return _served(_png(site().icon, OPAQUE), "image/png")

    def _png(digest: str, side: int) -> bytes:
        """Give a file of the icon; of the one that the site comes with, if the store has lost it."""
        return (store.read(icon_name(digest, side)) if digest else None) or content_of(icon_file(side))

    return icon_pages


def _ico(pictures: Sequence[tuple[int, bytes]]) -> bytes:
    """Put PNGs into one file: a directory of what is in it, then they themselves."""
    head = struct.pack("<HHH", 0, 1, len(pictures))
    offset, entries = len(head) + 16 * len(pictures), b""
    for side, content in pictures:
        entries += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(content), offset)
        offset += len(content)
    return head + entries + b"".join(content for _, content in pictures)


def _served(content: bytes, kind: str) -> Response:
    answer = Response(content, content_type=kind)
    answer.headers["Cache-Control"] = PUBLIC
    return answer
