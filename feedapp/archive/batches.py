"""Brings one batch of checked lines in, as part of a write: rows, counters, and the keys that this makes stale.

The steps lock in the order users, posts, counters, ascending by id, as every write does, so that an import never
deadlocks with people who use the site. Counters are raised only for what was really added.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

from feedapp.archive import names
from feedapp.archive.outcome import Outcome
from feedapp.archive.records import Comment, Follow, Like, Post, User
from feedapp.cache.catalogue.invalidation.operations import (
    past_comments_imported,
    past_follow_imported,
    past_imported,
    past_likes_imported,
)
from feedapp.cache.catalogue.invalidation.people import users_signed_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from feedapp.archive.records import Record
    from feedapp.repositories.counters import CounterRepository
    from feedapp.repositories.transfer.imports import ImportRepository
    from feedapp.writing.unit_of_work import Work

RecordT = TypeVar("RecordT", User, Post, Comment, Like, Follow)
IdsT = TypeVar("IdsT")


class Batch:
    """One batch in one transaction, whose `work` hears of stale keys. `newest`: see ImportRepository.known_comments."""

    def __init__(
        self,
        batch: Sequence[Record],
        *,
        work: Work,
        rows: ImportRepository,
        counters: CounterRepository,
        newest: int,
    ) -> None:
        self._batch = batch
        self._work = work
        self._rows = rows
        self._counters = counters
        self._newest = newest
        self._counts: dict[str, dict[int, Counter[str]]] = {"user": defaultdict(Counter), "post": defaultdict(Counter)}
        self.outcome = Outcome()

    def bring(self) -> Outcome:
        """Do it."""
        self._rows.begin()
        self._users = names.Names("user", self._rows.user_ids(names.usernames(self._batch)))
        self._bring_users()
        archive_ids = names.archive_ids(self._batch)
        own = names.own_ids(archive_ids)
        known = self._rows.post_ids(archive_ids) | (self._rows.own_post_ids(own) if own else {})
        self._posts = names.Names("post", known)
        self._bring_posts()
        self._bring_comments()
        self._bring_likes()
        self._bring_follows()
        for kind in ("user", "post"):
            self._counters.add(kind, self._counts[kind])
        return self.outcome

    def _bring_users(self) -> None:
        first: dict[str, User] = {}
        for user in self._of(User):
            if user.username not in self._users:
                first.setdefault(user.username, user)
        rows = [{"n": n, **user._asdict()} for n, user in enumerate(first.values())]
        added = self._rows.add_users(rows) if rows else {}
        just_taken = (
            self._rows.user_ids([name for name in first if name not in added]) if len(added) < len(first) else {}
        )
        self._users.bring(added | just_taken, {user.username: user.line for user in first.values()})
        self._told(User, len(added))
        if added:
            self._work.stales(users_signed_up(users=added.items()))

    def _bring_posts(self) -> None:
        first: dict[str, dict[str, Any]] = {}
        lines: dict[str, int] = {}
        for post, author_id in self._named(Post, lambda post: self._users.id(post.author, post.line)):
            if post.archive_id not in self._posts and post.archive_id not in first:
                first[post.archive_id] = {"n": len(first), "author_id": author_id, **post._asdict()}
                lines[post.archive_id] = post.line
        added = self._rows.add_posts(list(first.values())) if first else {}
        self._posts.bring(added, lines)
        self._told(Post, len(added))
        for archive_id in added:
            self._counts["user"][first[archive_id]["author_id"]]["posts"] += 1
        if added:
            self._work.stales(past_imported(author_ids={first[archive_id]["author_id"] for archive_id in added}))

    def _bring_comments(self) -> None:
        rows = [
            {"n": n, "post_id": post_id, "author_id": author_id, **comment._asdict()}
            for n, (comment, (post_id, author_id)) in enumerate(self._named(Comment, self._comment_ids))
        ]
        known = self._rows.known_comments(rows, newest=self._newest) if rows else set()
        new = list(_first_of_each(row for row in rows if row["n"] not in known))
        if new:
            self._rows.add_comments(new)
        self._told(Comment, len(new))
        for row in new:
            self._counts["post"][row["post_id"]]["comments"] += 1
        self._work.stales(past_comments_imported(post_ids={row["post_id"] for row in new}))

    def _bring_likes(self) -> None:
        first: dict[tuple[int, int], dict[str, Any]] = {}
        for like, pair in self._named(Like, self._like_ids):
            first.setdefault(pair, {"post_id": pair[0], "user_id": pair[1], "created_at": like.created_at})
        added = self._rows.add_likes(list(first.values())) if first else set()
        self._told(Like, len(added))
        for post_id, _ in added:
            self._counts["post"][post_id]["likes"] += 1
        self._work.stales(past_likes_imported(likes=sorted(added)))

    def _bring_follows(self) -> None:
        first: dict[tuple[int, int], dict[str, Any]] = {}
        for follow, pair in self._named(Follow, self._follow_ids):
            first.setdefault(pair, {"follower_id": pair[0], "followee_id": pair[1], "created_at": follow.created_at})
        added = self._rows.add_follows(list(first.values())) if first else set()
        self._told(Follow, len(added))
        for follower_id, followee_id in sorted(added):
            self._counts["user"][follower_id]["following"] += 1
            self._counts["user"][followee_id]["followers"] += 1
            self._work.stales(past_follow_imported(follower_id=follower_id, followee_id=followee_id))

    def _comment_ids(self, comment: Comment) -> tuple[int, int]:
        return self._posts.id(comment.post, comment.line), self._users.id(comment.author, comment.line)

    def _like_ids(self, like: Like) -> tuple[int, int]:
        return self._posts.id(like.post, like.line), self._users.id(like.user, like.line)

    def _follow_ids(self, follow: Follow) -> tuple[int, int]:
        return self._users.id(follow.follower, follow.line), self._users.id(follow.followee, follow.line)

    def _of(self, kind: type[RecordT]) -> list[RecordT]:
        return [record for record in self._batch if isinstance(record, kind)]

    def _named(self, kind: type[RecordT], ids: Callable[[RecordT], IdsT]) -> Iterator[tuple[RecordT, IdsT]]:
        """Give the records of a kind with the ids of what they name; those that name nothing known are bad."""
        for record in self._of(kind):
            try:
                found = ids(record)
            except ValueError as error:
                self.outcome.fault(kind.__name__.lower(), record.line, str(error))
            else:
                yield record, found

    def _told(self, kind: type[RecordT], new: int) -> None:
        name = kind.__name__.lower()
        self.outcome.new[name] += new
        self.outcome.known[name] += len(self._of(kind)) - self.outcome.bad[name] - new


def _first_of_each(comments: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Leave out comments that repeat an earlier one; one without a time repeats any of the same text."""
    seen = set[tuple[Any, ...]]()
    for row in comments:
        text = (row["post_id"], row["author_id"], row["body"])
        exact = (*text, row["created_at"])
        if (exact if row["dated"] else text) not in seen:
            yield row
        seen |= {text, exact}
