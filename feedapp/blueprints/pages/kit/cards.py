"""Parts of pages: posts and comments, and what stands around every page.

Each depends on nothing but its arguments, so it is made once and kept: a page of which one card has changed costs that
card, not all others and the ways to everywhere.

The language is one of them, so that a card is not given to readers of another.

`people` are those whose names are links, as `NameService` gives them.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import current_app, request
from jinja2 import pass_context
from markupsafe import Markup

from feedapp.blueprints.pages.kit import times
from feedapp.blueprints.pages.kit.addresses import way_back
from feedapp.languages.spoken import current, speaking
from feedapp.text.folding import Excerpt, excerpt_around
from feedapp.text.formatted import cut
from feedapp.text.highlights import spans
from feedapp.text.links import may_name, names
from feedapp.text.mentions import meant
from feedapp.web.response_cache.bounded_cache import kept_if_small

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2.runtime import Context

    from feedapp.reading.page_models import UnderPost
    from feedapp.reading.read_models import Paged, PostView, Viewer
    from feedapp.reading.threads import CommentView

KEPT = 2_048
LONGEST_KEPT = 2_000
"""Cards of up to so many characters are kept: 50 MB at the most, some 8 MB in practice."""


HEADER, SURROUNDINGS_KEPT = "_header.html", 512
AROUND = {
    HEADER: ("viewer", "unread", "staff", "admin", "unknown", "scheme", "site", "language", "next"),
    "_community.html": ("site", "language"),
    "_footer.html": ("viewer", "scheme", "site", "language"),
    "_keys.html": ("language",),
}
"""By template, some 5 KB each: what it takes from the page that it stands on."""

WAY_BACK = token_urlsafe(16)
"""Stands in a kept card for the page that it comes to stand on. Nobody can write it into a post."""


def feed(page: Paged[PostView], viewer: Viewer | None, people: frozenset[str]) -> Paged[Markup]:
    """Make the cards of a feed, long posts shortened."""
    return page.of([one(post, viewer, people) for post in page.items])


def whole(post: PostView, viewer: Viewer | None, people: frozenset[str]) -> Markup:
    """Make the card of a post on its own page."""
    return _placed(_card(_post, post, people, whole=True), viewer)


def one(post: PostView, viewer: Viewer | None, people: frozenset[str]) -> Markup:
    """Make the card of a post as it stands in a feed."""
    return _placed(_card(_post, post, people), viewer)


def pinned(post: PostView, viewer: Viewer | None, people: frozenset[str]) -> Markup:
    """Make the card of a post at the top of its author's profile, on which it may stand once more."""
    age = times.age(post.created_at)
    more = {"age": age, "whole": False, "people": _named(post, people), "back": WAY_BACK, "top": True}
    return _placed(_made("_post.html", "card", post, body=cut(post.body), **more), viewer)


def found(
    page: Paged[PostView], viewer: Viewer | None, people: frozenset[str], words: tuple[str, ...]
) -> Paged[Markup]:
    """Make the cards of posts that a search found: the words marked, long posts shortened to where they stand."""
    items = [_placed(_found("_post.html", view, people, words, back=WAY_BACK), viewer) for view in page.items]
    return page.of(items)


def found_comments(page: Paged[CommentView], people: frozenset[str], words: tuple[str, ...]) -> Paged[Markup]:
    """Make the same of comments."""
    items = [_found("_comment.html", view, people, words) for view in page.items]
    return page.of(items)


def like(post: object) -> Markup:
    """Make the button of a post with `id`, `liked` and `likes_count`."""
    return _made("_like.html", "like", post)


def bookmark(post: object) -> Markup:
    """Make the button to keep a post with `id` and `bookmarked`."""
    return _made("_bookmark.html", "bookmark", post)


def comment_like(comment: object) -> Markup:
    """Make the button of a comment with `post_id`, `id`, `liked` and `likes_count`."""
    return _made("_like.html", "comment_like", comment)


def comments(
    page: Paged[CommentView],
    people: frozenset[str],
    author_id: int,
    *,
    answers: bool = False,
) -> Paged[Markup]:
    """Make the comments under a post of that author, long ones shortened; or the `answers` to one of them."""
    return page.of([comment(view, people, author_id, answers=answers) for view in page.items])


def folded(views: Paged[CommentView], made: Paged[Markup]) -> Paged[Markup]:
    """Put the answers to each comment of a thread together, so that they fold away."""
    parts: list[Markup] = []
    pairs = zip(views.items, made.items, strict=True)
    for answered, group in groupby(pairs, key=lambda pair: (pair[0].in_reply_to or 0) if pair[0].level else None):
        some = [card for _, card in group]
        parts += some if answered is None else [_made("_answers.html", "folded", some, answered)]
    return made.of(parts)


