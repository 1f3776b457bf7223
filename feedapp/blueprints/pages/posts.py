"""/posts: reading and writing posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cards, choices, cookies
from feedapp.blueprints.pages.kit.addresses import known_id
from feedapp.blueprints.pages.kit.forms import Form
from feedapp.blueprints.pages.kit.rendering import fragment, page, see_other, wants_fragment
from feedapp.blueprints.pages.media import sending
from feedapp.blueprints.pages.writing import OK, Written, add_to, next_page, writing
from feedapp.languages.catalogues import gettext as _
from feedapp.schemas.inputs import PostForm
from feedapp.services.content.comments import ORDERS
from feedapp.web.parameters import Parameters

if TYPE_CHECKING:
    from flask import Response
    from markupsafe import Markup

    from feedapp.blueprints.pages.kit.changes import Member, Members
    from feedapp.reading.read_models import PostView, Viewer
    from feedapp.reading.viewers import Credentials
    from feedapp.services.content.comments import Order
    from feedapp.services.content.posts import PostService
    from feedapp.services.content.threads import ThreadService
    from feedapp.services.media.pictures import PictureService
    from feedapp.services.people.names import NameService
    from feedapp.web.response_cache import ResponseCache

COMMENTS = 50
"""How many stand on one page."""
THREAD = Parameters(cursor=None, fragment=("1",), order=("newest", "oldest"))


def blueprint(
    posts: PostService,
    threads: ThreadService,
    pictures: PictureService,
    members: Members,
    names: NameService,
    kept: ResponseCache,
) -> Blueprint:
    """Make the blueprint."""
    post_pages = Blueprint("posts", __name__)

    @post_pages.get("/posts")
    def listing() -> Response:
        return see_other(url_for("pages.feeds.home"))

    @post_pages.get("/posts/new")
    @members
    def compose(member: Member) -> Response:
        form = Form({"body": "", "language": choices.language(member.viewer.id) or ""}, {})
        return writing(member.viewer, "post", form=form, status=OK)

    @post_pages.get("/posts/<post_id>")
    @kept.of(cookies.credentials, parameters=THREAD)
    def show(post_id: str) -> Response:
        cursor = request.args.get("cursor")
        order: Order = next((each for each in ORDERS if each == request.args.get("order")), "thread")
        query = "" if order == "thread" else f"order={order}&"
        sender = cookies.credentials()
        view = threads.of_post(sender, known_id(post_id), cursor=cursor, limit=COMMENTS, order=order)
        named = names.in_list(view.comments.items, whole=view.post)
        below = cards.folded(view.comments, cards.comments(view.comments, named, view.post.author.id))
        if wants_fragment():
            more = {
                "prev": _("Earlier comments"),
                "next": _("Later comments"),
                "label": _("More comments"),
                "anchor": "#comments",
                "query": query,
            }
            return fragment(below, viewer=view.viewer, **more)
        whole = cards.whole(view.post, view.viewer, named)
        return page("post.html", viewer=view.viewer, post=view.post, card=whole, cards=below, order=order, query=query)

    add_to(post_pages, _written(posts, pictures, names), members, names)
    return post_pages


def _written(posts: PostService, pictures: PictureService, names: NameService) -> Written[PostView]:
    def publish(sender: Credentials, **sent: Any) -> PostView:
        return posts.publish(sender, **sent, media=sending.taken(pictures, sender))

    def card(view: PostView, viewer: Viewer, *, whole: bool) -> Markup:
        people = names.in_text(view) if whole else names.in_list([view])
        return cards.whole(view, viewer, people) if whole else cards.one(view, viewer, people)

    def edited(_: Credentials, view: PostView) -> str:
        return url_for("pages.posts.show", post_id=view.id)

    def deleted(post_id: int) -> str:
        del post_id
        return url_for("pages.feeds.home")

    return Written(
        what="post",
        new=PostForm,
        all_at="/posts",
        one_at="/posts/<post_id>",
        publishes="publish",
        own=posts.own,
        publish=publish,
        take=lambda sender: sending.taken(pictures, sender),
        kept=lambda sender: sending.kept(pictures, sender),
        noted=choices.keep_language,
        edit=posts.edit,
        delete=posts.delete,
        card=card,
        made=lambda _, view: _in_feed(view),
        edited=edited,
        place=_in_feed,
        deleted=deleted,
    )


def _in_feed(view: PostView) -> str:
    if wants_fragment():  # a script looks for the card of this post and no other
        return url_for("pages.posts.show", post_id=view.id)
    back = next_page().partition("#")[0]
    return f"{back}#post-{view.id}" if back else url_for("pages.feeds.home", _anchor=f"post-{view.id}")
