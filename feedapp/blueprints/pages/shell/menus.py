"""/posts/<id>/menu, and the same of a comment: what a reader can do with it. A script shows it where the ⋯ stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.addresses import known_id, link
from feedapp.blueprints.pages.kit.rendering import page, wants_fragment
from feedapp.services import policy
from feedapp.web.host_guard import site_root
from feedapp.web.parameters import Parameters

if TYPE_CHECKING:
    from flask import Response

    from feedapp.reading.read_models import PostView
    from feedapp.reading.threads import CommentView
    from feedapp.reading.viewers import ViewerService
    from feedapp.services.content.comments import CommentService
    from feedapp.services.content.posts import PostService
    from feedapp.web.response_cache import ResponseCache

PIECE = Parameters(fragment=("1",))


def blueprint(posts: PostService, comments: CommentService, viewers: ViewerService, kept: ResponseCache) -> Blueprint:
    """Make the blueprint."""
    menu_pages = Blueprint("menus", __name__)

    @menu_pages.get("/posts/<post_id>/menu")
    @kept.of(cookies.credentials, parameters=PIECE)
    def of_post(post_id: str) -> Response:
        view = posts.show(cookies.credentials(), known_id(post_id))
        return _menu(view, "post", link("pages.posts.show", post_id=view.id))

    @menu_pages.get("/posts/<post_id>/comments/<comment_id>/menu")
    @kept.of(cookies.credentials, parameters=PIECE)
    def of_comment(post_id: str, comment_id: str) -> Response:
        ids = {"post_id": known_id(post_id), "comment_id": known_id(comment_id)}
        view = comments.show(cookies.credentials(), **ids)
        return _menu(view, "comment", link("pages.comments.show", **ids))

    def _menu(view: PostView | CommentView, what: str, address: str) -> Response:
        viewer = viewers.identify(cookies.credentials()).viewer
        return page(
            "_menu.html" if wants_fragment() else "menu.html",
            viewer=viewer,
            what=what,
            written=view,
            address=address,
            shared=f"{site_root()}{address[1:]}",
            own=policy.may(viewer, "edit", policy.thing(view)),
            muting=viewer is not None and view.author.id in viewer.sight.mutes,
        )

    return menu_pages
