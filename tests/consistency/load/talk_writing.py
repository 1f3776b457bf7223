"""Writes of what people talk about: tags, answers, likes of comments, and what somebody reads of what they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from tests.consistency.load import world
from tests.consistency.load.writing import Switch

if TYPE_CHECKING:
    from tests.consistency.load.writing import Step, Writes

TALK_KINDS = ("tagged", "answer", "question", "tag", "heard")


def talk(writes: Writes, kind: str, number: int) -> Step:
    """Make who writes one of these registers."""
    talks = writes.plan.talks
    match kind:
        case "tagged":
            return _Tagged(writes, number)
        case "answer":
            return _Answer(writes, number)
        case "question":
            path = f"/api/posts/{talks.posts[number]}/comments/{talks.questions[number]}/likes"
            return Switch(writes, register=world.QUESTION_LIKE[number], path=path, user=world.GUEST)
        case "tag":
            path = f"/api/tags/{world.LANDMARK_TAG}/followers"
            return Switch(writes, register=world.TAG_FOLLOWED, path=path, user=world.GUEST)
        case _:
            return _Heard(writes)


class _Tagged:
    """Edits a post to have the tag, and to have it no more."""

    def __init__(self, writes: Writes, number: int) -> None:
        self._writes, self._number = writes, number
        self._path, self._on = f"/api/posts/{writes.plan.talks.posts[number]}", False

    def step(self) -> None:
        """Turn it."""
        self._on = not self._on
        text = f"talk {self._number}" + f" #{world.TAG}" * self._on
        answer = self._writes.until_done("PATCH", self._path, world.HOST, body=text)
        self._writes.record(world.TAGGED[self._number], int(self._on), answer)


class _Answer:
    """Answers a question, and deletes the answer."""

    def __init__(self, writes: Writes, number: int) -> None:
        talks = writes.plan.talks
        self._writes, self._number, self._steps = writes, number, 0
        self._base, self._question = f"/api/posts/{talks.posts[number]}/comments", talks.questions[number]
        self._id: str | None = None

    def step(self) -> None:
        """Turn it."""
        register = world.ANSWER[self._number]
        if self._id is not None:
            answer = self._writes.until_done("DELETE", f"{self._base}/{self._id}", world.GUEST)
            self._writes.record(register, 0, answer, again=False)  # this id is never there again
            self._id = None
            return
        self._steps += 1
        text = f"answer {self._steps} to question {self._number}"
        answer = self._writes.until_done("POST", self._base, world.GUEST, body=text, in_reply_to=self._question)
        self._writes.record(register, 1, answer)
        self._id = answer.made


class _Heard:
    """Likes a post; its author reads that they were told, or not; then the like is taken back."""

    def __init__(self, writes: Writes) -> None:
        self._writes = writes
        self._path = f"/api/posts/{writes.plan.talks.heard}/likes"
        self._told = self._unread = False

    def step(self) -> None:
        """Go on by one."""
        if self._unread and self._writes.rng.random() < 0.7 and (last := self._last()):
            answer = self._writes.until_done("POST", "/api/notifications/read", world.HEARER, until=last)
            self._unread = False
        else:
            self._told = self._unread = not self._told
            answer = self._writes.until_done("POST" if self._told else "DELETE", self._path, world.GUEST)
            self._writes.record(world.HEARD_TOLD, int(self._told), answer)
        self._writes.record(world.HEARD_UNREAD, int(self._unread), answer)

    def _last(self) -> str | None:
        """Ask for the place of what the hearer was told last; None if there is no answer, or nothing stands there."""
        body = self._writes.ask("/api/notifications", world.HEARER)
        items = orjson.loads(body)["items"] if body else []
        return items[0]["id"] if items else None
