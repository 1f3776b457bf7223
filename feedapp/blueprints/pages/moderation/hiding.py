"""Hiding posts and comments, and showing them again, for moderators: forms on the pages of reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, url_for

from feedapp.blueprints.pages.kit.addresses import came_from
from feedapp.blueprints.pages.kit.changes import Change, path_ids
from feedapp.blueprints.pages.kit.forms import read
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.schemas.moderation import Hiding
from feedapp.services.moderation.hiding import Text

if TYPE_CHECKING:
    from flask import Response

    from feedapp.blueprints.pages.kit.changes import Member, Members
    from feedapp.blueprints.pages.kit.forms import Form
    from feedapp.errors import DomainError
    from feedapp.services.moderation.hiding import HidingService, HidingState

POST, COMMENT = "/posts/<post_id>", "/posts/<post_id>/comments/<comment_id>"


def blueprint(hiding: HidingService, members: Members) -> Blueprint:
    """Make the blueprint."""
    hiding_pages = Blueprint("hiding", __name__)

    @members
    def hide(member: Member, **ids: int) -> Response:
        text = Text(**ids)

        def act() -> HidingState:
            return hiding.hide(member.sender, text, reason=read(Hiding).reason)

        def again(form: Form, error: DomainError) -> Response:
            hiding.state(member.sender, text)  # no form for what is not there, nor for who may not hide it
            return page(
                "moderation/hide.html",
                viewer=member.viewer,
                status=error.status,
                form=form,
                text=text,
                back=_address(text),
            )

        return Change(act=act, done=lambda _: see_other(_address(text)), again=again).answer()

    @members
    def show(member: Member, **ids: int) -> Response:
        text = Text(**ids)
        hiding.show(member.sender, text)
        return see_other(came_from(_address(text)))

    def listing(**named: str) -> Response:
        return see_other(_address(Text(**path_ids(named))))

    for path, name in ((POST, "post"), (COMMENT, "comment")):
        hiding_pages.add_url_rule(f"{path}/hiding", f"hide_{name}", hide, methods=["POST"])
        hiding_pages.add_url_rule(f"{path}/hiding/delete", f"show_{name}", show, methods=["POST"])
        hiding_pages.add_url_rule(f"{path}/hiding", f"listing_{name}", listing)
        hiding_pages.add_url_rule(f"{path}/hiding/delete", f"listing_shown_{name}", listing)
    return hiding_pages


def _address(text: Text) -> str:
    if text.comment_id is None:
        return url_for("pages.posts.show", post_id=text.post_id)
    return url_for("pages.comments.show", post_id=text.post_id, comment_id=text.comment_id)
