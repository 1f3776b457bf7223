"""/posts/<id>/comments: reading and writing comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, url_for

from feedapp.blueprints.pages import cards, comment_changes, cookies
from feedapp.blueprints.pages.addresses import known_id
from feedapp.blueprints.pages.comment_changes import ADDRESS, place
from feedapp.blueprints.pages.forms import Form, read, refused, typed
from feedapp.blueprints.pages.once import REUSED, once
from feedapp.blueprints.pages.rendering import page, see_other, shown, wants_fragment
from feedapp.blueprints.pages.writing import CONFLICT, writing
from feedapp.errors import InvalidInputError, KeyReusedError
from feedapp.schemas.inputs import Writing

if TYPE_CHECKING:
    from flask import Response

    from feedapp.services.comments import CommentService
    from feedapp.services.posts import PostService
    from feedapp.services.viewers import ViewerService
    from feedapp.services.views import CommentView


def blueprint(comments: CommentService, posts: PostService, viewers: ViewerService) -> Blueprint:
    """Make the blueprint."""
    comment_pages = Blueprint("comments", __name__)

    @comment_pages.get("/posts/<post_id>/comments")
    def under(post_id: str) -> Response:
        return see_other(url_for("pages.posts.show", post_id=known_id(post_id), _anchor="comments"))

    @comment_pages.post("/posts/<post_id>/comments")
    def comment_on(post_id: str) -> Response:
        wanted, viewer = known_id(post_id), viewers.require(cookies.credentials())
        try:
            return once(
                lambda key: comments.comment_on(cookies.credentials(), wanted, body=read(Writing).body, once=key),
                place=_by_itself,
                render=lambda view: (
                    shown(cards.comment(view, viewer), status=201)
                    if wants_fragment()
                    else see_other(place(posts, view))
                ),
            )
        except InvalidInputError as error:
            return writing(viewer, "comment", post_id=wanted, form=refused(error))
        except KeyReusedError:
            return writing(viewer, "comment", post_id=wanted, form=Form(typed(), {"": REUSED}), status=CONFLICT)

    @comment_pages.get(ADDRESS)
    def show(post_id: str, comment_id: str) -> Response:
        view = comments.show(cookies.credentials(), post_id=known_id(post_id), comment_id=known_id(comment_id))
        viewer = viewers.identify(cookies.credentials()).viewer
        return page("comment.html", viewer=viewer, comment=view, card=cards.comment(view, viewer))

    comment_changes.add_to(comment_pages, comments, posts, viewers)
    return comment_pages


def _by_itself(view: CommentView) -> str:
    return url_for("pages.comments.show", post_id=view.post_id, comment_id=view.id)
