"""A client's writes: each register has one writer.

What was not answered may have happened, may still happen, or never. So a POST is repeated under one Idempotency-Key, of
which only one attempt takes effect. Attempts of a PATCH or DELETE are recorded as what may happen again at any time.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple, Protocol

import orjson

from tests.consistency.checking.history import SECOND, Write
from tests.consistency.load import world
from tests.consistency.load.http11 import NO_ANSWER

if TYPE_CHECKING:
    from random import Random

    from tests.consistency.checking.history import History
    from tests.consistency.load.http11 import Connection
    from tests.consistency.load.plan import Plan

DONE, NOT_FOUND, SERVER_ERROR = (200, 201, 204), 404, 500
IN_PROGRESS, REPLAYED = b'"in_progress"', b"\r\nidempotent-replayed: true"
RETRY_SECONDS, GRACE_SECONDS = 0.05, 5
JSON = "Content-Type: application/json\r\n"


class Answer(NamedTuple):
    """What came of a write: `end` is None if nobody said that it is done. `early` and `again`: see `Write`."""

    start: int
    end: int | None
    body: bytes
    early: bool = False
    again: bool = False

    @property
    def made(self) -> str | None:
        """The id of what was made, if it is known."""
        made: str | None = orjson.loads(self.body)["id"] if self.body else None
        return made


class Writes:
    """Sends writes until they are acknowledged, and records them."""

    def __init__(self, plan: Plan, client: int, history: History, connections: list[Connection], rng: Random) -> None:
        self.plan = plan
        self._client = client
        self._history = history
        self._connections = connections
        self.rng = rng
        self._api = [f"Authorization: Bearer {person.token}\r\n" for person in plan.people]

    def record(self, register: int, value: int, answer: Answer, *, again: bool | None = None) -> None:
        """Take down a write that happened, or may have. `again`: known better than by the answer."""
        again = answer.again if again is None else again
        self._history.writes.append(
            Write(register, value, answer.start, answer.end, self._client, early=answer.early, again=again)
        )

    def until_done(self, method: str, path: str, user: int, **sent: str) -> Answer:
        """Try until it is acknowledged, turns out to be done, or time is up."""
        headers, content = self._api[user] + (JSON if sent else ""), orjson.dumps(sent) if sent else b""
        if method == "POST":
            headers += f"Idempotency-Key: {self.rng.getrandbits(128):032x}\r\n"
        start, unknown = time.monotonic_ns(), False
        while True:
            connection = self.rng.choice(self._connections)
            status, head, body = connection.exchange(method, path, headers=headers, body=content)
            end = time.monotonic_ns()
            if status in DONE:
                return Answer(start, end, body, early=REPLAYED in head.lower(), again=unknown)
            self._history.failed_writes += 1
            is_gone = status == NOT_FOUND and unknown  # an attempt before has deleted it
            if 0 < status < SERVER_ERROR and not is_gone and IN_PROGRESS not in body:
                self._history.oddities.append(f"{status} for {method} {path}: {body[:200]!r}")
            if is_gone:
                return Answer(start, end, b"", early=True, again=unknown)
            if end > self.plan.until + GRACE_SECONDS * SECOND:
                return Answer(start, None, b"", again=unknown)
            unknown |= method != "POST" and (status >= SERVER_ERROR or (status == NO_ANSWER and connection.has_sent))
            time.sleep(RETRY_SECONDS)

    def ask(self, path: str, user: int) -> bytes:
        """Read; nothing if there is no answer."""
        status, body = self.rng.choice(self._connections).ask("GET", path, headers=self._api[user])
        return body if status in DONE else b""


class Step(Protocol):
    """Somebody who writes one register."""

    def step(self) -> None:
        """Write it once, and record that."""


class Place:
    """Writes one place for posts or comments."""

    def __init__(self, writes: Writes, *, kind: str, number: int, base: str, user: int) -> None:
        self._writes = writes
        self._register = (world.POST if kind == "p" else world.COMMENT)[number]
        self._kind, self._number, self._base, self._user = kind, number, base, user
        self._stays = kind == "p" and number < world.STABLE
        self._id: str | None = writes.plan.posts[number] if self._stays else None
        self._operation = 1

    def step(self) -> None:
        """Publish, edit or delete."""
        self._operation += 1
        text = world.text_of(self._kind, self._number, self._operation)
        if self._id is None:
            answer = self._writes.until_done("POST", self._base, self._user, body=text)
            self._writes.record(self._register, self._operation, answer)
            self._id = answer.made
        elif self._stays or self._writes.rng.random() < 0.6:
            answer = self._writes.until_done("PATCH", f"{self._base}/{self._id}", self._user, body=text)
            self._writes.record(self._register, self._operation, answer)
        else:
            answer = self._writes.until_done("DELETE", f"{self._base}/{self._id}", self._user)
            self._writes.record(self._register, 0, answer, again=False)  # this id is never there again
            self._id = None


class Switch:
    """Writes one like or one follow: on and off; or what a moderator does, for a reason."""

    def __init__(
        self, writes: Writes, *, register: int, path: str, user: int, on: bool = False, reason: str = ""
    ) -> None:
        self._writes, self._reason = writes, reason
        self._register, self._path, self._user, self._on = register, path, user, on

    def step(self) -> None:
        """Turn it."""
        self._on = not self._on
        reason = {"reason": self._reason} if self._on and self._reason else {}
        answer = self._writes.until_done("POST" if self._on else "DELETE", self._path, self._user, **reason)
        self._writes.record(self._register, int(self._on), answer)
