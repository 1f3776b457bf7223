"""Streams a community into PostgreSQL: all of it in one transaction, and all feeds show it at once."""

from __future__ import annotations

from itertools import islice
from random import Random
from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.operations import past_imported
from feedapp.cache.catalogue.invalidation.people import users_signed_up
from feedapp.errors import ConflictError
from feedapp.seeds import names
from feedapp.seeds.community import Community
from feedapp.seeds.rhythm import Calendar
from feedapp.seeds.rows import blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from feedapp.repositories.transfer.bulk import BulkRepository
    from feedapp.seeds.names import Name
    from feedapp.seeds.sizes import Sizes
    from feedapp.writing.unit_of_work import UnitOfWork

SAMPLE = 20
AT_ONCE = 10_000


class Seeding:
    """Loads communities."""

    def __init__(self, *, unit_of_work: UnitOfWork, bulk: BulkRepository) -> None:
        self._unit_of_work = unit_of_work
        self._bulk = bulk

    def is_needed(self) -> bool:
        """Tell whether there is nobody yet."""
        with self._unit_of_work():
            return not self._bulk.has_users()

    def taken(self, usernames: Sequence[str]) -> set[str]:
        """Give those of the usernames that somebody has."""
        with self._unit_of_work():
            return self._bulk.taken(usernames)

    def load(
        self, sizes: Sizes, *, seed: int, until: datetime, password_hash: str, advance: Callable[[int], None]
    ) -> Name:
        """Add a community whose last moment is `until`; give the one who can log in. `advance` hears of rows loaded.

        In an empty database the same sizes, seed and `until` give the same rows. Raise ConflictError if the community
        of this seed is there already.
        """
        with self._unit_of_work(bulk=True) as work:
            self._bulk.begin()
            people = self._names(sizes.users, seed)
            community = Community(sizes, seed=seed, calendar=Calendar(until), names=people)
            user_ids = self._bulk.take_ids("users", sizes.users)
            post_ids = self._bulk.take_ids("posts", sizes.posts)
            comment_ids = self._bulk.take_ids("comments", sizes.comments)
            for table, rows in (
                ("users", community.users(user_ids, password_hash)),
                ("posts", community.posts(post_ids, user_ids)),
                ("follows", community.follows(user_ids)),
                ("comments", community.comments(comment_ids, post_ids, user_ids)),
                ("likes", community.likes(post_ids, user_ids)),
            ):
                self._bulk.copy(table, blocks(rows, advance))
            self._bulk.copy("post_counters", blocks(community.post_counters(post_ids), advance))
            self._bulk.copy("user_counters", blocks(community.user_counters(user_ids), advance))
            self._bulk.analyse()
            # What is new cannot be cached; only the lists of everybody's posts can lack it, and that of the people to
            # suggest. A name that somebody has just given up may be, as another's.
            work.stales(past_imported(author_ids=()))
            usernames = (name.username for name in people)
            work.stales(users_signed_up(users=zip(usernames, user_ids, strict=True)))
        return community.busiest()

    def _names(self, count: int, seed: int) -> list[Name]:
        """Give names that are free here. In an empty database they depend on the seed alone."""
        wanted = list(islice(names.names(Random(f"{seed}:names")), count))  # noqa: S311  (no secret)
        taken = set[str]()
        for part in _parts([name.username for name in wanted]):
            taken |= self._bulk.taken(part)
        first = {name.username for name in wanted[:SAMPLE]}
        if len(first & taken) * 2 > len(first):
            raise ConflictError("seed", f"The community of seed {seed} is here already: choose another --seed.")
        if not taken:
            return wanted
        return list(self._free(wanted, taken))

    def _free(self, wanted: list[Name], taken: set[str]) -> Iterator[Name]:
        """Number the names that others have."""
        mine = {name.username for name in wanted}
        for name in wanted:
            if name.username in taken:
                username = names.free(name.username, lambda each: each in mine or bool(self._bulk.taken([each])))
                mine.add(username)
                yield name._replace(username=username)
            else:
                yield name


def _parts(usernames: list[str]) -> Iterable[list[str]]:
    return (usernames[start : start + AT_ONCE] for start in range(0, len(usernames), AT_ONCE))
