"""The page on which a post or a comment is written, when the form below a feed or a post is not enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for

from feedapp.blueprints.pages.kit.forms import Form
from feedapp.blueprints.pages.kit.rendering import page
from feedapp.errors import InvalidInputError

if TYPE_CHECKING:
    from flask import Response
    from markupsafe import Markup

    from feedapp.reading.read_models import Viewer


CONFLICT = 409


def writing(
    viewer: Viewer,
    what: str,
    *,
    text: str = "",
    form: Form | None = None,
    post_id: int | None = None,
    comment_id: int | None = None,
    version: str | None = None,
    current: Markup | None = None,
    status: int | None = None,
) -> Response:
    """Show the page; `what` is a post or a comment. A `form` that was refused is shown again with its messages.

    `version` is the one that is being edited; `current` the text that somebody saved meanwhile.
    """
    editing = comment_id is not None if what == "comment" else post_id is not None
    return page(
        "write.html",
        viewer=viewer,
        status=status or (CONFLICT if current is not None else InvalidInputError.status if form else 200),
        what=what,
        editing=editing,
        form=form or Form({"body": text}, {}),
        version=version,
        current=current,
        action=_action(what, post_id, comment_id),
        back=url_for("pages.posts.show", post_id=post_id) if post_id else url_for("pages.feeds.home"),
    )


def _action(what: str, post_id: int | None, comment_id: int | None) -> str:
    if what == "post":
        return url_for("pages.posts.edit", post_id=post_id) if post_id else url_for("pages.posts.publish")
    if comment_id is None:
        return url_for("pages.comments.comment_on", post_id=post_id)
    return url_for("pages.comments.edit", post_id=post_id, comment_id=comment_id)
