"""What people send."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from statistics import median
from typing import TYPE_CHECKING

from tests.hostile.readers import READERS, Readers, assert_as_before, quiet
from tests.hostile.site import PASSWORD, Site
from tests.integration.front.clients import Client

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MANY = 200
HEAD = "GET /public HTTP/1.1\r\nHost: a\r\nX-Name: "
FORM = "Host: a\r\nOrigin: http://a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
BODY = f"POST /login HTTP/1.1\r\n{FORM}Content-Length: 200\r\n\r\nx"
JSON = "Host: a\r\nContent-Type: application/json\r\n"
PIECES = f"POST /api/tokens HTTP/1.1\r\n{JSON}Transfer-Encoding: chunked\r\n\r\n1\r\n{{\r\n"
UNREAD = "GET /api/posts?limit=100 HTTP/1.1\r\nHost: a\r\n\r\n"
BOUND = 10.5
"""Seconds within which all of them are over: 10, and the time to notice."""
LONG = {"body": "long " * 3_999}
WRITERS = 8
PAGE_BYTES, PAGE_SECONDS = 1_000_000, 2.0


def test_connections_that_stall_are_ended_and_nobody_else_notices(site: Site, seconds: float) -> None:
    before = quiet(site, seconds)
    kinds = {"silent": "", "head": HEAD, "body": BODY, "pieces": PIECES, "trickled head": HEAD, "trickled body": BODY}
    clients: dict[str, list[Client]] = {}
    with ExitStack() as stack:
        with Readers(site) as during:
            for kind, sent in [*kinds.items(), ("unread", UNREAD)]:
                small = 4096 if kind == "unread" else None
                clients[kind] = [
                    stack.enter_context(closing(Client(site.port, receive_buffer=small))) for _ in range(MANY)
                ]
                for client in clients[kind]:
                    client.send(sent)
            began = time.monotonic()
            time.sleep(5)
            for client in [*clients["trickled head"], *clients["trickled body"]]:
                client.send("x")
            time.sleep(max(0, began + BOUND - time.monotonic()))
        for kind, each in clients.items():
            for client in each:
                client.socket.settimeout(1)  # what is to come has come
                if kind in {"silent", "unread"}:
                    client.seconds_until_closed()
                else:
                    assert client.answer().status == 408, kind
    assert_as_before(before, during)


def test_a_host_of_300_kilobytes_is_refused_at_once(site: Site, seconds: float) -> None:
    before = quiet(site, seconds)
    with Readers(site) as during:
        for length in (254, 8_000, 30_000, 300_000):
            for host in ("a" * length, "a." * (length // 2), f"{'a' * length}.example:80"):
                answer = site.ask("GET", "/api/posts?limit=100", Host=host)
                assert (answer.status, answer.seconds < 1) == (400, True), (length, answer)
                assert len(answer.body) < 2_000
        time.sleep(seconds)
    assert_as_before(before, during)


def test_long_comments_of_many_names_cost_no_more_than_other_pages(tmp_path: Path, seconds: float) -> None:
    with Site(tmp_path, RATE_LIMITS="0") as site:
        post = site.ask("GET", "/api/posts?limit=1").json["items"][0]["id"]
        token = site.member("talker")
        for _ in range(50):
            site.ask("POST", f"/api/posts/{post}/comments", {"body": ("@a " * 6666)[:19_990]}, token=token)
        look_at(site, post, seconds)


def look_at(site: Site, post: str, seconds: float) -> None:
    """Look at a post in many ways that are all the same to it."""
    before = quiet(site, seconds)
    with Readers(site) as during:
        for number in range(10):
            answer = site.ask("GET", f"/posts/{post}?x={number}")
            assert answer.status in {200, 400}
            assert len(answer.body) <= PAGE_BYTES
            assert answer.seconds < PAGE_SECONDS
    assert_as_before(before, during)


def test_the_right_password_in_a_loop_takes_the_site_from_nobody(site: Site, seconds: float) -> None:
    site.member("looper")
    before = quiet(site, seconds)
    is_over = threading.Event()
    statuses: list[int] = []

    def loop() -> None:
        while not is_over.is_set():
            statuses.append(site.ask("POST", "/api/tokens", {"username": "looper", "password": PASSWORD}).status)

    loops = [threading.Thread(target=loop) for _ in range(40)]
    with Readers(site) as during:
        for each in loops:
            each.start()
        time.sleep(seconds)
        is_over.set()
        for each in loops:
            each.join()
    assert set(statuses) <= {201, 429, 503}
    alive = "SELECT count(*) FROM tokens WHERE expires_at > now() AND user_id = (SELECT max(id) FROM users)"
    assert site.query(alive) <= 100
    assert_as_before(before, during)


def after_a_write(site: Site, write: Callable[[], object]) -> float:
    """Give the seconds that a page takes of which the write has made the copy stale."""
    write()
    began = time.monotonic()
    assert site.ask("GET", "/public").status == 200
    return time.monotonic() - began


def test_what_one_member_writes_has_a_bound(site: Site, seconds: float) -> None:
    """Each post makes the readers' next pages cold. They take no longer than if all that is under way took turns."""
    token = site.member("writer")
    before = quiet(site, seconds)

    def write(number: int) -> int:
        return site.ask("POST", "/api/posts", {"body": f"{number} {LONG['body']}"}, token=token).status

    alone = [after_a_write(site, lambda: site.ask("POST", "/api/posts", LONG, token=token)) for _ in range(20)]
    with Readers(site) as during, ThreadPoolExecutor(WRITERS) as threads:
        statuses = list(threads.map(write, range(200)))
    assert set(statuses) <= {201, 429, 503}
    assert 429 in statuses
    assert_as_before(before, during, floor=(WRITERS + READERS) * median(alone[10:]))
