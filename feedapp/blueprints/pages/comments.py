"""/posts/<id>/comments: reading and writing comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, url_for

from feedapp.blueprints.pages import comment_changes
from feedapp.blueprints.pages.comment_changes import ADDRESS, by_itself, place
from feedapp.blueprints.pages.kit import cards, cookies
from feedapp.blueprints.pages.kit.addresses import known_id
from feedapp.blueprints.pages.kit.form_keys import REUSED, once
from feedapp.blueprints.pages.kit.forms import Form, read, refused, typed
from feedapp.blueprints.pages.kit.rendering import page, see_other, shown, wants_fragment
from feedapp.blueprints.pages.kit.writing import CONFLICT, writing
from feedapp.errors import InvalidInputError, KeyReusedError
from feedapp.schemas.inputs import Writing

if TYPE_CHECKING:
    from flask import Response

    from feedapp.reading.viewers import ViewerService
    from feedapp.services.content.comments import CommentService
    from feedapp.services.content.posts import PostService
    from feedapp.services.people.names import NameService


def blueprint(comments: CommentService, posts: PostService, viewers: ViewerService, names: NameService) -> Blueprint:
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
                place=by_itself,
                render=lambda view: (
                    shown(cards.comment(view, viewer, names.in_list([view])), status=201)
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
        card = cards.whole_comment(view, viewer, names.in_text(view))
        return page("comment.html", viewer=viewer, comment=view, card=card)

    comment_changes.add_to(comment_pages, comments, posts, viewers, names)
    return comment_pages
