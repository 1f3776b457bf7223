"""Whoever sends or reads slowly costs a connection: others are served as before, and it ends within its time."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic, sleep
from typing import TYPE_CHECKING

import pytest

from tests.integration.front.apps import LARGE, echo, moody
from tests.integration.front.clients import Client
from tests.integration.front.conftest import PATIENT, SOON_STALLED

if TYPE_CHECKING:
    from tests.integration.front.conftest import Serve

POST = "POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 200\r\n\r\nx"
HALF_HEADS = ["G", "GET / HTTP/1.1\r\nHost: a\r\nX-Name", "GET / HTTP/1.1\r\nHost: a\r\n\r"]
HALF_BODIES = [
    POST,
    "POST /api/posts HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx",
    "PATCH /api/me HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;extension=" + "x" * 1000,
    "POST /signup HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 20\r\n\r\n",
]


def test_half_a_request_gets_408_and_others_are_served_meanwhile(serve: Serve) -> None:
    connect = serve(echo, threads=1, limits=SOON_STALLED)
    stalled = []
    for sent in (HALF_HEADS + HALF_BODIES) * 20:
        stalled.append(connect())
        stalled[-1].send(sent)
    assert connect().ask("/").status == 200
    assert connect().ask("/livez").json == {"status": "ok"}
    for client in stalled:
        answer = client.answer()
        if answer.status == 100:
            answer = client.answer()
        assert (answer.status, answer.headers["connection"]) == (408, "close")
    assert stalled[-1].seconds_until_closed() < 5


@pytest.mark.parametrize("sent", ["GET / HTTP/1.1\r\nHost: a\r\nX-Name: ", POST])
def test_a_byte_now_and_then_moves_no_deadline(serve: Serve, sent: str) -> None:
    client = serve(echo, limits=SOON_STALLED)()
    client.send(sent)
    began = monotonic()
    client.socket.settimeout(0.2)
    answer = None
    while answer is None and monotonic() < began + 5:
        client.send("x")
        try:
            answer = client.answer()
        except TimeoutError:
            continue
    assert answer
    assert answer.status == 408
    assert monotonic() - began >= SOON_STALLED.stall


def test_a_large_body_that_keeps_coming_has_its_time(serve: Serve) -> None:
    client = serve(echo, limits=SOON_STALLED)()
    body = b"a" * 60_000
    client.send(f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n\r\n")
    for begin in range(0, len(body), 10_000):
        client.send(body[begin : begin + 10_000])
        sleep(0.2)  # 50 KB a second, for longer than a stall may take
    assert client.answer().status == 200


def test_a_connection_that_says_nothing_is_closed_and_one_that_rests_is_not_yet(serve: Serve) -> None:
    connect = serve(echo, limits=SOON_STALLED)
    silent, resting = connect(), connect()
    assert resting.ask("/").status == 200
    assert silent.seconds_until_closed() < SOON_STALLED.idle / 2
    sleep(SOON_STALLED.stall)
    assert resting.ask("/").status == 200


def test_an_answer_that_is_not_read_holds_no_thread_and_ends(serve: Serve) -> None:
    connect = serve(moody, threads=1, limits=SOON_STALLED)
    port = connect().port
    greedy = [Client(port, receive_buffer=4096) for _ in range(5)]
    for client in greedy:
        client.request("GET", "/large")
    assert connect().ask("/").status == 200
    small = Client(port, receive_buffer=4096)
    small.request("GET", "/middle")  # all of it has left the process, but not the machine
    sleep(2.5)
    for client in [*greedy, small]:
        received = 0
        while chunk := client.socket.recv(1 << 20):
            received += len(chunk)
        assert 0 < received < LARGE
        client.close()


def test_an_answer_that_is_read_slowly_but_steadily_arrives_whole(serve: Serve) -> None:
    client = Client(serve(moody, limits=SOON_STALLED)().port, receive_buffer=64 * 1024)
    client.request("GET", "/large")
    received = 0
    while received < LARGE:
        chunk = client.socket.recv(400_000)
        assert chunk
        received += len(chunk)
        sleep(0.02)
    client.close()


def test_all_answers_that_are_not_read_have_a_bound_and_readers_go_last(serve: Serve) -> None:
    port = serve(moody, limits=PATIENT._replace(unread=4 * LARGE + LARGE // 2))().port
    reader = Client(port, receive_buffer=64 * 1024)
    reader.request("GET", "/large")
    greedy = [Client(port, receive_buffer=4096) for _ in range(9)]
    received = 0
    for number, client in enumerate(greedy):
        client.request("GET", "/large")
        sleep(0.05)
        while received < number * 500_000:
            received += len(chunk := reader.socket.recv(400_000))
            assert chunk, number
    while received < LARGE:
        received += len(chunk := reader.socket.recv(400_000))
        assert chunk
    for number, client in enumerate(greedy):
        sizes = 0
        with suppress(ConnectionError):
            while sizes < LARGE and (chunk := client.socket.recv(1 << 20)):
                sizes += len(chunk)
        assert (sizes < LARGE) == (number < 6), number
    for client in [reader, *greedy]:
        client.close()


def test_a_client_that_goes_away_harms_nobody(serve: Serve) -> None:
    connect = serve(moody, threads=1)
    for sent in [POST, "GET /slow/0.1 HTTP/1.1\r\nHost: a\r\n\r\n", "GET /large HTTP/1.1\r\nHost: a\r\n\r\n"]:
        for _ in range(5):
            client = connect()
            client.send(sent)
            client.close()
    assert connect().ask("/").status == 200


def test_when_connections_run_out_those_that_do_nothing_give_way(serve: Serve) -> None:
    connect = serve(echo, limits=PATIENT._replace(connections=30))
    idle = [connect() for _ in range(60)]
    began = [connect() for _ in range(3)]
    for client in began:
        client.send(POST)
    idle += [connect() for _ in range(40)]
    assert connect().ask("/").status == 200
    began[-1].send("x" * 199)
    assert began[-1].answer().status == 200
