"""Posts and comments as fragments of HTML. Each depends on nothing but its arguments, so it is made once and kept."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from flask import current_app
from markupsafe import Markup

from feedapp.blueprints.memory import kept_if_small
from feedapp.blueprints.pages import times
from feedapp.blueprints.pages.addresses import way_back
from feedapp.text import Excerpt, excerpt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedapp.services.views import CommentView, Paged, PostView, Viewer

KEPT = 2_048
LONGEST_KEPT = 2_000
"""Cards of up to so many characters are kept: 50 MB at the most, some 8 MB in practice."""


WAY_BACK = token_urlsafe(16)
"""Stands in a kept card for the page that it comes to stand on. Nobody can write it into a post."""


class Cards(NamedTuple):
    """A page of a list as HTML, with the cursors that lead on."""

    items: list[Markup]
    next_cursor: str | None
    prev_cursor: str | None


def feed(page: Paged[PostView], viewer: Viewer | None) -> Cards:
    """Make the cards of a feed, long posts shortened."""
    return Cards([one(post, viewer) for post in page.items], page.next_cursor, page.prev_cursor)


def whole(post: PostView, viewer: Viewer | None) -> Markup:
    """Make the card of a post on its own page."""
    return _placed(_post(post, own=_own(post, viewer), age=times.age(post.created_at), whole=True), viewer)


def one(post: PostView, viewer: Viewer | None) -> Markup:
    """Make the card of a post as it stands in a feed."""
    return _placed(_post(post, own=_own(post, viewer), age=times.age(post.created_at), whole=False), viewer)


def like(post: object) -> Markup:
    """Make the button of a post with `id`, `liked` and `likes_count`."""
    return _made("_like.html", "like", post)


def comments(page: Paged[CommentView], viewer: Viewer | None) -> Cards:
    """Make the comments under a post."""
    return Cards(list(_comments(page.items, viewer)), page.next_cursor, page.prev_cursor)


def comment(view: CommentView, viewer: Viewer | None) -> Markup:
    """Make one comment."""
    return _comment(view, own=_own(view, viewer), age=times.age(view.created_at))


def _comments(views: Iterable[CommentView], viewer: Viewer | None) -> Iterable[Markup]:
    return (comment(view, viewer) for view in views)


def _placed(card: Markup, viewer: Viewer | None) -> Markup:
    """Put in the address of the page on which the card stands, to which logging in leads back.

    The reader's own home comes instead of `/` then, in which the post may be missing.
    """
    if viewer is not None:
        return card
    back = way_back()
    return Markup(card.replace(WAY_BACK, quote("/public" if back == "/" else back, safe="/@")))  # noqa: S704  (escaped)


def _own(written: PostView | CommentView, viewer: Viewer | None) -> bool:
    return viewer is not None and viewer.id == written.author.id


@kept_if_small(KEPT, largest=LONGEST_KEPT, size=lambda view: len(view.body))
def _post(post: PostView, *, own: bool, age: str, whole: bool) -> Markup:
    body = Excerpt(post.body, cut=False) if whole else excerpt(post.body)
    return _made("_post.html", "card", post, own=own, age=age, whole=whole, body=body, back=WAY_BACK)


@kept_if_small(KEPT, largest=LONGEST_KEPT, size=lambda view: len(view.body))
def _comment(comment: CommentView, *, own: bool, age: str) -> Markup:
    return _made("_comment.html", "card", comment, own=own, age=age)


def _made(template: str, macro: str, *arguments: object, **named: object) -> Markup:
    """Call a macro. It costs half of what rendering a template does, which would import and include anew each time."""
    make = getattr(current_app.jinja_env.get_template(template).module, macro)
    return Markup(make(*arguments, **named))  # noqa: S704  (escaped there)
