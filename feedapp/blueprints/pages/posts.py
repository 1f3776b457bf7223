"""/posts: reading and writing posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages import post_changes
from feedapp.blueprints.pages.comment_changes import COMMENTS
from feedapp.blueprints.pages.kit import cards, cookies
from feedapp.blueprints.pages.kit.addresses import known_id
from feedapp.blueprints.pages.kit.form_keys import REUSED, once
from feedapp.blueprints.pages.kit.forms import Form, read, refused, typed
from feedapp.blueprints.pages.kit.rendering import LIST, fragment, page, see_other, shown, wants_fragment
from feedapp.blueprints.pages.kit.writing import CONFLICT, writing
from feedapp.errors import InvalidInputError, KeyReusedError
from feedapp.schemas.inputs import Writing

if TYPE_CHECKING:
    from flask import Response

    from feedapp.reading.read_models import PostView
    from feedapp.reading.viewers import ViewerService
    from feedapp.services.content.posts import PostService
    from feedapp.services.people.names import NameService
    from feedapp.web.response_cache import ResponseCache


def blueprint(posts: PostService, viewers: ViewerService, names: NameService, kept: ResponseCache) -> Blueprint:
    """Make the blueprint."""
    post_pages = Blueprint("posts", __name__)

    @post_pages.get("/posts")
    def listing() -> Response:
        return see_other(url_for("pages.feeds.home"))

    @post_pages.get("/posts/new")
    def compose() -> Response:
        return writing(viewers.require(cookies.credentials()), "post")

    @post_pages.post("/posts")
    def publish() -> Response:
        viewer = viewers.require(cookies.credentials())
        try:
            return once(
                lambda key: posts.publish(cookies.credentials(), body=read(Writing).body, once=key),
                place=_in_feed,
                render=lambda view: (
                    shown(cards.one(view, viewer, names.in_list([view])), status=201)
                    if wants_fragment()
                    else see_other(_in_feed(view))
                ),
            )
        except InvalidInputError as error:
            return writing(viewer, "post", form=refused(error))
        except KeyReusedError:
            return writing(viewer, "post", form=Form(typed(), {"": REUSED}), status=CONFLICT)

    @post_pages.get("/posts/<post_id>")
    @kept.of(cookies.credentials, parameters=LIST)
    def show(post_id: str) -> Response:
        cursor = request.args.get("cursor")
        view = posts.show_with_comments(cookies.credentials(), known_id(post_id), cursor=cursor, limit=COMMENTS)
        named = names.in_list(view.comments.items, whole=view.post)
        below = cards.comments(view.comments, view.viewer, named)
        if wants_fragment():
            more = {
                "prev": "Earlier comments",
                "next": "Later comments",
                "label": "More comments",
                "anchor": "#comments",
            }
            return fragment(below, viewer=view.viewer, **more)
        whole = cards.whole(view.post, view.viewer, named)
        return page("post.html", viewer=view.viewer, post=view.post, card=whole, cards=below)

    post_changes.add_to(post_pages, posts, viewers, names)
    return post_pages


def _in_feed(view: PostView) -> str:
    if wants_fragment():  # a script looks for the card of this post and no other
        return url_for("pages.posts.show", post_id=view.id)
    return url_for("pages.feeds.home", _anchor=f"post-{view.id}")
