"""/posts/<id>/edit and /delete."""

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

    from feedapp.reading.read_models import PostView
    from feedapp.reading.viewers import ViewerService
    from feedapp.services.content.posts import PostService
    from feedapp.services.people.names import NameService


def add_to(post_pages: Blueprint, posts: PostService, viewers: ViewerService, names: NameService) -> None:
    """Add the pages on which an author changes a post."""

    @post_pages.get("/posts/<post_id>/edit")
    def editor(post_id: str) -> Response:
        viewer, view = posts.own(cookies.credentials(), known_id(post_id))
        return writing(viewer, "post", text=view.body, post_id=view.id, version=view.version)

    @post_pages.post("/posts/<post_id>/edit")
    def edit(post_id: str) -> Response:
        wanted, viewer = known_id(post_id), viewers.require(cookies.credentials())
        try:
            body, sender = read(Writing).body, cookies.credentials()
            view = applied({"body": body}, lambda: posts.edit(sender, wanted, body=body, expected=expected()))
        except InvalidInputError as error:
            return writing(viewer, "post", post_id=wanted, form=refused(error), version=request.form.get(FIELD))
        except StaleEditError as error:
            now, form = cast("PostView", error.current), Form(typed(), {})
            current = linked(now.body, names.in_text(now))
            return writing(viewer, "post", post_id=wanted, form=form, version=now.version, current=current)
        if wants_fragment():
            whole = wants_whole()
            people = names.in_text(view) if whole else names.in_list([view])
            return shown(cards.whole(view, viewer, people) if whole else cards.one(view, viewer, people))
        return see_other(url_for("pages.posts.show", post_id=post_id))

    @post_pages.get("/posts/<post_id>/delete")
    def confirm(post_id: str) -> Response:
        viewer, view = posts.own(cookies.credentials(), known_id(post_id))
        return page("delete.html", viewer=viewer, what="post", written=view, post_id=view.id)

    @post_pages.post("/posts/<post_id>/delete")
    def delete(post_id: str) -> Response:
        wanted, viewer = known_id(post_id), viewers.require(cookies.credentials())
        try:
            posts.delete(cookies.credentials(), wanted, expected=expected())
        except StaleEditError as error:
            context = {"what": "post", "written": error.current, "post_id": wanted, "changed": True}
            return page("delete.html", viewer=viewer, status=CONFLICT, **context)
        return nothing() if wants_fragment() else see_other(url_for("pages.feeds.home"))
