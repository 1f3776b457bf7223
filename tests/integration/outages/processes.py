"""Processes of one site beside a Redis that may be harmed: what tests of outages ask them and do to them."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from redis import from_url
from sqlalchemy import text

from feedapp.app import create_app
from feedapp.extensions import db
from feedapp.reading.viewers import Credentials

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Engine

    from config import Settings
    from feedapp.embedded import Redis as RedisServer
    from feedapp.wiring import Services


ANONYMOUS = Credentials("api")
ENTER = text("INSERT INTO cache_readers (process, run) VALUES ('another', 'some run')")
"""A process that reads from another run."""


@contextmanager
def process(settings: Settings) -> Iterator[Services]:
    """Be one more process of the site."""
    app = create_app(settings)
    services: Services = app.extensions["feedapp"]
    with app.app_context():
        yield services
        db.session.remove()
        services.close()


@contextmanager
def serving(services: Services) -> Iterator[Services]:
    services.relay.start()
    try:
        yield services
    finally:
        services.relay.stop()


def likes(services: Services, post_id: int) -> int:
    return services.posts.show(ANONYMOUS, post_id).likes_count


def state(services: Services) -> str:
    return services.backend.trust.state


def entered(engine: Engine) -> Sequence[str]:
    with engine.connect() as connection:
        return connection.scalars(text("SELECT process FROM cache_readers")).all()


def depth(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM outbox WHERE confirmed_at IS NULL")).scalar_one())


def make_overdue(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET created_at = created_at - interval '1 minute'"))


def try_again(services: Services) -> None:
    """Let the relay try at once, whenever it tried last."""
    services.relay.work()


def kill(server: RedisServer) -> None:
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    assert server._process is not None
    server._process.wait()


def save(server: RedisServer) -> None:
    """Write what it holds to the disk, however long that takes."""
    with from_url(server.url) as client:
        client.save()


def run_id(services: Services) -> str:
    found = services.backend.client.info("server")["run_id"]
    return found.decode() if isinstance(found, bytes) else str(found)
