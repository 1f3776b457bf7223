"""CSRF protection: a form counts only if it comes from this site and was made for the account that sends it.

Browsers say where a form comes from, so pages need no tokens. And another tab may have signed in somebody else since
the page with a form was made. So forms in which somebody writes begin with a hidden field whose name says for whom they
were made: what one person wrote is then not saved as another's. And since browsers bring back what was typed by the
names of a form's first fields, going back does not show it in the form of whoever signed in later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from flask import request

from feedapp.blueprints.pages.kit.cookies import credentials
from feedapp.errors import DomainError
from feedapp.hosts import read_origin
from feedapp.web.host_guard import origin

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.reading.viewers import ViewerService

FIELD = "of-"
"""In `templates/_field.html`, too."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class ForeignFormError(DomainError):
    """The form may have been sent by another site."""

    code: ClassVar[str] = "foreign_form"
    status: ClassVar[int] = 403
    title: ClassVar[str] = "This form did not come from this site"


def protect() -> None:
    """Refuse an unsafe request that does not come from this site. Raise ForeignFormError.

    Every browser since 2020 sends Origin with a POST, and nearly all of them Sec-Fetch-Site (over https or to
    localhost). Without either, Referer decides. A request with none of the three comes from a program, which nobody
    can lead to a page of theirs, so it passes; a browser older than that has its cookie's SameSite=Lax.
    """
    if request.method not in SAFE and not _is_own():
        raise ForeignFormError(
            "Nothing was changed. Open the page on this site and send the form again. If you did that, a browser "
            "extension may hide where forms come from: allow it to send Origin or Referer to this site."
        )


def _is_own() -> bool:
    headers = request.headers
    if (site := headers.get("Sec-Fetch-Site")) is not None:
        return site in {"same-origin", "none"}
    for name in ("Origin", "Referer"):
        if (source := headers.get(name)) is not None:
            return (came_from := read_origin(source)) is not None and came_from == origin()
    return True


class AnothersFormError(DomainError):
    """The form was made for another account than the one that is signed in."""

    code: ClassVar[str] = "anothers_form"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "This form belongs to another account"


def protect_owner(viewers: ViewerService) -> Callable[[], None]:
    """Give a hook that refuses such a form. Whoever is not signed in is asked to log in instead."""

    def refuse_anothers() -> None:
        if request.method in SAFE:
            return
        owners = [name for name in request.form if name.startswith(FIELD)]
        viewer = viewers.identify(credentials()).viewer if owners else None
        if viewer is not None and f"{FIELD}{viewer.id}" not in owners:
            raise AnothersFormError(
                f"You are signed in as @{viewer.person.username} now, and the page was made for another account. "
                "Nothing was saved. Log in to that account, or reload the page."
            )

    return refuse_anothers
