"""Whose a form is. Another tab may have signed in somebody else since the page with it was made.

Forms in which somebody writes begin with a hidden field whose name says for whom they were made. What one person wrote
is then not saved as another's. And since browsers bring back what was typed by the names of a form's first fields,
going back in a browser's history does not show it in the form of whoever signed in later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from flask import request

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.csrf import SAFE
from feedapp.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.reading.viewers import ViewerService

FIELD = "of-"
"""In `templates/_field.html`, too."""


class AnothersFormError(DomainError):
    """A form that was made for one person, sent while another is signed in."""

    code: ClassVar[str] = "anothers_form"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "This was written by somebody else"


def protect(viewers: ViewerService) -> Callable[[], None]:
    """Give what refuses such a form. Nobody signed in is another matter: they are asked to log in."""

    def refuse_anothers() -> None:
        if request.method in SAFE:
            return
        owners = [name for name in request.form if name.startswith(FIELD)]
        viewer = viewers.identify(cookies.credentials()).viewer if owners else None
        if viewer is not None and f"{FIELD}{viewer.id}" not in owners:
            raise AnothersFormError(
                f"You are signed in as @{viewer.person.username} now, and the page was made for another account. "
                "Nothing was saved. Log in to that account, or open the page anew."
            )

    return refuse_anothers
