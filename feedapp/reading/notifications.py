"""What somebody is told, as it is shown: put together from facts, like posts and people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from feedapp.cache.catalogue.keys import COMMENT, CONVERSATION_MUTED, NOTIFICATION, POST, USER
from feedapp.pagination import Position
from feedapp.reading.assembly import is_seen, post_audience_keys
from feedapp.reading.viewers import person

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.pagination import Entry
    from feedapp.reading.read_models import Person, Viewer
    from feedapp.reading.reader import Reading
    from feedapp.reading.sight import Sight

Kind = Literal["like", "comment", "reply", "mention", "follow", "moderation"]
IN_CONVERSATIONS = frozenset({"comment", "reply", "mention"})
_ID = re.compile("([1-9][0-9]{0,16})-([1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True)
class NotificationView:
    """One entry. `actor` did it last, `others_count` more before; `text` is what it is about, where that is shown.

    The `id` names its place in the list, so it is another one once the entry has grown and come to the top again.
    `actor` is None for what moderators did, of which `action` and `note` say more.
    """

    id: str
    kind: Kind
    created_at: str
    read: bool
    actor: Person | None
    others_count: int
    post_id: int | None
    comment_id: int | None
    action: str | None
    note: str | None
    text: str | None = None
    muted: bool = False
    """Whether the reader has muted what is written there; known where `text` is."""


@dataclass(frozen=True, slots=True)
class NotificationsView:
    """A page of what somebody is told, and how much of all they have not read."""

    viewer: Viewer
    items: Sequence[NotificationView]
    next_cursor: str | None
    prev_cursor: str | None
    newer_cursor: str | None
    unread_count: int
    until: str | None = None
    """The id of the first entry, whether that is shown or left out: up to which all is read."""


def id_of(position: Position) -> str:
    """Name an entry by its place in the list."""
    return f"{position.micros}-{position.id}"


def position_of(id_: str) -> Position:
    """Read such a name. Raise ValueError for what is none."""
    found = _ID.fullmatch(id_)
    if found is None:
        raise ValueError(id_)
    return Position(int(found[1]), int(found[2]))


def notifications_keys(entries: Iterable[Entry]) -> list[Key]:
    """Name the keys for a page, without what the entries are about."""
    entries = list(entries)
    actors = dict.fromkeys(entry.author_id for entry in entries if entry.author_id)
    return [*(NOTIFICATION.key(entry.id) for entry in entries), *map(USER.key, actors)]


def things_keys(
    entries: Iterable[Entry], facts: Mapping[Key, Any], *, conversations: bool = False
) -> dict[Key, list[Key]]:
    """Name, by the keys of a page's entries, those of what they are about, and of whoever is their actor by now.

    With `conversations`, also what tells whether the reader has muted the one that an entry is part of.
    """
    named = ((COMMENT, "comment_id"), (POST, "post_id"), (USER, "actor_id"))
    keys = {key: facts[key] for entry in entries if (key := NOTIFICATION.key(entry.id)) in facts}
    things = {key: [part.key(fact[name]) for part, name in named if fact[name]] for key, fact in keys.items()}
    for key, fact in keys.items():
        if conversations and fact["kind"] in IN_CONVERSATIONS:
            things[key].append(CONVERSATION_MUTED.key(fact["post_id"], fact["recipient_id"]))
    return things


def around_keys(things: Mapping[Key, list[Key]], facts: Mapping[Key, Any], viewer_id: int) -> dict[Key, list[Key]]:
    """Name, by the same keys, what tells whether the posts that they are about are seen."""
    posts = {
        key: facts[each] for key, keys in things.items() for each in keys if each.template is POST and each in facts
    }
    return {key: [USER.key(post["author_id"]), *post_audience_keys(post, viewer_id)] for key, post in posts.items()}


def told(
    reading: Reading, entries: Sequence[Entry], sight: Sight, *, conversations: bool = False
) -> list[NotificationView]:
    """Read what a page of entries is put together from, and put it together: see `things_keys`."""
    facts = reading.facts(notifications_keys(entries))
    things = things_keys(entries, facts, conversations=conversations)
    facts |= reading.facts(_all(things))
    around = around_keys(things, facts, sight.viewer_id or 0)
    reading.fetch_along({key: [*each, *around.get(key, ())] for key, each in things.items()})
    facts |= reading.facts(_all(around))
    return notification_views(entries, facts, sight)


def _all(named: Mapping[Key, list[Key]]) -> list[Key]:
    return list(dict.fromkeys(key for keys in named.values() for key in keys))


def notification_views(entries: Iterable[Entry], facts: Mapping[Key, Any], sight: Sight) -> list[NotificationView]:
    """Assemble a page; what was taken back meanwhile, or is out of sight by now, is left out."""
    views = (_view(entry, facts, sight) for entry in entries)
    return [view for view in views if view is not None]


def _view(entry: Entry, facts: Mapping[Key, Any], sight: Sight) -> NotificationView | None:
    fact = facts.get(NOTIFICATION.key(entry.id))
    if fact is None or fact["recipient_id"] != sight.viewer_id:
        return None
    actor = None if fact["actor_id"] is None else facts.get(USER.key(fact["actor_id"]))
    if fact["actor_id"] is not None and (actor is None or not sight.reads(fact["actor_id"])):
        return None
    post_id, comment_id = fact["post_id"], fact["comment_id"]
    about = facts.get(POST.key(post_id) if comment_id is None else COMMENT.key(comment_id))
    if fact["kind"] not in ("follow", "moderation") and not _is_seen(post_id, about, facts, sight):
        return None
    return NotificationView(
        id=id_of(Position.at(datetime.fromisoformat(fact["created_at"]), entry.id)),
        kind=fact["kind"],
        created_at=fact["created_at"],
        read=not fact["unread"],
        actor=actor and person(actor),
        others_count=fact["others"],
        post_id=post_id,
        comment_id=comment_id,
        action=fact["action"],
        note=fact["note"],
        text=_text(about, sight),
        muted=post_id is not None and bool(facts.get(CONVERSATION_MUTED.key(post_id, sight.viewer_id))),
    )


def _is_seen(post_id: int, about: Mapping[str, Any] | None, facts: Mapping[Key, Any], sight: Sight) -> bool:
    """Tell whether the viewer sees what an entry is about, a post or a comment under it."""
    post = facts.get(POST.key(post_id))
    return post is not None and about is not None and sight.uncovers(about) and is_seen(post, facts, sight)


def _text(about: Mapping[str, Any] | None, sight: Sight) -> str | None:
    """Quote it, unless it has a word that the viewer does not want to read."""
    if about is None or not sight.uncovers(about) or not sight.bears(about["author_id"], about["body"]):
        return None
    body: str = about["body"]
    return body
