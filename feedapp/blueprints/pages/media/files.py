"""/media: files of pictures. A web server in front may serve them from the directory itself (docs/operations.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response

from feedapp.blueprints.pages.kit.assets import YEAR
from feedapp.errors import NotFoundError
from feedapp.pictures.formats import MEDIA_TYPE, NAME

if TYPE_CHECKING:
    from feedapp.pictures.stores import PictureStore

GONE = "There is no such picture, or it was deleted."
ALONE = "default-src 'none'; sandbox"
"""Beside the policy of every answer: a file does nothing, whatever it may look like to whoever opens it."""


def blueprint(store: PictureStore) -> Blueprint:
    """Make the blueprint."""
    media_files = Blueprint("media", __name__)

    @media_files.get("/media/<name>")
    def show(name: str) -> Response:
        content = store.read(name) if NAME.fullmatch(name) else None
        if content is None:
            raise NotFoundError(GONE)
        answer = Response(content, content_type=MEDIA_TYPE)
        answer.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        answer.headers["Content-Security-Policy"] = ALONE
        answer.set_etag(name)
        return answer

    return media_files
