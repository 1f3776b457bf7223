"""One thread answers as long as none waits, and nobody waits for one that does."""

from __future__ import annotations

import os
import select
import threading
from collections import Counter
from time import sleep
from typing import TYPE_CHECKING

import pytest

from feedapp import blocking
from feedapp.server import leader, poller, server
from feedapp.server.poller import Poller
from tests.integration.front.clients import Client
from tests.integration.front.conftest import PATIENT

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable, Iterator

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from tests.integration.front.conftest import Serve


NEVER = 3600.0


class App:
    """Notes which thread answers, and at /late how often. At /tell one waits and says so, at /hang it does not."""

    def __init__(self) -> None:
        self.threads: Counter[int] = Counter()
        self.before_late: list[int] = []
        self.began = threading.Semaphore(0)
        self.release = threading.Event()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        self.threads[threading.get_ident()] += 1
        if environ["PATH_INFO"] == "/late":
            self.before_late.append(self.threads.total())
        if environ["PATH_INFO"] in {"/tell", "/hang"}:
            if environ["PATH_INFO"] == "/tell":
                blocking.about_to_block()
            self.began.release()
            self.release.wait(30)
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]


@pytest.fixture
def app() -> Iterator[App]:
    made = App()
    yield made
    made.release.set()


@pytest.fixture
def no_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    """A watch that looks once an hour."""
    monkeypatch.setattr(leader, "TICK_SECONDS", NEVER)


@pytest.mark.usefixtures("no_watch")
def test_one_thread_answers_as_long_as_none_waits(serve: Serve, app: App) -> None:
    connect = serve(app)
    clients = [connect() for _ in range(8)]
    for _ in range(20):
        for client in clients:
            client.request("GET", "/")
        assert {client.answer().status for client in clients} == {200}
    assert list(app.threads.values()) == [160]


@pytest.mark.usefixtures("no_watch")
def test_who_says_that_it_waits_is_replaced_at_once(serve: Serve, app: App) -> None:
    connect = serve(app)
    waiting = connect()
    waiting.request("GET", "/tell")
    assert app.began.acquire(timeout=10)
    assert [connect().ask(path).status for path in ("/", "/livez")] == [200, 200]
    app.release.set()
    assert waiting.answer().status == 200


@pytest.mark.usefixtures("no_watch")
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_write_keeps_no_reader_waiting_from_its_beginning(serve: Serve, app: App, method: str) -> None:
    connect = serve(app)
    connect().request(method, "/hang")
    assert app.began.acquire(timeout=10)
    assert connect().ask("/").status == 200


def test_who_waits_without_a_word_is_replaced_soon(serve: Serve, app: App) -> None:
    connect = serve(app)
    connect().request("GET", "/hang")
    assert app.began.acquire(timeout=10)
    assert connect().ask("/").status == 200


@pytest.mark.usefixtures("no_watch")
def test_what_came_with_a_request_that_waits_is_answered_by_the_next_leader(serve: Serve, app: App) -> None:
    """All of them are found by one look: while they arrive, the only leader is busy and tells nobody."""
    connect = serve(app, threads=3)
    clients = [connect() for _ in range(6)]
    assert {client.ask("/").status for client in clients} == {200}
    occupied = connect()
    occupied.request("GET", "/hang")
    assert app.began.acquire(timeout=10)
    clients[0].request("GET", "/tell")
    for client in clients[1:]:
        client.request("GET", "/")
    sleep(0.1)
    release, app.release = app.release, threading.Event()
    release.set()
    assert occupied.answer().status == 200
    assert app.began.acquire(timeout=10)
    assert {client.answer().status for client in clients[1:]} == {200}
    app.release.set()
    assert clients[0].answer().status == 200


@pytest.mark.usefixtures("no_watch")
def test_a_worker_of_many_busy_connections_still_accepts(serve: Serve, app: App) -> None:
    """One accepted after each round over all of them would take hundreds of rounds."""
    connect = serve(app)
    busy = [connect() for _ in range(40)]
    occupied = connect()
    occupied.request("GET", "/hang")
    assert app.began.acquire(timeout=10)
    for client in busy:
        client.send("GET / HTTP/1.1\r\nHost: feed.example\r\n\r\n" * 200)
    late = [connect() for _ in range(40)]
    for client in late:
        client.request("GET", "/late")
    app.release.set()
    assert {client.answer().status for client in late} == {200}
    assert max(app.before_late) < 40 * 20


def test_a_wait_for_events_that_fails_ends_no_leader(serve: Serve, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    wait, failures = Poller.wait, [MemoryError(), OSError()]

    def failing(poller: Poller) -> list[int]:
        if failures:
            raise failures.pop()
        return wait(poller)

    monkeypatch.setattr(Poller, "wait", failing)
    assert serve(app)().ask("/").status == 200
    assert not failures


def test_under_a_flood_of_slow_reads_those_beyond_the_line_are_refused(
    serve: Serve, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They tell nobody that they are slow, and none is slow enough for the watch."""
    monkeypatch.setattr(server, "FLOOD_SECONDS", -1)
    for module in (server, poller):
        monkeypatch.setattr(module, "AT_ONCE", 1)
    monkeypatch.setattr(leader, "TICK_SECONDS", NEVER)
    connect = serve(app, threads=1, limits=PATIENT._replace(waiting=3))
    assert connect().ask("/").status == 200
    clients = [connect() for _ in range(12)]
    for client in clients:
        client.request("GET", "/hang")
    waiting = {client.socket: client for client in clients}
    while len(waiting) > 4:  # which of them are refused depends on the order in which they are accepted
        refused, _, _ = select.select(list(waiting), [], [], 20)
        assert refused
        assert {waiting.pop(each).answer().status for each in refused} == {503}
    app.release.set()
    assert {client.answer().status for client in waiting.values()} == {200}


@pytest.mark.usefixtures("no_watch")
def test_requests_that_arrive_just_before_the_end_are_answered(app: App, listener: socket.socket) -> None:
    """On a connection that rested, and on a new one; the only leader is busy, so nobody has read them yet."""
    front = server.Server(app, listener, threads=2, limits=PATIENT)
    front.start()
    port = listener.getsockname()[1]
    rested, new, occupied = (Client(port) for _ in range(3))
    assert rested.ask("/").status == 200
    occupied.request("GET", "/hang")
    assert app.began.acquire(timeout=10)
    sleep(0.6)
    for client in (rested, new):
        client.request("GET", "/")
    is_wanted = threading.Event()
    is_wanted.set()
    main = threading.Thread(target=front.run, args=(is_wanted, os.getppid()))
    main.start()
    sleep(0.3)
    app.release.set()
    assert [client.answer().status for client in (occupied, rested, new)] == [200] * 3
    main.join(15)
    assert not main.is_alive()
    for client in (rested, new, occupied):
        client.close()


@pytest.mark.usefixtures("no_watch")
def test_a_connection_on_which_a_request_has_arrived_is_not_let_go_as_idle(serve: Serve, app: App) -> None:
    connect = serve(app, limits=PATIENT._replace(idle=1))
    rested, occupied = connect(), connect()
    assert rested.ask("/").status == 200
    occupied.request("GET", "/hang")
    assert app.began.acquire(timeout=10)
    sleep(0.5)
    rested.request("GET", "/")
    sleep(1.5)
    app.release.set()
    assert rested.answer().status == 200
