"""Comments as they are read: what one is, the facts it takes, and how it is put together, as `assembly` does it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from feedapp.cache.catalogue.keys import COMMENT, COMMENT_LIKED, COMMENT_LIKES_COUNT, COMMENT_REPLIES_COUNT
from feedapp.reading.assembly import KEPT, hidden_of, seen_author, seen_entries, user_key
from feedapp.reading.read_models import Hidden, Person, written_version
from feedapp.reading.viewers import person
from feedapp.text.language import language_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.pagination import Entry
    from feedapp.reading.sight import Sight

NOBODY = Person(0, "", "")
"""Who wrote a comment that was deleted, as far as anybody knows."""


@dataclass(frozen=True, slots=True)
class CommentView:
    """A comment; `hidden` as of a post, `liked` is None for an anonymous viewer.

    `stub`: this says only that it is there, for it is hidden from the viewer, or was `deleted` when it had been
    answered. `in_reply_to` is the comment that it answers, `level` how deep it stands where it is shown in its thread.
    """

    id: int
    post_id: int
    body: str
    author: Person
    created_at: str
    edited_at: str | None
    hidden: Hidden | None = None
    stub: bool = False
    in_reply_to: int | None = None
    replies_count: int = 0
    likes_count: int = 0
    liked: bool | None = None
    deleted: bool = False
    level: int = 0
    chosen_language: str | None = None
    """None if nobody chose one."""

    @property
    def language(self) -> str | None:
        """Which language the text is in, as BCP 47 has it; None if that is not clear."""
        return self.chosen_language or language_of(self.body)

    @property
    def version(self) -> str:
        """Which version of the text this is."""
        return written_version(self.body, self.edited_at)


@lru_cache(KEPT)
def comment_keys(comment_id: int, viewer_id: int | None) -> tuple[Key, ...]:
    """Name the keys for a comment, without its author."""
    keys = (COMMENT.key(comment_id), COMMENT_LIKES_COUNT.key(comment_id), COMMENT_REPLIES_COUNT.key(comment_id))
    return keys if viewer_id is None else (*keys, COMMENT_LIKED.key(comment_id, viewer_id))


def comments_keys(entries: Iterable[Entry], viewer_id: int | None) -> list[Key]:
    """Name the keys for a page of comments, authors included."""
    entries = list(entries)
    authors = dict.fromkeys(entry.author_id for entry in entries if entry.author_id)
    of_comments = chain.from_iterable(comment_keys(entry.id, viewer_id) for entry in entries)
    return [*of_comments, *map(user_key, authors)]


def comment_view(
    comment_id: int, facts: Mapping[Key, Any], sight: Sight, *, stubs: bool = False, level: int = 0
) -> CommentView | None:
    """Assemble a comment; None if it or its author no longer exists, or is out of sight.

    What a moderator hid, or was deleted, is None, too, or with `stubs` a view that says only that it is there.
    """
    comment_key, likes_key, replies_key, *own_keys = comment_keys(comment_id, sight.viewer_id)
    comment, likes, replies = facts.get(comment_key), facts.get(likes_key), facts.get(replies_key)
    if not comment or likes is None or replies is None:
        return None
    place = {"in_reply_to": comment["in_reply_to"], "level": level}
    if comment["author_id"] is None:
        gone = (comment_id, comment["post_id"], "", NOBODY, comment["created_at"], None)
        return CommentView(*gone, stub=True, deleted=True, **place) if stubs else None
    author = seen_author(comment["author_id"], facts, sight)
    if not author:
        return None
    if not sight.uncovers(comment):
        stub = (comment_id, comment["post_id"], "", person(author), comment["created_at"], None)
        return CommentView(*stub, stub=True, **place) if stubs else None
    return CommentView(
        *(comment_id, comment["post_id"], comment["body"], person(author)),
        *(comment["created_at"], comment["edited_at"], hidden_of(comment)),
        replies_count=replies,
        likes_count=likes,
        liked=facts[own_keys[0]] if own_keys else None,
        chosen_language=comment.get("language"),  # what a version before this cached has none
        **place,
    )


def comment_views(
    entries: Iterable[Entry], facts: Mapping[Key, Any], sight: Sight, *, muted: bool = False, stubs: bool = False
) -> list[CommentView]:
    """Assemble a page of comments; see `seen_entries` for `muted`, `comment_view` for `stubs`."""
    seen = seen_entries(entries, facts, sight, muted=muted)
    views = (comment_view(entry.id, facts, sight, stubs=stubs, level=entry.level) for entry in seen)
    return [view for view in views if view and (muted or sight.bears(view.author.id, view.body))]
