"""A list of posts or comments as an Atom feed (RFC 4287) or a JSON Feed (https://jsonfeed.org/version/1.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

import orjson
from flask import Response, render_template
from markupsafe import Markup

from feedapp.blueprints.pages.kit.assets import file_of, icon, preview
from feedapp.blueprints.pages.kit.rendering import site
from feedapp.reading.read_models import PostView
from feedapp.text.characters import one_line
from feedapp.text.formatted import headline, rendered
from feedapp.text.links import names as named_in
from feedapp.text.mentions import meant
from feedapp.web.conditional import PUBLIC, digest
from feedapp.web.host_guard import site_root

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.reading.read_models import PictureView
    from feedapp.reading.threads import CommentView

Form = Literal["atom", "json"]
CONTENT_TYPES: dict[str, str] = {
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}
TITLE_LENGTH = 80
_OWN_LINK = re.compile(r'(<a (?:class="(?:mention|tag)" )?href=")/')
_CODE = re.compile(r"(<pre[ >].*?</pre>)", re.DOTALL)
_PICTURE = Markup('<p><a href="{}"><img src="{}" width="{}" height="{}" alt="{}"></a></p>')
KIND = "image/webp"
"""Of every file of a picture."""
LONG_AGO = "1970-01-01T00:00:00Z"
"""When a feed without entries changed last: Atom wants a time."""
PRIVATE = "private, no-cache"


@dataclass(frozen=True, slots=True)
class Syndicated:
    """A feed. `path` is its own address without the extension, `page` that of the page for people; both without `/`.

    `next_cursor` leads to what is older; None at the end.
    """

    title: str
    page: str
    path: str
    items: Sequence[PostView | CommentView]
    next_cursor: str | None
    names: frozenset[str] = frozenset()
    private: bool = False


def answer(feed: Syndicated, form: Form) -> Response:
    """Answer with a feed in one of both forms."""
    root = site_root()
    entries = [_entry(item, feed.names, root) for item in feed.items]
    own = f"{root}{feed.path}.{form}"
    older = None if feed.next_cursor is None else f"{own}?{urlencode({'cursor': feed.next_cursor})}"
    make = _atom if form == "atom" else _json
    response = Response(make(feed, entries, own, older), content_type=CONTENT_TYPES[form])
    response.headers["Cache-Control"] = PRIVATE if feed.private else PUBLIC
    if feed.private:
        response.set_etag(digest(response.get_data()))
    return response


def _entry(item: PostView | CommentView, names: frozenset[str], root: str) -> dict[str, Any]:
    is_post = isinstance(item, PostView)
    pictures = item.media if isinstance(item, PostView) else ()
    address = f"posts/{item.id}" if isinstance(item, PostView) else f"posts/{item.post_id}/comments/{item.id}"
    words = headline(item.body, TITLE_LENGTH)
    return {
        "address": root + address,
        "title": words if is_post else f"{one_line(item.author.display_name)}: {words}",
        "html": absolute(rendered(item.body, meant(names, named_in(item.body), item.created_at)), root)
        + pictured(pictures, root),
        "text": item.body,
        "pictures": [{"address": _file(each, each.width, root), "alt": each.alt} for each in pictures],
        "language": item.language,
        "name": one_line(item.author.display_name),
        "profile": f"{root}@{item.author.username}",
        "published": item.created_at,
        "updated": item.edited_at or item.created_at,
    }


def absolute(html: Markup, root: str) -> Markup:
    """Make the links that lead to this site whole, and line breaks visible where no style sheet does that.

    A `<` of the text itself is escaped, so what is replaced is never the text's.
    """
    whole = _OWN_LINK.sub(rf"\g<1>{root}", str(html))
    parts = _CODE.split(whole)
    parts[::2] = [part.replace("\n", "<br>\n") for part in parts[::2]]
    return Markup("".join(parts))  # noqa: S704  (it was HTML before)


def pictured(pictures: Sequence[PictureView], root: str) -> Markup:
    """Show pictures where no style sheet of ours does."""
    shown = (
        _PICTURE.format(
            _file(each, each.width, root),
            _file(each, preview(each.width), root),
            preview(each.width),
            height_at(each, preview(each.width)),
            each.alt,
        )
        for each in pictures
    )
    return Markup("").join(shown)


def height_at(picture: PictureView, width: int) -> int:
    """Give how high a picture is where it is so wide."""
    return max(1, round(picture.height * width / picture.width))


def _file(picture: PictureView, width: int, root: str) -> str:
    return root + file_of(picture.digest, width)[1:]


def _atom(feed: Syndicated, entries: list[dict[str, Any]], own: str, older: str | None) -> str:
    updated = max((each["updated"] for each in entries), default=LONG_AGO)
    shown = {"feed": feed, "entries": entries, "own": own, "older": older, "updated": updated}
    return render_template("syndication/atom.xml", root=site_root(), site=site(), **shown)


def _json(feed: Syndicated, entries: list[dict[str, Any]], own: str, older: str | None) -> bytes:
    shown, root = site(), site_root()
    document: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": root + feed.page,
        "feed_url": own,
        "language": shown.language,
        "icon": root + icon(shown.icon, 512)[1:],
        "favicon": root + icon(shown.icon, 96)[1:],
        "items": [_item(each) for each in entries],
    }
    if shown.tagline:
        document["description"] = shown.tagline
    if older is not None:
        document["next_url"] = older
    return orjson.dumps(document)


def _item(entry: dict[str, Any]) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry["address"],
        "url": entry["address"],
        "title": entry["title"],
        "content_html": str(entry["html"]),
        "content_text": entry["text"],
        "date_published": entry["published"],
        "authors": [{"name": entry["name"], "url": entry["profile"]}],
    }
    if entry["language"]:
        item["language"] = entry["language"]
    if entry["pictures"]:
        item["image"] = entry["pictures"][0]["address"]
        item["attachments"] = [
            {"url": each["address"], "mime_type": KIND} | ({"title": each["alt"]} if each["alt"] else {})
            for each in entry["pictures"]
        ]
    return item | ({"date_modified": entry["updated"]} if entry["updated"] != entry["published"] else {})
