"""Replays traffic against one design at the traffic's own pace, and notes for each view what it cost and showed."""

from __future__ import annotations

import json
from threading import Lock, Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, NamedTuple

from bench.load import Request
from bench.places import LIMIT
from bench.probe import Client
from bench.traffic import WRITES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.ledger import Ledger
    from bench.people import Reader
    from bench.probe import Answer
    from bench.traffic import Event

CLIENTS = 12
BODY = json.dumps({"body": "Written while traffic was replayed."})


class View(NamedTuple):
    """One view: when (0 to 1), whether it cost no SQL, how many statements, and whether it was stale."""

    moment: float
    hit: bool
    statements: int
    stale: bool


class Replay:
    """`root` is "" for feedapp and "/rival" for the usual design; `posts` are ids, the most popular first."""

    def __init__(
        self, *, port: int, root: str, readers: Sequence[Reader], posts: Sequence[int], ledger: Ledger
    ) -> None:
        self._port = port
        self._root = root
        self._readers = readers
        self._posts = posts
        self._ledger = ledger
        self._lock = Lock()
        self._position = 0
        self.views: list[View] = []
        self.writes = 0
        self._failures: list[str] = []

    def run(self, events: Sequence[Event], *, seconds: float, first: float = 0) -> None:
        """Send all of them, the whole of time taking so many seconds, from the moment `first` on.

        Raise RuntimeError if one was refused.
        """
        started = monotonic() - first * seconds
        self._position = 0
        threads = [Thread(target=self._work, args=(events, started, seconds)) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._failures:
            raise RuntimeError(self._failures[0])

    def _work(self, events: Sequence[Event], started: float, seconds: float) -> None:
        with Client(self._port) as client:
            while True:
                with self._lock:
                    position = self._position
                    self._position += 1
                if position >= len(events) or self._failures:
                    return
                event = events[position]
                sleep(max(0.0, started + event.moment * seconds - monotonic()))
                try:
                    self._write(client, event) if event.kind in WRITES else self._view(client, event)
                except Exception as error:  # noqa: BLE001  (it is raised again where the threads were started)
                    self._failures.append(f"{event}: {error!r}")

    def _view(self, client: Client, event: Event) -> None:
        reader = self._readers[event.who % len(self._readers)]
        known = self._ledger.known()
        authors: set[int] | None = None
        if event.kind == "post":
            path = f"/api/posts/{self._posts[event.what % len(self._posts)]}"
        elif event.kind == "profile":
            author = self._readers[event.what % len(self._readers)]
            path, authors = f"/api/posts?username={author.username}&limit={LIMIT}", {author.id}
        elif event.kind == "home":
            path, authors = f"/api/posts?limit={LIMIT}", self._ledger.authors_of(reader.id)
        else:
            path = f"/api/posts?feed=public&limit={LIMIT}"
        answer = _good(client.ask(Request(self._root + path, reader.bearer)))
        said = json.loads(answer.body)
        feed = event.kind != "post"
        stale = self._ledger.is_stale(known, said["items"] if feed else [said], authors=authors, feed=feed)
        with self._lock:
            self.views.append(View(event.moment, answer.hit, answer.sql_statements, stale))

    def _write(self, client: Client, event: Event) -> None:
        reader = self._readers[event.who % len(self._readers)]
        post_id = self._posts[event.what % len(self._posts)]
        if event.kind == "like" and not self._ledger.may_like(reader.id, post_id):
            return
        if event.kind == "publish":
            path, body = "/api/posts", BODY
        else:
            path, body = f"/api/posts/{post_id}/{event.kind}s", "-" if event.kind == "like" else BODY
        answer = _good(client.ask(Request(self._root + path, reader.bearer, "POST", body)))
        if event.kind == "publish":
            post_id = int(json.loads(answer.body)["id"])
        if answer.status == 201:  # an old like of the seed changes nothing
            self._ledger.acknowledge(event.kind, author_id=reader.id, post_id=post_id)
        with self._lock:
            self.writes += 1


def _good(answer: Answer) -> Answer:
    if answer.status >= 300:
        raise RuntimeError(f"{answer.status}: {answer.body[:200]!r}")
    return answer
