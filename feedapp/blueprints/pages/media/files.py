"""/media: files of pictures. A web server in front may serve them from the directory itself (docs/operations.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response

from feedapp.blueprints.pages.kit.assets import YEAR
from feedapp.blueprints.pages.media import sending
from feedapp.blueprints.pages.settings import again
from feedapp.errors import NotFoundError
from feedapp.pictures.formats import NAME, media_type

if TYPE_CHECKING:
    from feedapp.blueprints.pages.kit.changes import Members
    from feedapp.pictures.stores import PictureStore
    from feedapp.services.media.avatars import AvatarService
    from feedapp.services.media.pictures import PictureService
    from feedapp.services.people.profiles import ProfileService

GONE = "There is no such picture, or it was deleted."
ALONE = "default-src 'none'; sandbox"
"""Beside the policy of every answer: a file does nothing, whatever it may look like to whoever opens it."""


def blueprint(
    store: PictureStore, pictures: PictureService, avatars: AvatarService, profiles: ProfileService, members: Members
) -> Blueprint:
    """Make the blueprint."""
    media_files = Blueprint("media", __name__)

    @media_files.get("/media/<name>")
    def show(name: str) -> Response:
        content = store.read(name) if NAME.fullmatch(name) else None
        if content is None:
            raise NotFoundError(GONE)
        answer = Response(content, content_type=media_type(name))
        answer.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        answer.headers["Content-Security-Policy"] = ALONE
        answer.set_etag(name)
        return answer

    sending.add_to(media_files, pictures, avatars, members, lambda member: again(profiles, member, "avatar"))
    return media_files
