"""Two processes of one site with a Redis of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from feedapp.embedded import Redis as RedisServer
from feedapp.services.viewers import Credentials
from outages.processes import process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Somebody
    from flask import Flask

    from config import Settings
    from feedapp.wiring import Services


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    started = RedisServer(tmp_path / "redis", arguments=["--dbfilename", "copies.rdb", "--save", "3600 1"])
    started.start()
    yield started
    started.stop()


@pytest.fixture
def redis_timeout() -> float:
    """Seconds that Redis may take: more than it needs on a busy machine. Tests in which it hangs set less."""
    return 1


@pytest.fixture
def by_this_server(settings: Settings, server: RedisServer, redis_timeout: float) -> Settings:
    return replace(settings, redis_url=server.url, redis_timeout=redis_timeout, database_pool_size=2)


@pytest.fixture
def own(app: Flask, by_this_server: Settings) -> Iterator[Services]:
    """A process with a Redis that may be harmed."""
    with process(by_this_server) as services:
        yield services


@pytest.fixture
def other(own: Services, by_this_server: Settings) -> Iterator[Services]:
    """Another process of the same site."""
    with process(by_this_server) as services:
        yield services


@pytest.fixture
def ada(people: Callable[..., Somebody]) -> Credentials:
    return Credentials.of(people("ada").token, kind="api")


@pytest.fixture
def post_id(own: Services, ada: Credentials) -> int:
    return own.posts.publish(ada, body="first").id
