"""What is kept in a process takes as much memory as is counted for it, whatever is asked for."""

from __future__ import annotations

import gc
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

from feedapp.cache.protocol.reuse import Reuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from tests.support.people import Somebody


@pytest.fixture
def ada(client: FlaskClient, people: Callable[..., Somebody]) -> Somebody:
    ada = people("ada")
    client.post("/api/posts", headers=ada.headers, json={"body": "first"})
    return ada


def forget(reuse: Reuse[Any]) -> None:
    reuse._entries.clear()
    reuse._bytes = 0


def all_reuses() -> list[Reuse[Any]]:
    return [each for each in gc.get_objects() if type(each) is Reuse]


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize("cookie", ["feedapp_x=", "feedapp_x=" + "~!*'()" * 2_000])
@pytest.mark.parametrize("address", ["/api/posts/1", "/api/posts?limit=1"])
def test_what_is_kept_takes_about_as_much_memory_as_is_counted(
    client: FlaskClient, ada: Somebody, address: str, cookie: str, encoding: str
) -> None:
    """Of one address there is an answer for each cookie."""
    client.post("/api/posts", headers=ada.headers, json={"body": "second"})
    reuses = all_reuses()
    for each in reuses:
        forget(each)
    for number in range(3):
        client.get(address, headers={"Accept-Encoding": encoding, "Cookie": f"{cookie}{number}"})
    tracemalloc.start()
    try:
        for number in range(100, 200):
            client.get(address, headers={"Accept-Encoding": encoding, "Cookie": f"{cookie}{number}"})
        reuse = max(reuses, key=lambda each: len(each._entries))
        counted = reuse._bytes
        gc.collect()
        full = tracemalloc.get_traced_memory()[0]
        forget(reuse)
        gc.collect()
        freed = full - tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert freed < 2 * counted, f"{freed} bytes freed, {counted} counted"


def test_large_answers_that_were_compressed_are_kept_nowhere_else(client: FlaskClient, ada: Somebody) -> None:
    for number in range(10):
        client.post("/api/posts", headers=ada.headers, json={"body": f"{number}" + "long " * 3_900})

    def ask(numbers: range) -> None:
        for number in numbers:
            for address in ("/api/posts", "/public"):
                base_url = f"http://host-{number}.example/"  # stands in the answers, so each is another
                client.get(address, base_url=base_url, headers={"Accept-Encoding": "gzip"})

    ask(range(3))
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        ask(range(100, 140))
        for reuse in all_reuses():
            forget(reuse)
        gc.collect()
        left = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert left < 6_000_000, f"{left} bytes"
