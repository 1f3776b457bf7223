"""What is kept in a process takes as much memory as is counted for it, whatever is asked for."""

from __future__ import annotations

import gc
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

from feedapp.cache.reuse import Reuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Somebody
    from flask.testing import FlaskClient


@pytest.fixture
def ada(client: FlaskClient, people: Callable[..., Somebody]) -> Somebody:
    ada = people("ada")
    client.post("/api/posts", headers=ada.headers, json={"body": "first"})
    return ada


def forget(reuse: Reuse[Any]) -> None:
    reuse._entries.clear()
    reuse._bytes = 0


@pytest.mark.parametrize("address", ["/api/posts/1?x=", "/api/posts?limit=1&x=" + "~!*'()" * 2_000])
def test_what_is_kept_takes_about_as_much_memory_as_is_counted(
    client: FlaskClient, ada: Somebody, address: str
) -> None:
    client.post("/api/posts", headers=ada.headers, json={"body": "second"})
    reuses = [each for each in gc.get_objects() if type(each) is Reuse]
    for each in reuses:
        forget(each)
    for number in range(3):
        client.get(address + str(number))
    tracemalloc.start()
    try:
        for number in range(100, 200):
            client.get(address + str(number))
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
