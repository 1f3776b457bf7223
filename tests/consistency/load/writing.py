"""A client's writes: each register has one writer, and it goes on only when it knows what became of its last write."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple, Protocol

import orjson
import psycopg2

from tests.consistency.checking.history import SECOND, Write
from tests.consistency.load import world

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from tests.consistency.checking.history import History
    from tests.consistency.load.http11 import Connection
    from tests.consistency.load.plan import Plan

CREATED, DONE, NOT_FOUND = 201, (200, 201, 204), 404
RETRY_SECONDS, SETTLE_SECONDS, GRACE_SECONDS = 0.05, 0.3, 5
JSON = "Content-Type: application/json\r\n"


class Answer(NamedTuple):
    """What came of a write: `end` is None if it was not acknowledged."""

    start: int
    end: int | None
    body: bytes


class Writes:
    """Sends writes and records them. What was not acknowledged is repeated if that does no harm, else looked up."""

    def __init__(self, plan: Plan, client: int, history: History, connections: list[Connection], rng: Random) -> None:
        self._plan = plan
        self._client = client
        self._history = history
        self._connections = connections
        self.rng = rng
        self._api = [f"Authorization: Bearer {person.token}\r\n" for person in plan.people]
        self.plan = plan

    def record(self, register: int, value: int, answer: Answer) -> None:
        """Take down a write that happened, or may have."""
        self._history.writes.append(Write(register, value, answer.start, answer.end, self._client))

    def once(self, method: str, path: str, user: int, sent: Mapping[str, str]) -> Answer:
        """Try once."""
        start = time.monotonic_ns()
        status, content = self._send(method, path, user, sent)
        return Answer(start, time.monotonic_ns() if status in DONE else None, content)

    def until_done(self, method: str, path: str, user: int, body: str = "", *, field: str = "body") -> Answer:
        """Try until it is acknowledged, or turns out to be done: then, or when time is up, `end` is None."""
        start = time.monotonic_ns()
        for attempt in range(1_000_000):
            repeated = method == "DELETE" and attempt > 0  # what the first attempt deleted is not there any more
            status, content = self._send(method, path, user, {field: body} if body else {}, may_be_gone=repeated)
            end = time.monotonic_ns()
            if status in DONE:
                return Answer(start, end, content)
            if (repeated and status == NOT_FOUND) or end > self._plan.until + GRACE_SECONDS * SECOND:
                break
            time.sleep(RETRY_SECONDS)
        return Answer(start, None, b"")

    def _send(
        self, method: str, path: str, user: int, sent: Mapping[str, str], *, may_be_gone: bool = False
    ) -> tuple[int, bytes]:
        connection = self.rng.choice(self._connections)
        content = orjson.dumps(sent) if sent else b""
        status, answer = connection.ask(method, path, headers=self._api[user] + (JSON if sent else ""), body=content)
        if status not in DONE:
            self._history.failed_writes += 1
            if 0 < status < 500 and not (may_be_gone and status == NOT_FOUND):
                self._history.oddities.append(f"{status} for {method} {path}: {answer[:200]!r}")
        return status, answer

    def find(self, table: str, body: str) -> str | None:
        """Ask PostgreSQL for the id under which a text was stored, once what may still be under way is over."""
        time.sleep(SETTLE_SECONDS)
        while True:
            try:
                connection = psycopg2.connect(self._plan.database_url, connect_timeout=3)
            except psycopg2.OperationalError:
                if time.monotonic_ns() > self._plan.until + 2 * GRACE_SECONDS * SECOND:
                    raise
                time.sleep(RETRY_SECONDS)
                continue
            try:
                with connection, connection.cursor() as cursor:
                    cursor.execute(f"SELECT id FROM {table} WHERE body = %s", (body,))
                    row = cursor.fetchone()
                    return None if row is None else str(row[0])
            finally:
                connection.close()


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
        self._table = "posts" if kind == "p" else "comments"
        self._stays = kind == "p" and number < world.STABLE
        self._id: str | None = writes.plan.posts[number] if self._stays else None
        self._operation = 1

    def step(self) -> None:
        """Publish, edit or delete."""
        self._operation += 1
        text = world.text_of(self._kind, self._number, self._operation)
        if self._id is None:
            self._create(text)
        elif self._stays or self._writes.rng.random() < 0.6:
            answer = self._writes.until_done("PATCH", f"{self._base}/{self._id}", self._user, text)
            self._writes.record(self._register, self._operation, answer)
        else:
            answer = self._writes.until_done("DELETE", f"{self._base}/{self._id}", self._user)
            self._writes.record(self._register, 0, answer)
            self._id = None

    def _create(self, text: str) -> None:
        answer = self._writes.once("POST", self._base, self._user, {"body": text})
        if answer.end is not None:
            self._id = orjson.loads(answer.body)["id"]
        else:
            self._id = self._writes.find(self._table, text)
        if self._id is not None:
            self._writes.record(self._register, self._operation, answer)


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
        method, reason = ("POST", self._reason) if self._on else ("DELETE", "")
        answer = self._writes.until_done(method, self._path, self._user, reason, field="reason")
        self._writes.record(self._register, int(self._on), answer)
