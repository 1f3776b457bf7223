"""/posts/<id>/comments: reading and writing comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, url_for

from feedapp.blueprints.pages.kit import cards, cookies
from feedapp.blueprints.pages.kit.addresses import known_id
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.blueprints.pages.posts import COMMENTS
from feedapp.blueprints.pages.writing import Written, add_to
from feedapp.schemas.inputs import Writing

if TYPE_CHECKING:
    from flask import Response
    from markupsafe import Markup

    from feedapp.blueprints.pages.kit.changes import Members
    from feedapp.reading.read_models import CommentView, Viewer
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.services.content.comments import CommentService
    from feedapp.services.content.posts import PostService
    from feedapp.services.people.names import NameService

ALL, ONE = "/posts/<post_id>/comments", "/posts/<post_id>/comments/<comment_id>"


def blueprint(
    comments: CommentService, posts: PostService, members: Members, viewers: ViewerService, names: NameService
) -> Blueprint:
    """Make the blueprint."""
    comment_pages = Blueprint("comments", __name__)

    @comment_pages.get(ALL)
    def under(post_id: str) -> Response:
        return see_other(url_for("pages.posts.show", post_id=known_id(post_id), _anchor="comments"))

    @comment_pages.get(ONE)
    def show(post_id: str, comment_id: str) -> Response:
        sender = cookies.credentials()
        view = comments.show(sender, post_id=known_id(post_id), comment_id=known_id(comment_id))
        viewer = viewers.identify(sender).viewer
        card = cards.whole_comment(view, viewer, names.in_text(view))
        return page("comment.html", viewer=viewer, comment=view, card=card)

    add_to(comment_pages, _written(comments, posts, names), members, names)
    return comment_pages


def _written(comments: CommentService, posts: PostService, names: NameService) -> Written[CommentView]:
    def card(view: CommentView, viewer: Viewer, *, whole: bool) -> Markup:
        if whole:
            return cards.whole_comment(view, viewer, names.in_text(view))
        return cards.comment(view, viewer, names.in_list([view]))

    def seen(sender: Credentials, view: CommentView) -> str:
        """Give where a comment is seen: under the post if it is on the first page there, else by itself."""
        first = posts.show_with_comments(sender, view.post_id, cursor=None, limit=COMMENTS).comments
        if any(comment.id == view.id for comment in first.items):
            return url_for("pages.posts.show", post_id=view.post_id, _anchor=f"comment-{view.id}")
        return _by_itself(view)

    def deleted(post_id: int, comment_id: int) -> str:
        del comment_id
        return url_for("pages.posts.show", post_id=post_id, _anchor="comments")

    return Written(
        what="comment",
        new=Writing,
        all_at=ALL,
        one_at=ONE,
        publishes="comment_on",
        own=comments.own,
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
