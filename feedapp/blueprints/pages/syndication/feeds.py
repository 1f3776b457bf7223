"""/feed.atom, /feed.json and the same below a person, a tag and a post: what a feed reader subscribes to.

They show what an anonymous reader sees, whoever asks; below `/home/<secret>` what the owner of that address does. Each
page of 20 leads on to what is older (`next`). What the site says in them is in its own language: many read one copy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import quote

from flask import Blueprint, request

from feedapp.blueprints.pages.kit.addresses import known_id, known_name
from feedapp.blueprints.pages.kit.rendering import permanently, site
from feedapp.blueprints.pages.syndication.documents import Syndicated, answer
from feedapp.errors import NotFoundError, UnauthenticatedError
from feedapp.languages.catalogues import gettext as _
from feedapp.languages.spoken import speaking
from feedapp.pagination import DEFAULT
from feedapp.reading.viewers import Credentials
from feedapp.text import tags
from feedapp.text.characters import one_line
from feedapp.text.formatted import headline
from feedapp.web.parameters import Parameters

if TYPE_CHECKING:
    from flask import Response

    from feedapp.blueprints.pages.syndication.documents import Form
    from feedapp.web.response_cache import ResponseCache
    from feedapp.wiring import Services

ANONYMOUS = Credentials("session")
CURSOR = Parameters(cursor=None)
FORM = "<any(atom, json):form>"


def blueprint(services: Services, kept: ResponseCache) -> Blueprint:
    """Make the blueprint."""
    feed_documents = Blueprint("syndication", __name__)
    names = services.names

    @feed_documents.get(f"/feed.{FORM}")
    @kept.of(lambda: ANONYMOUS, parameters=CURSOR)
    def everyones(form: str) -> Response:
        posts = services.feeds.public(ANONYMOUS, cursor=_cursor(), limit=DEFAULT).posts
        named = names.in_list(posts.items)
        return answer(
            Syndicated(site().name, "public", "feed", posts.items, posts.next_cursor, named), cast("Form", form)
        )

    @feed_documents.get(f"/@<username>/feed.{FORM}")
    @kept.of(lambda: ANONYMOUS, parameters=CURSOR)
    def persons(username: str, form: str) -> Response:
        name = known_name(username)
        if name != username:
            return permanently(f"/@{name}/feed.{form}")
        view = services.profiles.show_with_posts(ANONYMOUS, username=name, cursor=_cursor(), limit=DEFAULT)
        posts, named = view.posts, names.in_list(view.posts.items)
        title = f"{one_line(view.profile.person.display_name)} (@{name}) · {site().name}"
        path = f"@{name}"
        return answer(
            Syndicated(title, path, f"{path}/feed", posts.items, posts.next_cursor, named), cast("Form", form)
        )

    @feed_documents.get(f"/tags/<tag>/feed.{FORM}")
    @kept.of(lambda: ANONYMOUS, parameters=CURSOR)
    def tagged(tag: str, form: str) -> Response:
        name = tags.read(tag)
        if name is None:
            raise NotFoundError("There can be no tag of that name.")
        path = f"tags/{quote(name)}"
        if name != tag:
            return permanently(f"/{path}/feed.{form}")
        posts = services.feeds.tagged(ANONYMOUS, tag=name, cursor=_cursor(), limit=DEFAULT).posts
        title, named = f"#{name} · {site().name}", names.in_list(posts.items)
        return answer(
            Syndicated(title, path, f"{path}/feed", posts.items, posts.next_cursor, named), cast("Form", form)
        )

    @feed_documents.get(f"/posts/<post_id>/feed.{FORM}")
    @kept.of(lambda: ANONYMOUS, parameters=CURSOR)
    def comments(post_id: str, form: str) -> Response:
        view = services.threads.latest_of_post(ANONYMOUS, known_id(post_id), cursor=_cursor(), limit=DEFAULT)
        what = {"name": one_line(view.post.author.display_name), "text": headline(view.post.body, 60)}
        with speaking(site().language):
            title = _("Comments on %(name)s: %(text)s") % what
        path, shown = f"posts/{view.post.id}", [each for each in view.comments.items if not each.stub]
        named, older = names.in_list(shown), view.comments.next_cursor
        return answer(Syndicated(title, path, f"{path}/feed", shown, older, named), cast("Form", form))

    @feed_documents.get(f"/home/<secret>/feed.{FORM}")
    @kept.of(_owner, parameters=CURSOR)
    def home(secret: str, form: str) -> Response:
        try:
            view = services.feeds.home(_owner(), cursor=_cursor(), limit=DEFAULT)
        except UnauthenticatedError:
            raise NotFoundError("This address leads nowhere. Its owner may have another one by now.") from None
        named = names.in_list(view.posts.items)
        path, posts = f"home/{secret}/feed", view.posts
        with speaking(site().language):
            title = f"{_('Home')} · {site().name}"
        feed = Syndicated(title, "", path, posts.items, posts.next_cursor, named, private=True)
        response = answer(feed, cast("Form", form))
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return feed_documents


def _owner() -> Credentials:
    return Credentials.of((request.view_args or {}).get("secret", ""), kind="feed")


def _cursor() -> str | None:
    return request.args.get("cursor")
