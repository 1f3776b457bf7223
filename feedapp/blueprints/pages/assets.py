"""Static files under addresses that carry a hash of their content, so that a browser keeps them for a year."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app, request, url_for

if TYPE_CHECKING:
    from flask import Blueprint, Response

YEAR = 365 * 24 * 3600


def keep(pages: Blueprint) -> None:
    """Let the files be kept that are asked for by the hash of what they hold now."""

    @pages.after_app_request
    def label(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in {200, 304}:
            filename = (request.view_args or {})["filename"]
            if request.args.get("v") == _hash(str(current_app.static_folder), filename):
                response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return response


def asset(filename: str) -> str:
    """Give the address of a file in static/."""
    return url_for("static", filename=filename, v=_hash(str(current_app.static_folder), filename))


@cache
def _hash(folder: str, filename: str) -> str:
    return sha256((Path(folder) / filename).read_bytes()).hexdigest()[:12]
