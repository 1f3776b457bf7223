"""Requests with pictures may be large, and have bounds of their own: whoever sends them slowly stops nobody else."""

from __future__ import annotations

import threading
from select import select
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from feedapp.pictures import uploads
from tests.integration.front.apps import echo
from tests.integration.front.conftest import PATIENT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from tests.integration.front.clients import Client
    from tests.integration.front.conftest import Serve

FORM = "Content-Type: multipart/form-data; boundary=x"
TOKEN = "Authorization: Bearer x"
MEGABYTE = 1024 * 1024


def half(path: str, *headers: str, size: int = 10 * MEGABYTE, sent: int = 1) -> bytes:
    lines = "".join(f"{header}\r\n" for header in headers)
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\n{lines}Content-Length: {size}\r\n\r\n"
    return head.encode() + b"x" * sent


def lengths(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{len(body)} of {environ.get('CONTENT_LENGTH')}".encode()]


def test_a_picture_of_ten_megabytes_arrives(serve: Serve) -> None:
    client = serve(lengths)()
    body = b"x" * (10 * MEGABYTE)
    answer = client.ask("/api/media", FORM, TOKEN, method="POST", body=body)
    assert answer.body == f"{len(body)} of {len(body)}".encode()


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/api/media", (FORM,)),  # nobody
        ("/api/media", (TOKEN,)),  # no form
        ("/api/posts", (FORM, TOKEN)),
        ("/api/media/", (FORM, TOKEN)),
        ("/login", (FORM, TOKEN)),
    ],
)
def test_no_other_request_may_be_large(serve: Serve, path: str, headers: tuple[str, ...]) -> None:
    client = serve(lengths)()
    answer = client.ask(path, *headers, method="POST", body=b"x" * (1 * MEGABYTE))
    assert answer.body == f"0 of {MEGABYTE}".encode()  # the head alone: the application refuses it


def test_a_picture_that_is_too_large_is_not_read(serve: Serve) -> None:
    client = serve(lengths)()
    client.send(half("/api/media", FORM, TOKEN, size=11 * MEGABYTE))
    assert client.answer().body == f"0 of {11 * MEGABYTE}".encode()


def test_slow_uploads_stop_nobody_else(serve: Serve) -> None:
    connect = serve(echo, threads=1)
    slow = [connect() for _ in range(8)]
    for client in slow:
        client.send(half("/api/media", FORM, TOKEN, sent=MEGABYTE))
    began = monotonic()
    assert connect().ask("/").status == 200
    assert connect().ask("/api/posts", "Content-Type: application/json", method="POST", body=b"{}").status == 200
    assert monotonic() - began < PATIENT.stall / 2


def test_uploads_that_fill_their_room_leave_that_of_others(serve: Serve) -> None:
    connect = serve(echo, limits=PATIENT._replace(uploads=3 * MEGABYTE))
    slow = [connect() for _ in range(4)]
    for client in slow:
        client.send(half("/api/media", FORM, TOKEN, sent=MEGABYTE))
    late: list[Client] = []
    while not select([client.socket for client in late], [], [], 0.2)[0]:  # until what they have sent is read
        late.append(connect())
        late[-1].send(half("/api/media", FORM, TOKEN, sent=1000))
    (answered, *_), _, _ = select([client.socket for client in late], [], [], 0)
    answer = next(client for client in late if client.socket is answered).answer()
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    assert connect().ask("/api/posts", method="POST", body=b"x" * 100_000).status == 200


def test_pictures_that_are_being_read_wait_in_a_line_of_their_own(serve: Serve) -> None:
    released = threading.Event()

    def reading(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] in {"/api/media", "/media/x"}:
            released.wait(20)
        return echo(environ, start_response)

    connect = serve(reading, threads=1, limits=PATIENT._replace(waiting_uploads=3))
    waiting = [connect() for _ in range(5)]
    for client in waiting:
        client.request("POST", "/api/media", FORM, TOKEN, body=b"x" * 1000)
    files = [connect() for _ in range(3)]
    for client in files:
        client.request("GET", "/media/x")
    connect.has_taken(len(waiting) + len(files))
    refused = connect().ask("/api/media", FORM, TOKEN, method="POST", body=b"x")
    assert refused.status == 503
    assert "retry-after" in refused.headers
    assert connect().ask("/").status == 200
    assert connect().ask("/api/posts", method="POST", body=b"{}").status == 200
    released.set()
    assert {client.answer().status for client in [*waiting, *files]} == {200}


def test_a_connection_may_send_something_small_after_a_picture(serve: Serve) -> None:
    client = serve(lengths)()
    assert client.ask("/api/media", FORM, TOKEN, method="POST", body=b"x" * (2 * MEGABYTE)).status == 200
    assert client.ask("/api/posts", method="POST", body=b"x" * (1 * MEGABYTE)).body == f"0 of {MEGABYTE}".encode()


def test_the_paths_are_known_by_method_and_kind_of_body() -> None:
    sent = {"REQUEST_METHOD": "POST", "PATH_INFO": "/api/media", "CONTENT_TYPE": FORM[14:], "HTTP_COOKIE": "a=b"}
    assert uploads.largest(sent) == uploads.ONE_PICTURE
    for name, value in (("REQUEST_METHOD", "GET"), ("PATH_INFO", "/api/posts"), ("CONTENT_TYPE", "application/json")):
        assert uploads.largest({**sent, name: value}) is None
