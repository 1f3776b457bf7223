"""Which requests may bring pictures, and how large they may be then. All other requests are small."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MEGABYTE = 1024 * 1024
AROUND = 64 * 1024
"""For what stands around a picture: boundaries, other fields."""
ONE_PICTURE = 10 * MEGABYTE + AROUND
ALL_OF_A_FORM = 24 * MEGABYTE
MULTIPART = "multipart/form-data"

LARGEST: dict[tuple[str, str], int] = {
    ("POST", "/api/media"): ONE_PICTURE,
    ("PUT", "/api/me/avatar"): ONE_PICTURE,
    ("POST", "/settings/avatar"): ONE_PICTURE,
    ("POST", "/admin/site/icon"): ONE_PICTURE,
    ("POST", "/media"): ONE_PICTURE,
    ("POST", "/posts"): ALL_OF_A_FORM,
    ("POST", "/posts/preview"): ALL_OF_A_FORM,
}
"""Bytes of the body, by method and path."""
FILES = "/media/"
"""Below this, files of pictures are read."""


def largest(environ: Mapping[str, str]) -> int | None:
    """Give how large the body of a request may be, if it may bring pictures; None if it is like any other.

    What says nothing of who sends it is refused anyway, so it may not be large.
    """
    if not environ.get("CONTENT_TYPE", "").lower().startswith(MULTIPART):
        return None
    if "HTTP_AUTHORIZATION" not in environ and "HTTP_COOKIE" not in environ:
        return None
    return LARGEST.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
