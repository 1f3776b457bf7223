"""Reads of what people talk about: threads, tags, active posts, notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from tests.consistency.load import world

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from tests.consistency.load.plan import Plan
    from tests.consistency.load.reading import Reads
    from tests.consistency.load.shown import Shown

Items = list[dict[str, Any]]
ORDERS = ("thread", "oldest", "newest")


class TalkReads:
    """Chooses what to read of it; `reads` reads and records."""

    def __init__(self, reads: Reads, plan: Plan, rng: Random) -> None:
        self._reads, self._talks, self._rng = reads, plan.talks, rng

    def any(self) -> None:
        """Read something."""
        self._rng.choice((self.thread, self.told, self.told, self.active, self.tag, self.home, self.heard))()

    def all(self) -> None:
        """Read everything, in each way."""
        for number in range(world.TALKS):
            for _ in range(3 * len(ORDERS)):
                self.thread(number)
        for each in (self.told, self.active, self.tag, self.home, self.heard):
            for _ in range(10):
                each()

    def after(self, kind: str, number: int) -> None:
        """Read what was just written."""
        match kind:
            case "tagged":
                self._rng.choice((self.tag, self.home))()
            case "answer":
                self._rng.choice((self.active, self.told, lambda: self.thread(number)))()
            case "question":
                self._rng.choice((self.told, lambda: self.thread(number)))()
            case "tag":
                self.home()
            case _:
                self.heard()

    def thread(self, number: int | None = None) -> None:
        """Read a question and its answer, in any order."""
        number = self._rng.randrange(world.TALKS) if number is None else number
        viewer = self._anybody()
        path = f"/api/posts/{self._talks.posts[number]}/comments?order={self._rng.choice(ORDERS)}"
        self._reads.read("thread", path, viewer, lambda body: self._thread(orjson.loads(body)["items"], number, viewer))

    def _thread(self, items: Items, number: int, viewer: int | None) -> Shown:
        asked, register = self._talks.questions[number], world.ANSWER[number]
        question = next(item for item in items if item["id"] == asked)
        answers = [item for item in items if item["in_reply_to"] == asked]
        liked = [question["likes_count"]] + ([question["liked"]] if viewer == world.GUEST else [])
        return [
            (register, len(answers)),
            (register, question["replies_count"]),
            *((world.QUESTION_LIKE[number], int(each)) for each in liked),
        ]

    def active(self) -> None:
        """Read which posts are before the landmark: those that have an answer."""
        path = "/api/posts?feed=active&limit=100"
        self._reads.read("active", path, self._anybody(), lambda body: self._active(orjson.loads(body)["items"]))

    def _active(self, items: Items) -> Shown:
        places = {item["id"]: place for place, item in enumerate(items)}
        landmark = places[self._talks.landmark]
        before = [(world.ANSWER[t], int(places[post] < landmark)) for t, post in enumerate(self._talks.posts)]
        tags = {item["id"]: item["tags"] for item in items}
        return before + [(world.TAGGED[t], int(world.TAG in tags[post])) for t, post in enumerate(self._talks.posts)]

    def tag(self) -> None:
        """Read the posts with a tag, how many there are, or find them."""
        viewer = self._anybody()
        match self._rng.randrange(5):
            case 0:
                count = world.TAGGED_COUNT
                path = f"/api/tags/{world.TAG}"
                self._reads.read("tag", path, viewer, lambda body: [(count, orjson.loads(body)["posts_count"])])
            case 1:
                self._reads.read("search tag", f"/api/search?q=tag:{world.TAG}", viewer, self._tagged)
            case 2:
                path = f"/api/tags/{world.LANDMARK_TAG}"
                self._reads.read("tag followed", path, world.GUEST, _tag_followed)
            case _:
                self._reads.read("feed tag", f"/api/posts?feed=tag&tag={world.TAG}", viewer, self._tagged)

    def home(self) -> None:
        """Read the home feed of who follows nobody, but tags."""

        def parse(body: bytes) -> Shown:
            followed = self._talks.landmark in _ids(body)
            return [*self._tagged(body), (world.TAG_FOLLOWED, int(followed))]

        self._reads.read("home by tag", "/api/posts?feed=home", world.GUEST, parse)

    def _tagged(self, body: bytes) -> Shown:
        there = _ids(body)
        return [(world.TAGGED[t], int(post in there)) for t, post in enumerate(self._talks.posts)]

    def told(self) -> None:
        """Read what the host was told: each answer, each like of a question, and how many they are."""
        self._reads.read("told", "/api/notifications?limit=100", world.HOST, self._told)

    def _told(self, body: bytes) -> Shown:
        page, talks = orjson.loads(body), self._talks
        answered = {item["post_id"] for item in page["items"] if item["kind"] == "reply"}
        liked = {item["comment_id"] for item in page["items"] if item["kind"] == "like"}
        return [
            (world.TOLD_COUNT, page["unread_count"]),
            *((world.ANSWER[t], int(post in answered)) for t, post in enumerate(talks.posts)),
            *((world.QUESTION_LIKE[t], int(question in liked)) for t, question in enumerate(talks.questions)),
        ]

    def heard(self) -> None:
        """Read what the hearer was told and has not read, or only how much that is."""
        if self._rng.random() < 0.3:
            path = self._rng.choice(("/api/notifications/unread", "/api/me"))
            unread = world.HEARD_UNREAD
            self._reads.read("unread", path, world.HEARER, lambda body: [(unread, orjson.loads(body)["unread_count"])])
        else:
            self._reads.read("heard", "/api/notifications", world.HEARER, _heard)

    def _anybody(self) -> int | None:
        return self._rng.choice((None, world.GUEST, self._rng.randrange(world.USERS)))


def _ids(body: bytes) -> set[str]:
    items: Iterable[dict[str, str]] = orjson.loads(body)["items"]
    return {item["id"] for item in items}


def _tag_followed(body: bytes) -> Shown:
    tag = orjson.loads(body)
    return [(world.TAG_FOLLOWED, int(tag["following"])), (world.TAG_FOLLOWED, tag["followers_count"])]


def _heard(body: bytes) -> Shown:
    page = orjson.loads(body)
    unread = [int(not item["read"]) for item in page["items"]]
    return [
        (world.HEARD_TOLD, len(page["items"])),
        (world.HEARD_UNREAD, page["unread_count"]),
        *((world.HEARD_UNREAD, each) for each in unread),
    ]