def comments_by(page: Paged[UnderPost], people: frozenset[str]) -> Paged[Markup]:
    """Make the comments of one person, each with what it is under."""
    return page.of([_found("_comment.html", each.comment, people, (), under=each) for each in page.items])


def comment(
    view: CommentView,
    people: frozenset[str],
    author_id: int | None = None,
    *,
    answers: bool = False,
) -> Markup:
    """Make one comment as it stands under a post, or under what it `answers`; its author's are marked."""
    return _card(_comment, view, people, by_author=view.author.id == author_id, answers=answers)


def whole_comment(view: CommentView, people: frozenset[str], author_id: int | None = None) -> Markup:
    """Make one comment on its own page."""
    return _card(_comment, view, people, whole=True, by_author=view.author.id == author_id)


def _placed(card: Markup, viewer: Viewer | None) -> Markup:
    """Put in the address of the page on which the card stands, to which logging in leads back.

    The reader's own home comes instead of `/` then, in which the post may be missing.
    """
    if viewer is not None:
        return card
    back = way_back()
    return Markup(card.replace(WAY_BACK, quote("/public" if back == "/" else back, safe="/@")))  # noqa: S704  (escaped)


def _card(
    make: Callable[..., Markup],
    written: PostView | CommentView,
    people: frozenset[str],
    *,
    whole: bool = False,
    **more: bool,
) -> Markup:
    """Reduce the arguments to what the card depends on."""
    people = _named(written, people, end=_body(written, whole=whole).end)
    age, language = times.age(written.created_at), current()
    return make(written, age=age, whole=whole, people=people, language=language, **more)


def _named(written: PostView | CommentView, people: frozenset[str], *, end: int | None = None) -> frozenset[str]:
    """Give whom the names in a text lead to."""
    if people and may_name(written.body):
        return meant(people, names(written.body, end=end), written.created_at)
    return frozenset()


def _body(written: PostView | CommentView, *, whole: bool) -> Excerpt:
    return Excerpt(written.body, len(written.body), cut=False) if whole else cut(written.body)


@kept_if_small(KEPT, largest=LONGEST_KEPT, size=lambda view: len(view.body))
def _post(post: PostView, *, age: str, whole: bool, people: frozenset[str], language: str) -> Markup:
    body = _body(post, whole=whole)
    with speaking(language):
        return _made("_post.html", "card", post, age=age, whole=whole, body=body, people=people, back=WAY_BACK)


@kept_if_small(KEPT, largest=LONGEST_KEPT, size=lambda view: len(view.body))
def _comment(comment: CommentView, *, whole: bool, language: str, **shown: Any) -> Markup:
    with speaking(language):
        return _made("_comment.html", "card", comment, body=_body(comment, whole=whole), whole=whole, **shown)


def _found(
    template: str,
    written: PostView | CommentView,
    people: frozenset[str],
    words: tuple[str, ...],
    **more: object,
) -> Markup:
    """Make a card that is not kept: it depends on what was searched for."""
    places = spans(written.body, words)
    start, body = excerpt_around(written.body, places[0][0]) if places else (0, cut(written.body))
    more |= {"age": times.age(written.created_at), "whole": False, "people": _named(written, people)}
    return _made(template, "card", written, body=body, start=start, words=words, **more)


def _made(template: str, macro: str, *arguments: object, **named: object) -> Markup:
    """Call a macro. It costs half of what rendering a template does, which would import and include anew each time."""
    make = getattr(current_app.jinja_env.get_template(template).module, macro)
    return Markup(make(*arguments, **named))  # noqa: S704  (escaped there)


@pass_context
def around(context: Context, template: str) -> Markup:
    """Give a part that stands around every page: the ways to everywhere, the community, the foot, the keys."""
    given = tuple((name, context[name]) for name in AROUND[template] if name in context)
    place = (request.endpoint, way_back()) if template == HEADER else ()  # it marks where one is, and leads back
    return _surroundings(template, given, place, request.script_root)


@lru_cache(SURROUNDINGS_KEPT)
def _surroundings(
    template: str, given: tuple[tuple[str, Any], ...], _place: tuple[str | None, ...], _root: str
) -> Markup:
    return Markup(current_app.jinja_env.get_template(template).render(dict(given)))  # noqa: S704  (escaped there)
