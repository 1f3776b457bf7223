"""/oembed: a post or a comment as other sites embed it (https://oembed.com), as a quotation that needs no script."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import orjson
import regex
from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from feedapp.blueprints.pages.kit.addresses import known_id
from feedapp.blueprints.pages.kit.assets import PREVIEW, file_of
from feedapp.blueprints.pages.kit.rendering import site
from feedapp.blueprints.pages.syndication.documents import absolute, height_at, pictured
from feedapp.errors import FieldError, InvalidQueryError, NotFoundError
from feedapp.hosts import read_origin
from feedapp.pictures.formats import widths_of
from feedapp.reading.viewers import Credentials
from feedapp.text.characters import one_line
from feedapp.text.formatted import cut, headline, rendered
from feedapp.web.conditional import PUBLIC
from feedapp.web.host_guard import origin, site_root

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.reading.read_models import PictureView, PostView
    from feedapp.reading.threads import CommentView
    from feedapp.services.content.comments import CommentService
    from feedapp.services.content.posts import PostService

ANONYMOUS = Credentials("session")
WIDTH = 550
UNBOUND = 100_000
ELSEWHERE = "This is not the address of a post or a comment of this site."
_THING = regex.compile(r"/posts/([1-9][0-9]{0,18})(?:/comments/([1-9][0-9]{0,18}))?/?")
_QUOTED = Markup(
    '<blockquote class="feedapp-post"><div dir="auto">{}</div>— '
    '<a href="{}">{} (@{})</a>, <a href="{}">{}</a></blockquote>'
)


def blueprint(posts: PostService, comments: CommentService) -> Blueprint:
    """Make the blueprint."""
    embed_pages = Blueprint("embeds", __name__)

    @embed_pages.get("/oembed")
    def embed() -> Response:
        form = request.args.get("format", "json")
        if form not in {"json", "xml"}:
            raise InvalidQueryError(FieldError("format", "must be json or xml"))
        width = min(_most("maxwidth", WIDTH), WIDTH)
        thing, media, path = _shown(request.args.get("url", ""), posts, comments)
        root, person = site_root(), thing.author
        address, profile = f"{root}{path}", f"{root}@{person.username}"
        name = one_line(person.display_name)
        words = absolute(rendered(thing.body, (), body=cut(thing.body)), root) + pictured(media, root)
        html = _QUOTED.format(words, profile, name, person.username, address, thing.created_at[:10])
        described = {
            "version": "1.0",
            "type": "rich",
            "title": headline(thing.body, 80),
            "author_name": name,
            "author_url": profile,
            "provider_name": site().name,
            "provider_url": root,
            "width": width,
            "height": None,
            "html": str(html),
            **_thumbnail(media, root),
        }
        return _answer(described, form)

    return embed_pages


def _shown(
    url: str, posts: PostService, comments: CommentService
) -> tuple[PostView | CommentView, Sequence[PictureView], str]:
    """Give what an address leads to, its pictures and its path. Raise NotFoundError, also for what says nothing."""
    post_id, comment_id = _meant(url)
    if comment_id is None:
        post = posts.show(ANONYMOUS, post_id)
        return post, post.media, f"posts/{post.id}"
    comment = comments.show(ANONYMOUS, post_id=post_id, comment_id=comment_id)
    if comment.stub:
        raise NotFoundError(ELSEWHERE)
    return comment, (), f"posts/{post_id}/comments/{comment.id}"


def _meant(url: str) -> tuple[int, int | None]:
    """Read which post or comment an address leads to. Raise InvalidQueryError, NotFoundError for one of elsewhere."""
    if not url:
        raise InvalidQueryError(FieldError("url", "is required: the address of a post or a comment of this site"))
    sent_to = read_origin(url)
    found = None if sent_to is None else _THING.fullmatch(urlsplit(url).path)
    if found is None or sent_to is None or sent_to.root not in {site_root(), origin().root}:
        raise NotFoundError(ELSEWHERE)
    return known_id(found[1]), known_id(found[2]) if found[2] else None


def _thumbnail(pictures: Sequence[PictureView], root: str) -> dict[str, object]:
    """Name a file of the first picture that fits into what is asked for."""
    if not pictures:
        return {}
    widest, highest = _most("maxwidth", PREVIEW), _most("maxheight", UNBOUND)
    for picture in pictures[:1]:
        for width in reversed(widths_of(picture.width)):
            height = height_at(picture, width)
            if width <= min(widest, PREVIEW) and height <= highest:
                address = root + file_of(picture.digest, width)[1:]
                return {"thumbnail_url": address, "thumbnail_width": width, "thumbnail_height": height}
    return {}


def _most(name: str, usual: int) -> int:
    text = request.args.get(name, "")
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text)):  # noqa: PLR2004  (more is no width)
        raise InvalidQueryError(FieldError(name, "must be a whole number of pixels"))
    return int(text)


def _answer(described: dict[str, object], form: str) -> Response:
    if form == "json":
        response = Response(orjson.dumps(described), content_type="application/json+oembed")
    else:
        response = Response(
            render_template("syndication/oembed.xml", described=described), content_type="text/xml; charset=utf-8"
        )
    response.headers["Cache-Control"] = PUBLIC
    return response
