"""Assembles posts and people from facts (comments: `threads`): the keys needed, and the read models made of them.

Counts are facts of their own, never stored with what they count, so pages show fresh ones. What no longer exists, or
whose author no longer exists, is left out, and so is what is out of the viewer's sight (`Sight`). Pages of lists are
the same for all: what is to be hidden from somebody is hidden here, where every list is put together.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from feedapp.cache.catalogue.keys import (
    BOOKMARKED,
    FOLLOWERS_COUNT,
    FOLLOWING_COUNT,
    FOLLOWS,
    LIKED,
    POST,
    POST_COMMENTS_COUNT,
    POST_LIKES_COUNT,
    USER,
    USER_POSTS_COUNT,
)
from feedapp.lengths import SPAN
from feedapp.pagination import Entry
from feedapp.reading.read_models import Hidden, OwnMail, PersonView, PictureView, PostView, ProfileView
from feedapp.reading.viewers import person

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.reading.sight import Sight

PUBLIC = "public"
KEPT, PAGES_KEPT = 2_048, 64
"""Of how many posts, people and pages the keys are kept: a request names each twice, other readers' the same again."""


@lru_cache(KEPT)
def post_keys(post_id: int, viewer_id: int | None) -> tuple[Key, ...]:
    """Name the keys for a post, without its author."""
    keys = (POST.key(post_id), POST_LIKES_COUNT.key(post_id), POST_COMMENTS_COUNT.key(post_id))
    return keys if viewer_id is None else (*keys, LIKED.key(post_id, viewer_id), _bookmarked(post_id, viewer_id))


