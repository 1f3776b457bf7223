"""What writes were acknowledged, so that a view that began later and does not show one can be called stale."""

from __future__ import annotations

from collections import defaultdict
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Known(NamedTuple):
    """What a view that begins now must show at least: the first so many of the new posts, and counts by post."""

    posts: int
    likes: Mapping[int, int]
    comments: Mapping[int, int]


class Ledger:
    """Counts only grow and posts are only added, so what was acknowledged is a lower bound for all time.

    `follows`: whom each reader follows. `counts`: likes and comments by post at the start.
    """

    def __init__(self, follows: Mapping[int, set[int]], counts: Mapping[int, tuple[int, int]]) -> None:
        self._follows = follows
        self._lock = Lock()
        self._liked: set[tuple[int, int]] = set()
        self._likes: dict[int, int] = defaultdict(int, {post: likes for post, (likes, _) in counts.items()})
        self._comments: dict[int, int] = defaultdict(int, {post: comments for post, (_, comments) in counts.items()})
        self._posts: list[tuple[int, int]] = []

    def known(self) -> Known:
        """Take down what is acknowledged now: how many posts, and the counts."""
        with self._lock:
            return Known(len(self._posts), dict(self._likes), dict(self._comments))

    def may_like(self, reader_id: int, post_id: int) -> bool:
        """Tell whether this pair is new; it is not after this."""
        with self._lock:
            new = (reader_id, post_id) not in self._liked
            self._liked.add((reader_id, post_id))
            return new

    def acknowledge(self, kind: str, *, author_id: int, post_id: int) -> None:
        """Note a write whose answer has come."""
        with self._lock:
            if kind == "publish":
                self._posts.append((post_id, author_id))
            else:
                (self._likes if kind == "like" else self._comments)[post_id] += 1

    def is_stale(
        self,
        known: Known,
        items: Sequence[Mapping[str, Any]],
        *,
        authors: set[int] | None,
        feed: bool,
    ) -> bool:
        """Tell whether a post, or the first page of a feed of these authors (None: all), lacks what was known."""
        posts, likes, comments = known
        for item in items:
            post_id = int(item["id"])
            if item["likes_count"] < likes.get(post_id, 0) or item["comments_count"] < comments.get(post_id, 0):
                return True
        if not feed:
            return False
        shown = {int(item["id"]) for item in items}
        of_these = (post for post, author in reversed(self._posts[:posts]) if authors is None or author in authors)
        newest = next(of_these, None)
        return newest is not None and newest > max(shown, default=0)

    def authors_of(self, reader_id: int) -> set[int]:
        """Name those whose posts are in a home feed."""
        return self._follows.get(reader_id, set()) | {reader_id}
