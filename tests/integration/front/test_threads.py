"""The application may hang, fail or be asked for too much: every request is answered in its time."""

from __future__ import annotations

import os
import threading
from select import select
from typing import TYPE_CHECKING

import pytest

from feedapp.server import exchanges
from feedapp.server.server import Server
from feedapp.server.sweeping import STUCK
from tests.integration.front import apps
from tests.integration.front.apps import moody
from tests.integration.front.clients import Client
from tests.integration.front.conftest import PATIENT, SOON_HUNG

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable, Iterator

    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from flask import Flask

    from tests.integration.front.conftest import Serve


@pytest.fixture(autouse=True)
def released() -> Iterator[None]:
    apps.released.clear()
    yield
    apps.released.set()


def test_requests_that_hang_get_503_and_so_do_those_that_wait_for_them(serve: Serve) -> None:
    connect = serve(moody, limits=SOON_HUNG)
    hanging = [connect() for _ in range(5)]  # of which two run
    for client in hanging:
        client.request("GET", "/hang")
    waiting = connect()
    waiting.request("GET", "/api/posts")
    for client in [*hanging, waiting]:
        answer = client.answer()
        assert (answer.status, answer.headers["connection"]) == (503, "close")
        assert int(answer.headers["retry-after"]) > 0
    apps.released.set()
    assert connect().ask("/").body == b"ok"


@pytest.mark.parametrize(
    ("what", "hung", "goes_on"),
    [
        ("writes", ("POST", "/hang"), ("GET", "/")),
        ("writes", ("PATCH", "/hang"), ("HEAD", "/")),
        ("reads", ("GET", "/hang"), ("POST", "/")),
        ("passwords", ("POST", "/login"), ("POST", "/")),
        ("passwords", ("POST", "/api/tokens"), ("GET", "/")),
    ],
)
def test_what_one_kind_of_request_waits_for_keeps_no_other_waiting(
    serve: Serve, what: str, hung: tuple[str, str], goes_on: tuple[str, str]
) -> None:
    def app(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        hangs = environ["PATH_INFO"] != "/"
        return moody({**environ, "PATH_INFO": "/hang" if hangs else "/"}, start)

    connect = serve(app)
    for _ in range(5):
        connect().request(*hung)
    connect.has_taken(5)
    assert connect().ask(goes_on[1], method=goes_on[0]).status == 200, what
    apps.released.set()


def test_every_address_that_is_said_to_take_passwords_is_one(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    assert rules >= exchanges.PASSWORDS


def test_probes_answer_whatever_hangs(serve: Serve) -> None:
    connect = serve(moody)
    for _ in range(5):
        connect().request("GET", "/hang")
    connect.has_taken(5)
    for path in ("/livez", "/readyz", "/metrics"):
        assert connect().ask(path).status == 200
    apps.released.set()


def test_probes_that_hang_leave_livez_and_the_site_alone(serve: Serve) -> None:
    connect = serve(lambda environ, start: moody({**environ, "PATH_INFO": "/hang" + environ["PATH_INFO"]}, start)
                    if environ["PATH_INFO"] in {"/readyz", "/metrics"} else moody(environ, start))  # fmt: skip
    for path in ("/readyz", "/metrics") * 5:
        connect().request("GET", path)
    connect.has_taken(10)
    assert connect().ask("/livez").status == 200
    assert connect().ask("/").status == 200
    apps.released.set()


def test_a_line_that_is_too_long_is_503_at_once(serve: Serve) -> None:
    connect = serve(moody, threads=1, limits=PATIENT._replace(waiting=3))
    clients = [connect() for _ in range(8)]
    for client in clients:
        client.request("GET", "/hang")
    connect.has_taken(4)
    assert connect().ask("/api/posts").status == 503
    answered, _, _ = select([client.socket for client in clients], [], [], 0)
    assert len(answered) <= 4, "one is being answered and three wait in the line, and none of them waited in vain"
    apps.released.set()
    assert sorted(client.answer().status for client in clients) == [200] * 4 + [503] * 4


def test_nobody_in_the_line_is_forgotten(serve: Serve) -> None:
    connect = serve(moody)
    clients = [connect() for _ in range(60)]
    for _ in range(20):
        for client in clients:
            client.request("GET", "/slow/0.0005")
        assert {client.answer().status for client in clients} == {200}


def test_a_worker_whose_threads_do_not_come_back_ends_to_be_replaced(listener: socket.socket) -> None:
    server = Server(moody, listener, threads=1, limits=PATIENT._replace(answer=0.3, stuck=1))
    server.start()
    statuses: list[int] = []
    sweeper = threading.Thread(target=lambda: statuses.append(server.run(threading.Event(), os.getppid())))
    sweeper.start()
    client = Client(listener.getsockname()[1])
    client.request("GET", "/hang")
    assert client.answer().status == 503
    sweeper.join(10)
    client.close()
    assert statuses == [STUCK]
    server.end()


def test_what_the_application_raises_is_500_and_the_connection_goes_on(serve: Serve) -> None:
    connect = serve(moody, threads=1)
    for path in ("/raise", "/exit", "/split", "/unicode"):
        answer = connect().ask(path)
        assert (answer.status, "set-cookie" in answer.headers) == (500, False)
    client = connect()
    assert client.ask("/raise").status == 500
    assert client.ask("/").body == b"ok"


def test_answers_without_a_body_have_none(serve: Serve) -> None:
    client = serve(moody)()
    head = client.ask("/", method="HEAD")
    assert (head.status, head.headers["content-length"]) == (200, "2")
    assert client.ask("/large", method="HEAD").headers["content-length"] == str(apps.LARGE)
    nothing = client.ask("/nothing")
    assert (nothing.status, "content-length" in nothing.headers) == (204, False)
    assert client.ask("/livez", method="HEAD").status == 200
    assert client.ask("/").body == b"ok"
