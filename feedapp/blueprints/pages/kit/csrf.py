"""Forms count only when they come from this site. Browsers say where a form comes from, so pages need no tokens."""

from __future__ import annotations

from typing import ClassVar

from flask import request

from feedapp.errors import DomainError
from feedapp.hosts import read_origin
from feedapp.web.host_guard import origin

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class ForeignFormError(DomainError):
    """A form that another site may have sent in somebody's name."""

    code: ClassVar[str] = "foreign_form"
    status: ClassVar[int] = 403
    title: ClassVar[str] = "This did not come from our own page"


def protect() -> None:
    """Refuse an unsafe request that does not come from this site. Raise ForeignFormError.

    Every browser since 2020 sends Origin with a POST, and nearly all of them Sec-Fetch-Site (over https or to
    localhost). Without either, Referer decides. A request with none of the three comes from a program, which nobody
    can lead to a page of theirs, so it passes; a browser older than that has its cookie's SameSite=Lax.
    """
    if request.method not in SAFE and not _is_own():
        raise ForeignFormError(
            "Nothing was changed. Open the page here, on this site, and send the form again. If that is what you did, "
            "a browser extension may hide where forms come from: allow it to send Origin or Referer to this site."
        )


def _is_own() -> bool:
    headers = request.headers
    if (site := headers.get("Sec-Fetch-Site")) is not None:
        return site in {"same-origin", "none"}
    for name in ("Origin", "Referer"):
        if (source := headers.get(name)) is not None:
            return (came_from := read_origin(source)) is not None and came_from == origin()
    return True
