"""/posts/<id>/comments: reading, answering and writing comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cards, cookies
from feedapp.blueprints.pages.kit.addresses import known_id
from feedapp.blueprints.pages.kit.forms import Form
from feedapp.blueprints.pages.kit.rendering import fragment, page, see_other, wants_fragment
from feedapp.blueprints.pages.posts import COMMENTS
from feedapp.blueprints.pages.writing import Written, add_to
from feedapp.languages.catalogues import gettext as _
from feedapp.schemas.inputs import NewComment

if TYPE_CHECKING:
    from flask import Response
    from markupsafe import Markup

    from feedapp.blueprints.pages.kit.changes import Member, Members
    from feedapp.reading.read_models import Viewer
    from feedapp.reading.threads import CommentView
    from feedapp.reading.viewers import Credentials
    from feedapp.services.content.comments import CommentService
    from feedapp.services.content.threads import ThreadService
    from feedapp.services.people.names import NameService

ALL, ONE = "/posts/<post_id>/comments", "/posts/<post_id>/comments/<comment_id>"


def blueprint(comments: CommentService, threads: ThreadService, members: Members, names: NameService) -> Blueprint:
    """Make the blueprint."""
    comment_pages = Blueprint("comments", __name__)

    @comment_pages.get(ALL)
    def under(post_id: str) -> Response:
        return see_other(url_for("pages.posts.show", post_id=known_id(post_id), _anchor="comments"))

    @comment_pages.get(ONE)
    def show(post_id: str, comment_id: str) -> Response:
        ids = {"post_id": known_id(post_id), "comment_id": known_id(comment_id)}
        cursor = request.args.get("cursor")
        view = threads.of_comment(cookies.credentials(), **ids, cursor=cursor, limit=COMMENTS)
        named = names.in_list([view.comment, *view.answers.items]) | names.in_text(view.comment)
        below = cards.comments(view.answers, named, view.post_author_id, answers=True)
        if wants_fragment():
            more = {
                "prev": _("Earlier replies"),
                "next": _("Later replies"),
                "label": _("More replies"),
                "anchor": "#comments",
            }
            return fragment(below, viewer=view.viewer, **more)
        card = cards.whole_comment(view.comment, named, view.post_author_id)
        above = view.answered
        return page("comment.html", viewer=view.viewer, comment=view.comment, answered=above, card=card, cards=below)

    @comment_pages.get(f"{ONE}/reply")
    @members
    def reply(member: Member, post_id: int, comment_id: int) -> Response:
        view = comments.show(member.sender, post_id=post_id, comment_id=comment_id)
        form = Form({"body": "", "in_reply_to": str(comment_id)}, {})
        return page(
            "write.html",
            viewer=member.viewer,
            what="comment",
            form=form,
            answered=view,
            action=url_for("pages.comments.comment_on", post_id=post_id),
            back=_by_itself(view),
        )

    add_to(comment_pages, _written(comments, threads, names), members, names)
    return comment_pages


def _written(comments: CommentService, threads: ThreadService, names: NameService) -> Written[CommentView]:
    def card(view: CommentView, viewer: Viewer, *, whole: bool) -> Markup:
        del viewer
        if whole:
            return cards.whole_comment(view, names.in_text(view))
        return cards.comment(view, names.in_list([view]))

    def seen(sender: Credentials, view: CommentView) -> str:
        """Give where a comment is seen: under the post if it is on the first page there, else by itself."""
        first = threads.of_post(sender, view.post_id, cursor=None, limit=COMMENTS).comments
        if any(comment.id == view.id for comment in first.items):
            return url_for("pages.posts.show", post_id=view.post_id, _anchor=f"comment-{view.id}")
        return _by_itself(view)

    def deleted(post_id: int, comment_id: int) -> str:
        del comment_id
        return url_for("pages.posts.show", post_id=post_id, _anchor="comments")

    return Written(
        what="comment",
        new=NewComment,
        all_at=ALL,
        one_at=ONE,
        publishes="comment_on",
        own=comments.own,
        above=lambda sender, post_id: threads.of_post(sender, post_id, cursor=None, limit=1),
        publish=comments.comment_on,
        edit=comments.edit,
        delete=comments.delete,
        card=card,
        made=seen,
        edited=seen,
        place=_by_itself,
        deleted=deleted,
    )


def _by_itself(view: CommentView) -> str:
    """Give the address of a comment's own page."""
    return url_for("pages.comments.show", post_id=view.post_id, comment_id=view.id)
