"""Who does what and when. What a later step needs to know of an earlier one is kept in arrays, never a text.

Each step has chances of its own, so that, say, more likes leave the posts as they were. Moments are numbers from 0 to 1
until `rhythm` lays them upon the calendar.
"""

from __future__ import annotations

from array import array
from bisect import bisect
from random import Random
from typing import TYPE_CHECKING

from feedapp.seeds import rows
from feedapp.seeds.chances import Draw, allocate, ascending, zipf
from feedapp.seeds.rhythm import WHOLE
from feedapp.seeds.writing import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from feedapp.seeds.names import Name
    from feedapp.seeds.rhythm import Calendar
    from feedapp.seeds.sizes import Sizes

FIRST_POST = 0.01
LAST_TO_JOIN = 0.97
MENTIONS, ANSWERS, EDITS, OFF_TOPIC = 0.05, 0.3, 0.03, 0.3


class Community:
    """Gives the rows of each table once; ask in this order: users, posts, follows, comments, likes, counters.

    `names` has the people in the order in which they join.
    """

    def __init__(self, sizes: Sizes, *, seed: int, calendar: Calendar, names: Sequence[Name]) -> None:
        self._sizes = sizes
        self._seed = seed
        self._calendar = calendar
        self._names = names
        self._writer = Writer(self._chances("words"))
        random = self._chances("people")
        later = sorted(LAST_TO_JOIN * random.random() ** 1.5 for _ in range(sizes.users - 1))
        self._joined = array("d", (0.0, *later))
        self._activity = zipf(sizes.users, 0.75, random)
        # Who writes much is known to many, though not all of them like it.
        self._fame = array("d", (weight * random.random() for weight in self._activity))
        self._authors: array[int] = array("q")
        self._written: array[float] = array("d")
        self._attraction: array[float] = array("d")
        self._comments = array("q", bytes(8 * sizes.posts))
        self._likes = array("q", bytes(8 * sizes.posts))
        self._followers = array("q", bytes(8 * sizes.users))
        self._follow_chances = self._chances("follows")
        self._following = allocate(self._activity, sizes.follows, sizes.users - 1, self._follow_chances)

    def users(self, ids: Sequence[int], password_hash: str) -> Iterator[bytes]:
        """Users, of whom one has a password: the busiest."""
        one = self.busiest()
        for user_id, name, joined in zip(ids, self._names, self._joined, strict=True):
            texts = (*name, self._writer.bio(), password_hash if name is one else None)
            yield rows.user(user_id, texts, self._calendar.at(joined))

    def posts(self, ids: Sequence[int], user_ids: Sequence[int]) -> Iterator[bytes]:
        """Posts in the order of their time, so that ids ascend with it. Authors have joined before."""
        random, at, joined = self._chances("posts"), self._calendar.at, self._joined
        chance = random.random
        author_of = Draw(self._activity, random)
        topics = self._writer.topics
        present = 1
        for post_id, share in zip(ids, ascending(len(ids), random), strict=True):
            moment = FIRST_POST + (1 - FIRST_POST) * share
            while present < len(joined) and joined[present] <= moment:
                present += 1
            author = author_of(present)
            topic = int(chance() * topics) if chance() < OFF_TOPIC else author % topics
            mentioned = self._names[int(chance() * present)].username if chance() < MENTIONS else None
            edited = None
            if chance() < EDITS:
                edited = at(_later(moment, chance()))
            self._authors.append(author)
            self._written.append(moment)
            self._attraction.append((chance() + 0.001) ** -0.7 * (self._fame[author] ** 0.5))
            yield rows.post(post_id, user_ids[author], self._writer.post(topic, mentioned), at(moment), edited)

    def follows(self, user_ids: Sequence[int]) -> Iterator[bytes]:
        """Follows, after both have joined."""
        random, joined = self._follow_chances, self._joined
        famous = Draw(self._fame, random)
        for follower, count in enumerate(self._following):
            for followee in famous.distinct(count, but=follower):
                earliest = max(joined[follower], joined[followee])
                moment = earliest + (1 - earliest) * random.random() ** 2
                self._followers[followee] += 1
                yield rows.three(user_ids[follower], user_ids[followee], self._calendar.at(moment))

    def comments(self, ids: Sequence[int], post_ids: Sequence[int], user_ids: Sequence[int]) -> Iterator[bytes]:
        """Comments, each post's in the order of their time, by people who have joined before."""
        random, at, joined = self._chances("comments"), self._calendar.at, self._joined
        writer_of = Draw(self._activity, random)
        self._comments = allocate(self._attraction, self._sizes.comments, self._sizes.comments, random)
        unused = iter(ids)
        for index, count in enumerate(self._comments):
            author = self._authors[index]
            for moment in sorted(_later(self._written[index], random.random()) for _ in range(count)):
                writer = writer_of(bisect(joined, moment))
                answered = self._names[author].username if random.random() < ANSWERS and writer != author else None
                body = self._writer.comment(author % self._writer.topics, answered)
                yield rows.comment(next(unused), post_ids[index], user_ids[writer], body, at(moment))

    def likes(self, post_ids: Sequence[int], user_ids: Sequence[int]) -> Iterator[bytes]:
        """Likes, each after the post was written and its giver has joined."""
        random, at = self._chances("likes"), self._calendar.at
        people = Draw(self._activity, random)
        self._likes = allocate(self._attraction, self._sizes.likes, len(user_ids), random)
        for index, count in enumerate(self._likes):
            for liker in people.distinct(count):
                earliest = max(self._written[index], self._joined[liker])
                yield rows.three(post_ids[index], user_ids[liker], at(_later(earliest, random.random())))

    def post_counters(self, post_ids: Sequence[int]) -> Iterator[bytes]:
        """How many likes and comments each post got."""
        return map(rows.three, post_ids, self._likes, self._comments)

    def user_counters(self, user_ids: Sequence[int]) -> Iterator[bytes]:
        """How many posts, followers and followed people everybody has."""
        posts = array("q", bytes(8 * len(user_ids)))
        for author in self._authors:
            posts[author] += 1
        return map(rows.four, user_ids, posts, self._followers, self._following)

    def busiest(self) -> Name:
        """Give somebody whose home feed is worth a look: who follows most people."""
        return self._names[max(range(len(self._names)), key=self._following.__getitem__)]

    def _chances(self, step: str) -> Random:
        return Random(f"{self._seed}:{step}")  # noqa: S311  (no secret)


def _later(moment: float, chance: float) -> float:
    """Give a later moment: most often within minutes, now and then after days; never beyond the end."""
    delay = 0.05 * ((1 - chance) ** -1.5 - 1) / WHOLE
    later = moment + delay
    return later if later < 1 else moment + (1 - moment) * chance * 0.999