def _bookmarked(post_id: int, viewer_id: int) -> Key:
    return BOOKMARKED.key(viewer_id, post_id // SPAN)


@lru_cache(KEPT)
def user_key(user_id: int) -> Key:
    """Name the fact of a person."""
    return USER.key(user_id)


@lru_cache(PAGES_KEPT)
def posts_keys(entries: tuple[Entry, ...], viewer_id: int | None) -> tuple[Key, ...]:
    """Name the keys for a page of posts, authors included, and whether the viewer follows those who limit one."""
    authors = dict.fromkeys(entry.author_id for entry in entries)
    of_posts = chain.from_iterable(post_keys(entry.id, viewer_id) for entry in entries)
    return (*dict.fromkeys(of_posts), *map(user_key, authors), *audience_keys(entries, viewer_id))


def audience_keys(entries: Iterable[Entry], viewer_id: int | None) -> tuple[Key, ...]:
    """Name what tells whether the viewer is among those for whom limited entries are."""
    limiting = dict.fromkeys(entry.author_id for entry in entries if entry.limited)
    return tuple(FOLLOWS.key(viewer_id, each) for each in limiting if viewer_id is not None and each != viewer_id)


def post_audience_keys(post: Mapping[str, Any], viewer_id: int | None) -> tuple[Key, ...]:
    """Name the same for one post, given by its fact."""
    return audience_keys((Entry(post["id"], post["author_id"], 0, post["visibility"] != PUBLIC),), viewer_id)


def profile_keys(user_id: int, viewer_id: int | None) -> list[Key]:
    """Name the keys for a profile."""
    keys = [
        USER.key(user_id),
        USER_POSTS_COUNT.key(user_id),
        FOLLOWERS_COUNT.key(user_id),
        FOLLOWING_COUNT.key(user_id),
    ]
    return keys if viewer_id is None else [*keys, FOLLOWS.key(viewer_id, user_id)]


def people_keys(user_ids: Iterable[int], viewer_id: int | None) -> list[Key]:
    """Name the keys for a list of people."""
    ids = list(user_ids)
    users = [USER.key(user_id) for user_id in ids]
    return users if viewer_id is None else [*users, *(FOLLOWS.key(viewer_id, user_id) for user_id in ids)]


def seen_author(user_id: int, facts: Mapping[Key, Any], sight: Sight) -> dict[str, Any] | None:
    """Give the fact of a person; None if they no longer exist, or are not there for this viewer."""
    return facts.get(user_key(user_id)) if sight.meets(user_id) else None


def is_seen(post: Mapping[str, Any], facts: Mapping[Key, Any], sight: Sight) -> bool:
    """Tell whether the viewer sees a post, and so what hangs on it.

    Among the facts are its author, if there, and `post_audience_keys`.
    """
    author_id = post["author_id"]
    if seen_author(author_id, facts, sight) is None or not sight.uncovers(post):
        return False
    return post["visibility"] == PUBLIC or _follows(author_id, facts, sight)


def hidden_of(written: Mapping[str, Any]) -> Hidden | None:
    """Tell why a moderator hid a post or a comment, given by its fact."""
    hidden = written.get("hidden")
    return Hidden(hidden["reason"]) if hidden else None


def _follows(author_id: int, facts: Mapping[Key, Any], sight: Sight) -> bool:
    """Tell whether what somebody limits is for this viewer."""
    viewer_id = sight.viewer_id
    if viewer_id is None:
        return False
    return author_id == viewer_id or facts.get(FOLLOWS.key(viewer_id, author_id)) is True


def seen_entries(
    entries: Iterable[Entry], facts: Mapping[Key, Any], sight: Sight, *, muted: bool = False
) -> tuple[Entry, ...]:
    """Give those entries of a page of posts, or of comments, that the viewer sees; `muted` ones too where asked for.

    Lists that somebody reads leave those out whom they mute. What is looked for (a search, a profile, an id) is found.
    """
    sees = sight.meets if muted else sight.reads
    return tuple(
        entry
        for entry in entries
        if sees(entry.author_id) and (not entry.limited or _follows(entry.author_id, facts, sight))
    )


def people_views(user_ids: Iterable[int], facts: Mapping[Key, Any], sight: Sight) -> list[PersonView]:
    """Assemble a list of people."""
    return listed_views([user_id for user_id in user_ids if sight.meets(user_id)], facts, sight.viewer_id)


def listed_views(user_ids: Iterable[int], facts: Mapping[Key, Any], viewer_id: int | None) -> list[PersonView]:
    """Assemble a list of people, also of those whom the viewer does not see: whom they block, for example."""
    found = ((user_id, facts.get(USER.key(user_id))) for user_id in user_ids)
    return [
        PersonView(person(user), user["bio"], None if viewer_id is None else facts[FOLLOWS.key(viewer_id, user_id)])
        for user_id, user in found
        if user
    ]


def post_view(post_id: int, facts: Mapping[Key, Any], sight: Sight) -> PostView | None:
    """Assemble a post; None if it or its author no longer exists, or is out of sight."""
    body_key, likes_key, comments_key, *own_keys = post_keys(post_id, sight.viewer_id)
    post = facts.get(body_key)
    author = post and seen_author(post["author_id"], facts, sight)
    likes = facts.get(likes_key)
    comments = facts.get(comments_key)
    if not post or not author or likes is None or comments is None or not is_seen(post, facts, sight):
        return None
    liked, bookmarked = None, None
    if own_keys:
        liked_key, bookmarked_key = own_keys
        liked, bookmarked = facts[liked_key], post_id in facts[bookmarked_key]["post_id"]
    return PostView(
        post_id,
        post["body"],
        person(author),
        post["created_at"],
        post["edited_at"],
        *(likes, comments, liked, bookmarked),
        post["visibility"],
        hidden_of(post),
        tuple(PictureView(*picture) for picture in post["media"]),
        author["pinned"] == post_id,
        post.get("language"),  # what a version before this cached has none
    )


def post_views(
    entries: Iterable[Entry], facts: Mapping[Key, Any], sight: Sight, *, muted: bool = False
) -> list[PostView]:
    """Assemble a page of posts; see `seen_entries` for `muted`."""
    views = (post_view(entry.id, facts, sight) for entry in seen_entries(entries, facts, sight, muted=muted))
    return [view for view in views if view and (muted or sight.bears(view.author.id, view.body))]


def profile_view(user_id: int, facts: Mapping[Key, Any], sight: Sight) -> ProfileView | None:
    """Assemble a profile; None if the user no longer exists, or is out of sight."""
    user = facts.get(USER.key(user_id))
    posts = facts.get(USER_POSTS_COUNT.key(user_id))
    followers = facts.get(FOLLOWERS_COUNT.key(user_id))
    followed = facts.get(FOLLOWING_COUNT.key(user_id))
    if user is None or posts is None or followers is None or followed is None or not sight.finds(user_id):
        return None
    following = blocking = muting = None
    if sight.viewer_id is not None:
        following = facts[FOLLOWS.key(sight.viewer_id, user_id)]
        blocking, muting = user_id in sight.blocks, user_id in sight.mutes
    return ProfileView(
        person(user),
        user["bio"],
        user["created_at"],
        posts,
        followers,
        followed,
        following,
        user["role"],
        blocking,
        muting,
    )


def own_mail(fact: Mapping[str, Any] | None) -> OwnMail:
    """Read somebody's mail addresses."""
    return OwnMail(fact["verified"], fact["pending"]) if fact else OwnMail()
