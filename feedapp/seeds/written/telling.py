"""Tells the community as the lines of an archive, its last moments just before an end.

The same end gives the same lines. Who likes what is drawn by chance, among those who may see it; all else is written.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from hashlib import blake2b
from random import Random
from typing import TYPE_CHECKING, Any

from feedapp.seeds.written import drawings
from feedapp.seeds.written.reading import conversations, people

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from feedapp.seeds.written.reading import Conversation, Person

DAY = timedelta(days=1)
PREFIX = "demo-"
"""Begins the ids of its posts in an archive."""
BOOKMARKS = ("dal", "script", "screws", "overdue", "bench")
"""What the one who can log in has kept."""
_LIKED_WITHIN = timedelta(hours=30)
Line = dict[str, Any]


def lines(end: datetime) -> Iterator[Line]:
    """Give everything, each thing after what it names. Nothing happens after `end`, which has a time zone."""
    everybody, posts = people(), conversations()
    times = {post.id: _moments(post, end) for post in posts}
    for person in everybody:
        # By the minute of their place, so that no two came at the same moment.
        joined = end - person.here * DAY - timedelta(minutes=7 * everybody.index(person))
        yield _line("user", joined, username=person.username, display_name=person.name, bio=person.bio)
        yield _picture(drawings.avatar(person.drawing, person.colour), owner=person.username)
    for post in posts:
        audience = {"visibility": "followers"} if post.followers else {}
        yield _line("post", times[post.id][0], id=PREFIX + post.id, author=post.by, body=post.text, **audience)
        for place, (name, alt) in enumerate(post.pictures):
            drawn = drawings.scene(name)
            yield _picture(drawn, owner=post.by, post=PREFIX + post.id, place=place, alt=alt)
        yield from _comments(post, times[post.id])
    for post in posts:
        here = [each for each in everybody if end - each.here * DAY < times[post.id][0]]
        yield from _likes(post, times[post.id], end, _Likers(post, here))
    for person in everybody:
        yield from _follows(person, everybody, end)
    reader, since = everybody[0].username, end - 2 * DAY
    for place, name in enumerate(BOOKMARKS):
        kept = max(since, times[name][0]) + timedelta(minutes=place)
        yield _line("bookmark", kept, post=PREFIX + name, user=reader)


def _moments(post: Conversation, end: datetime) -> list[datetime]:
    """Give when the post was written, and each comment; whole days earlier if the last was not before the end."""
    start = end - post.ago
    if post.at is not None:
        start = start.replace(hour=0, minute=0, second=0, microsecond=0) + post.at
    delays = [timedelta(0), *(comment.after for comment in post.comments)]
    while start + max(delays) + timedelta(minutes=1) >= end:
        start -= DAY
    # People do not write on the stroke of the minute.
    seconds = [_chances(post.id, place).randrange(59) for place in range(len(delays))]
    return [start + delay + timedelta(seconds=more) for delay, more in zip(delays, seconds, strict=True)]


def _comments(post: Conversation, moments: Sequence[datetime]) -> Iterator[Line]:
    for comment, moment in zip(post.comments, moments[1:], strict=True):
        answered: Line = {"in_reply_to": ""}
        if comment.to is not None:
            answered = {"in_reply_to": post.comments[comment.to].by, "answers_at": _written(moments[comment.to + 1])}
        yield _line("comment", moment, post=PREFIX + post.id, author=comment.by, body=comment.text, **answered)


class _Likers:
    """Who may like something of a conversation: those who see it, rather those who take part; `here` by then."""

    def __init__(self, post: Conversation, here: Sequence[Person]) -> None:
        seen_by = [each.username for each in here if not post.followers or post.by in each.follows]
        self._people = list(dict.fromkeys((*seen_by, post.by)))
        self._near = {comment.by for comment in post.comments}

    def of(self, author: str, count: int, chances: Random) -> list[str]:
        """Draw so many at most, without the author."""
        others = [each for each in self._people if each != author]
        weighed = sorted(others, key=lambda each: chances.random() ** (3 if each in self._near else 1))
        return weighed[:count]


def _likes(post: Conversation, moments: Sequence[datetime], end: datetime, likers: _Likers) -> Iterator[Line]:
    chances = _chances(post.id, "likes")
    for user in likers.of(post.by, post.liked, chances):
        yield _line("like", _later(moments[0], end, chances), post=PREFIX + post.id, user=user)
    for comment, moment in zip(post.comments, moments[1:], strict=True):
        for user in likers.of(comment.by, comment.liked, chances):
            named = {"post": PREFIX + post.id, "author": comment.by, "commented_at": _written(moment), "user": user}
            yield _line("comment_like", _later(moment, end, chances), **named)


def _follows(person: Person, everybody: Sequence[Person], end: datetime) -> Iterator[Line]:
    chances = _chances(person.username, "follows")
    here = {each.username: end - each.here * DAY for each in everybody}
    for followee in person.follows:
        met = max(here[person.username], here[followee])
        yield _line("follow", _later(met, end, chances, most=20 * DAY), follower=person.username, followee=followee)
    for tag in person.tags:
        met = _later(here[person.username], end, chances, most=20 * DAY)
        yield _line("tag_follow", met, tag=tag, user=person.username)


def _later(moment: datetime, end: datetime, chances: Random, *, most: timedelta = _LIKED_WITHIN) -> datetime:
    """Give a moment after another and before the end: sooner rather than later."""
    return moment + min(most, end - moment) * (0.01 + 0.98 * chances.random() ** 3)


def _picture(content: bytes, *, owner: str, **fields: Any) -> Line:
    digest = blake2b(content + owner.encode(), digest_size=16).hexdigest()
    return {"type": "picture", "id": digest, "owner": owner, **fields, "content": b64encode(content).decode()}


def _line(kind: str, moment: datetime, **fields: Any) -> Line:
    return {"type": kind, **fields, "created_at": _written(moment)}


def _written(moment: datetime) -> str:
    return moment.isoformat()


def _chances(*of: object) -> Random:
    return Random(":".join(map(str, of)))  # noqa: S311  (no secret)
