"""The clients of the history checker, at a server that does not answer: what they repeat, and what they record."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import TYPE_CHECKING, Any

from tests.consistency.checking.history import History, Write
from tests.consistency.load import world
from tests.consistency.load.http11 import Connection
from tests.consistency.load.plan import Person, Plan, Talks
from tests.consistency.load.writing import Place, Switch, Writes
from tests.support.deployments.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

MADE = b'{"id": "7"}'


class Answers:
    """What a server says to each request in turn, 0 for nothing, and the keys that were sent."""

    def __init__(self, *statuses: int, body: bytes = b"{}", headers: tuple[tuple[str, str], ...] = ()) -> None:
        self.statuses = list(statuses)
        self.body, self.headers = body, headers
        self.keys: list[str | None] = []

    @contextmanager
    def served(self) -> Iterator[int]:
        """Serve them; give the port."""
        answers = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                answers.keys.append(self.headers.get("Idempotency-Key"))
                status = answers.statuses.pop(0) if answers.statuses else 500
                if not status:
                    self.close_connection = True
                    return
                self.send_response(status)
                for name, value in answers.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answers.body)))
                self.end_headers()
                self.wfile.write(answers.body)

            do_POST = do_PATCH = do_DELETE = answer  # noqa: N815  (their names are http.server's)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            try:
                yield server.server_port
            finally:
                server.shutdown()
                thread.join()


@contextmanager
def writes_at(*ports: int) -> Iterator[Writes]:
    connections = [Connection(port) for port in ports]
    now = time.monotonic_ns()
    until = now + 60_000_000_000  # nobody gets there
    plan = Plan(
        places=[], people=[Person("ada", "token", "")] * world.PEOPLE, posts=["5"] * world.STABLE, judged=[],
        talks=Talks([], [], "", ""), clients=[0], of_clients=1, begin=now, until=until, seed=1, write_share=1,
        pages=False, patience=20, file="",
    )  # fmt: skip
    yield Writes(plan, 0, History(), connections, Random(1))
    for connection in connections:
        connection.close()


def recorded(writes: Writes) -> list[Write]:
    return writes._history.writes


def like(writes: Writes, *, on: bool) -> Switch:
    return Switch(writes, register=world.LIKE[0][1], path="/api/posts/5/likes", user=1, on=on)


def test_a_post_is_repeated_under_one_key_so_nothing_stays_open() -> None:
    answers = Answers(0, 503, 201, body=MADE)
    with answers.served() as port, writes_at(port) as writes:
        Place(writes, kind="c", number=0, base="/api/posts/5/comments", user=1).step()
    (write,) = recorded(writes)
    assert write.end is not None
    assert (write.again, write.early) == (False, False)
    assert len(set(answers.keys)) == 1
    assert answers.keys[0]


def test_each_post_has_a_key_of_its_own() -> None:
    answers = Answers(200, 200)
    with answers.served() as port, writes_at(port) as writes:
        for _ in range(2):
            like(writes, on=False).step()
    assert len(set(answers.keys)) == 2


def test_a_deletion_without_an_answer_stays_open_though_its_repetition_was_acknowledged() -> None:
    for lost in (0, 503):
        answers = Answers(lost, 200)
        with answers.served() as port, writes_at(port) as writes:
            like(writes, on=True).step()
        (write,) = recorded(writes)
        assert write.end is not None
        assert write.again
        assert answers.keys == [None, None]


def test_an_edit_without_an_answer_stays_open() -> None:
    with Answers(0, 200).served() as port, writes_at(port) as writes:
        Place(writes, kind="p", number=0, base="/api/posts", user=0).step()
    assert [write.again for write in recorded(writes)] == [True]


def test_what_nobody_can_have_received_does_not_stay_open() -> None:
    with Answers(*[200] * 99).served() as port, writes_at(free_port(), port) as writes:
        while not writes._history.failed_writes:
            like(writes, on=True).step()
    assert not [write for write in recorded(writes) if write.again]


def test_what_is_gone_for_good_does_not_stay_open() -> None:
    with Answers(0, 404).served() as port, writes_at(port) as writes:
        place = Place(writes, kind="c", number=0, base="/api/posts/5/comments", user=1)
        place._id = "7"
        writes.rng = Random(next(seed for seed in range(99) if Random(seed).random() > 0.6))  # it is not edited
        place.step()
    (write,) = recorded(writes)
    assert (write.value, write.early, write.again) == (0, True, False)
    assert write.end is not None


def test_a_replay_may_come_before_readers_see_what_was_done() -> None:
    with Answers(200, headers=(("Idempotent-Replayed", "true"),)).served() as port, writes_at(port) as writes:
        like(writes, on=False).step()
    (write,) = recorded(writes)
    assert write.early
    assert write.end is not None


def test_a_request_that_is_being_carried_out_is_asked_for_again() -> None:
    answers = Answers(409, 201, body=b'{"code": "in_progress"}')
    with answers.served() as port, writes_at(port) as writes:
        like(writes, on=False).step()
    assert writes._history.oddities == []
    assert len(set(answers.keys)) == 1
