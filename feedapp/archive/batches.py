"""Brings one batch of checked lines in, as part of a write: rows, counters, and the keys that this makes stale.

Kinds come in one after the other, and lock in the order users, posts, counters, ascending by id, as every write does:
so an import never deadlocks with people who use the site. Counters are raised only for what was really added.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from feedapp.archive import names
from feedapp.archive.outcome import Outcome
from feedapp.cache.catalogue.invalidation.tags import past_tags_imported

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from feedapp.archive.fields import Fields
    from feedapp.repositories.counters import CounterRepository
    from feedapp.repositories.transfer.imports import ImportRepository
    from feedapp.repositories.transfer.kept_ids import KeptIds
    from feedapp.services.media.files import Files
    from feedapp.writing.unit_of_work import Work

RecordT = TypeVar("RecordT", bound="Record")
IdsT = TypeVar("IdsT")


@dataclass(frozen=True, slots=True)
class Record(ABC):
    """What one line says; each kind is a subclass with its format, in a file of `kinds/` that has the feature's name.

    `kind` is the type in the line, and the name of its SELECT in repositories/transfer/exports.py.
    """

    kind: ClassVar[str]
    line: int

    @classmethod
    @abstractmethod
    def read(cls, fields: Fields, line: int) -> Self:
        """Check what a line says. Raise ValueError."""

    @classmethod
    @abstractmethod
    def bring(cls, batch: Batch) -> None:
        """Bring in what a batch has of this kind."""

    def usernames(self) -> tuple[str, ...]:
        """Name the people in it."""
        return ()

    def posts(self) -> tuple[str, ...]:
        """Give the archive ids of the posts in it."""
        return ()


class Batch:
    """One batch in one transaction, whose `work` hears of stale keys. `newest`: see ImportRepository.known_comments.

    `files` are those of new pictures by their digest; they are kept already.
    """

    users: names.Names
    posts: names.Names

    def __init__(
        self,
        batch: Sequence[Record],
        *,
        work: Work,
        rows: ImportRepository,
        counters: CounterRepository,
        newest: int,
        kept: KeptIds,
        files: Mapping[str, Files],
    ) -> None:
        self.work = work
        self.rows = rows
        self.newest = newest
        self._kept = kept
        self.files = files
        self.outcome = Outcome()
        self._batch = batch
        self._counters = counters
        self._counts: dict[str, dict[int, Counter[str]]] = {
            owner: defaultdict(Counter) for owner in ("user", "post", "comment")
        }
        self._tags: dict[int, Sequence[str]] = {}
        self._uses: Counter[str] = Counter()
        self._late: list[Callable[[], None]] = []
        self.tag_ids: Mapping[str, int] = {}

    def bring(self, kinds: Iterable[type[Record]]) -> Outcome:
        """Do it, with users and posts before what names them."""
        self.rows.begin()
        for kind in kinds:
            kind.bring(self)
        for owner, counts in self._counts.items():
            self._counters.add(owner, counts)
        if self._uses:
            self.tag_ids = self.rows.tag_ids(self._uses)
            self.rows.tag_posts(self._tags, self.tag_ids)
            if self._tags:
                self.work.stales(past_tags_imported(tags=self.tag_ids))
        for do in self._late:
            do()
        return self.outcome

    def look_up_users(self) -> None:
        """Find out who of those that are named exists: `users`."""
        usernames = dict.fromkeys(name for record in self._batch for name in record.usernames())
        self.users = names.Names("user", self.rows.user_ids(list(usernames)))

    def look_up_posts(self) -> None:
        """Find out which of the posts that are named exist: `posts`."""
        archive_ids = list(dict.fromkeys(name for record in self._batch for name in record.posts()))
        own = names.own_ids(archive_ids)
        known = self.rows.post_ids(archive_ids) | (self.rows.own_post_ids(own) if own else {})
        self.posts = names.Names("post", known)

    def of(self, kind: type[RecordT]) -> list[RecordT]:
        """Give the records of a kind, in the order of their lines."""
        return [record for record in self._batch if isinstance(record, kind)]

    def named(self, kind: type[RecordT], ids: Callable[[RecordT], IdsT]) -> Iterator[tuple[RecordT, IdsT]]:
        """Give the records of a kind with the ids of what they name; those that name nothing known are bad."""
        for record in self.of(kind):
            try:
                found = ids(record)
            except ValueError as error:
                self.outcome.fault(kind.kind, record.line, str(error))
            else:
                yield record, found

    def keep_ids(self, table: str, rows: Sequence[dict[str, Any]]) -> None:
        """Leave new rows the `id` that their line gives them where it is free; the others get None."""
        free = self._kept.keep(table, {row["id"] for row in rows})
        for row in rows:
            row["id"] = row["id"] if row["id"] in free else None
            free.discard(row["id"])

    def count(self, owner: str, owner_id: int, counter: str) -> None:
        """Raise a counter of a user, a post or a comment ("user", "post", "comment") by one."""
        self._counts[owner][owner_id][counter] += 1

    def tag(self, post_id: int, names: Sequence[str], *, counted: bool) -> None:
        """Give a new post tags, at the end: every write locks them last, and all of them in one order."""
        if names:
            self._tags[post_id] = names
            self._uses.update(dict.fromkeys(names, int(counted)))

    def later(self, names: Iterable[str], do: Callable[[], None]) -> None:
        """Do something with tags when they are locked, and `tag_ids` has their ids."""
        for name in names:
            self._uses[name] += 0
        self._late.append(do)

    def brought(self, kind: type[Record], new: int) -> None:
        """Note how many records of a kind were new; the others that are not bad were there already."""
        self.outcome.new[kind.kind] += new
        self.outcome.known[kind.kind] += len(self.of(kind)) - self.outcome.bad[kind.kind] - new
