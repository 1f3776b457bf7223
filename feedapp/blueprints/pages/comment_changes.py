"""/posts/<id>/comments/<id>/edit and /delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import request, url_for

from feedapp.blueprints.pages.kit import cards, cookies
from feedapp.blueprints.pages.kit.addresses import known_id
from feedapp.blueprints.pages.kit.forms import Form, read, refused, typed
from feedapp.blueprints.pages.kit.rendering import nothing, page, see_other, shown, wants_fragment, wants_whole
from feedapp.blueprints.pages.kit.versions import FIELD, applied, expected
from feedapp.blueprints.pages.kit.writing import CONFLICT, writing
from feedapp.errors import InvalidInputError, StaleEditError
from feedapp.schemas.inputs import Writing
from feedapp.text.html import linked

if TYPE_CHECKING:
    from flask import Blueprint, Response
    from markupsafe import Markup

    from feedapp.reading.read_models import CommentView, Viewer
    from feedapp.reading.viewers import ViewerService
    from feedapp.services.content.comments import CommentService
    from feedapp.services.content.posts import PostService
    from feedapp.services.people.names import NameService

ADDRESS = "/posts/<post_id>/comments/<comment_id>"
COMMENTS = 50
"""How many stand on one page."""


def add_to(
    comment_pages: Blueprint, comments: CommentService, posts: PostService, viewers: ViewerService, names: NameService
) -> None:
    """Add the pages on which an author changes a comment."""

    @comment_pages.get(f"{ADDRESS}/edit")
    def editor(post_id: str, comment_id: str) -> Response:
        viewer, view = comments.own(cookies.credentials(), **_ids(post_id, comment_id))
        text, version = view.body, view.version
        return writing(viewer, "comment", text=text, version=version, post_id=view.post_id, comment_id=view.id)

    @comment_pages.post(f"{ADDRESS}/edit")
    def edit(post_id: str, comment_id: str) -> Response:
        post, wanted = known_id(post_id), known_id(comment_id)
        viewer = viewers.require(cookies.credentials())
        try:
            body, sender = read(Writing).body, cookies.credentials()
            view = applied(
                {"body": body},
                lambda: comments.edit(sender, post_id=post, comment_id=wanted, body=body, expected=expected()),
            )
        except InvalidInputError as error:
            form, version = refused(error), request.form.get(FIELD)
            return writing(viewer, "comment", post_id=post, comment_id=wanted, form=form, version=version)
        except StaleEditError as error:
            now, form = cast("CommentView", error.current), Form(typed(), {})
            return writing(
                viewer,
                "comment",
                post_id=post,
                comment_id=wanted,
                form=form,
                version=now.version,
                current=linked(now.body, names.in_text(now)),
            )
        if wants_fragment():
            return shown(_as_before(view, viewer, names))
        return see_other(place(posts, view))

    @comment_pages.get(f"{ADDRESS}/delete")
    def confirm(post_id: str, comment_id: str) -> Response:
        viewer, view = comments.own(cookies.credentials(), **_ids(post_id, comment_id))
        return page("delete.html", viewer=viewer, what="comment", written=view, post_id=view.post_id)

    @comment_pages.post(f"{ADDRESS}/delete")
    def delete(post_id: str, comment_id: str) -> Response:
        post, wanted = known_id(post_id), known_id(comment_id)
        viewer = viewers.require(cookies.credentials())
        try:
            comments.delete(cookies.credentials(), post_id=post, comment_id=wanted, expected=expected())
        except StaleEditError as error:
            context = {"what": "comment", "written": error.current, "post_id": post, "changed": True}
            return page("delete.html", viewer=viewer, status=CONFLICT, **context)
        if wants_fragment():
            return nothing()
        return see_other(url_for("pages.posts.show", post_id=post_id, _anchor="comments"))


def place(posts: PostService, view: CommentView) -> str:
    """Give where a comment is seen: under the post if it is on the first page there, else by itself."""
    first = posts.show_with_comments(cookies.credentials(), view.post_id, cursor=None, limit=COMMENTS).comments
    if any(comment.id == view.id for comment in first.items):
        return url_for("pages.posts.show", post_id=view.post_id, _anchor=f"comment-{view.id}")
    return by_itself(view)


def _as_before(view: CommentView, viewer: Viewer, names: NameService) -> Markup:
    """Make the card as it stands where it was edited: whole on its own page or unfolded, else shortened."""
    if wants_whole():
        return cards.whole_comment(view, viewer, names.in_text(view))
    return cards.comment(view, viewer, names.in_list([view]))


def by_itself(view: CommentView) -> str:
    """Give the address of a comment's own page."""
    return url_for("pages.comments.show", post_id=view.post_id, comment_id=view.id)


def _ids(post_id: str, comment_id: str) -> dict[str, int]:
    return {"post_id": known_id(post_id), "comment_id": known_id(comment_id)}
