"""The key table: every key that feedapp keeps in Redis, what it holds and how long it lives at most.

One fact stands under exactly one key, so a write knows which keys it makes stale and none has to be searched for. What
deletes a key stands in `invalidation.py`. A page of a list holds ids only, never what they refer to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE_SIZES = (10, 20, 50, 100)
START = "start"
PUBLIC = "public"
EVERY_HOME = "home"

Kind = Literal["fact", "page", "stamp", "ranking", "mark"]


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """One row of the key table: `lifetime` in seconds at most, `holds` for `flask cache explain` and the docs."""

    name: str
    pattern: str
    lifetime: int
    kind: Kind
    holds: str

    def key(self, *ids: object) -> Key:
        """Fill in the ids, in the order in which the pattern names them."""
        return Key(_FORMS[self.pattern] % ids, self, ids)

    def form(self) -> str:
        """Give the pattern with %s for every name in braces."""
        return _FORMS[self.pattern]


class Key(NamedTuple):
    """One key: its name without the prefix, the row of the table it belongs to, and the ids in it."""

    name: str
    template: Template
    ids: tuple[object, ...]


_FORMS: dict[str, str] = {}
TEMPLATES: dict[str, Template] = {}


def _row(name: str, pattern: str, lifetime: int, kind: Kind, holds: str) -> Template:
    head, *rest = pattern.split("{")
    _FORMS[pattern] = head + "".join("%s" + part.partition("}")[2] for part in rest)
    return TEMPLATES.setdefault(name, Template(name, pattern, lifetime, kind, holds))


def _fact(name: str, pattern: str, lifetime: int, holds: str) -> Template:
    return _row(name, pattern, lifetime, "fact", holds)


POST = _fact("post", "post:{post_id}", 600, "the post, without counts and without viewer")
POST_LIKES_COUNT = _fact("post_likes_count", "post:{post_id}:likes:count", 120, "how many like the post")
POST_COMMENTS_COUNT = _fact("post_comments_count", "post:{post_id}:comments:count", 120, "how many comments it has")
LIKED = _fact("liked", "post:{post_id}:liked:{user_id}", 300, "whether the user likes the post")
COMMENT = _fact("comment", "comment:{comment_id}", 600, "the comment")
USER = _fact("user", "user:{user_id}", 600, "who the user is: names, bio, since when")
USER_POSTS_COUNT = _fact("user_posts_count", "user:{user_id}:posts:count", 120, "how many posts the user wrote")
FOLLOWERS_COUNT = _fact("followers_count", "user:{user_id}:followers:count", 120, "how many follow the user")
FOLLOWING_COUNT = _fact("following_count", "user:{user_id}:following:count", 120, "how many the user follows")
FOLLOWS = _fact("follows", "user:{user_id}:follows:{followee_id}", 300, "whether one user follows the other")
USERNAME = _fact("username", "username:{username}", 600, "the id of the user of that name")
TAKEN = _fact("taken", "username:{username}:taken", 600, "whether a name that stands in a text is anybody's")
TOKENS_OF = _fact("tokens_of", "user:{user_id}:tokens", 300, "the tokens and sessions of the user, without the tokens")
TOKEN = _fact("token", "token:{token_hash}", 600, "whose token or session it is, of which kind, and until when")

NOTABLE = _row(
    "notable", "people:notable", 60, "ranking", "whom to suggest to newcomers, the best first, up to a minute old"
).key()
STAMP_LIFETIME = 86_400
FOR_GOOD = 0
"""For marks: one that ran out, or was evicted before others for having a lifetime, would only cost copies."""
INCARNATION = _row("incarnation", "incarnation:{number}", FOR_GOOD, "mark", "what the fence of a server was put up for")
FENCE = _row("fence", "fence:{number}", FOR_GOOD, "mark", "which run the copies on a server are of: every read asks")


class ListTemplate(NamedTuple):
    """The two rows of the table that one kind of list has."""

    pages: Template
    stamp: Template


def _list(name: str, base: str, lifetime: int, holds: str) -> ListTemplate:
    return ListTemplate(
        _row(name, base + ":{cursor}:{limit}", lifetime, "page", f"one page of {holds}: ids, positions and stamps"),
        _row(f"{name}_stamp", base + ":stamp", STAMP_LIFETIME, "stamp", f"without it no page of {holds} is valid"),
    )


FEED = _list("feed", "posts:feed:{user_id}", 300, "a home feed, or of everyone's (`public`)")
POSTS_BY = _list("posts_by", "posts:by:{user_id}", 300, "the posts of one person")
COMMENTS = _list("comments", "post:{post_id}:comments", 300, "the comments under a post")
LIKES = _list("likes", "post:{post_id}:likes", 300, "who likes a post")
FOLLOWERS = _list("followers", "user:{user_id}:followers", 300, "who follows a user")
FOLLOWING = _list("following", "user:{user_id}:following", 300, "whom a user follows")


class Listing(NamedTuple):
    """One paged list: a page is valid while all its `stamps` stand."""

    template: ListTemplate
    owner: object
    stamps: tuple[Key, ...]

    def page(self, cursor: str, size: int) -> Key:
        """Name the page of `size` entries (one of PAGE_SIZES) at a cursor's text, or at START."""
        return self.template.pages.key(self.owner, cursor, size)

    def first_pages(self) -> tuple[Key, ...]:
        """Name the pages that can be named without knowing a cursor."""
        return tuple(self.page(START, size) for size in PAGE_SIZES)


def _listing(template: ListTemplate, owner: object, *also: object) -> Listing:
    return Listing(template, owner, tuple(template.stamp.key(each) for each in (owner, *also)))


def public_feed() -> Listing:
    """Everyone's posts."""
    return _listing(FEED, PUBLIC)


def home_feed(user_id: int) -> Listing:
    """The posts of a user and of those they follow; the common stamp serves authors with very many followers."""
    return _listing(FEED, user_id, EVERY_HOME)


def posts_by(user_id: int) -> Listing:
    """The posts of one person."""
    return _listing(POSTS_BY, user_id)


def comments_of(post_id: int) -> Listing:
    """The comments under a post."""
    return _listing(COMMENTS, post_id)


def likes_of(post_id: int) -> Listing:
    """The users who like a post."""
    return _listing(LIKES, post_id)


def followers_of(user_id: int) -> Listing:
    """The users who follow one."""
    return _listing(FOLLOWERS, user_id)


def followed_by(user_id: int) -> Listing:
    """The users whom one follows."""
    return _listing(FOLLOWING, user_id)


def lifetimes(overrides: Mapping[str, int]) -> dict[str, int]:
    """Give the lifetime in seconds of every template by name. Raise ValueError for a name that is in no row."""
    unknown = sorted(set(overrides) - set(TEMPLATES))
    if unknown:
        raise ValueError(f"CACHE_LIFETIMES names {unknown[0]!r}: the names are {', '.join(TEMPLATES)}")
    return {name: overrides.get(name, template.lifetime) for name, template in TEMPLATES.items()}
