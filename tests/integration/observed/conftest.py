"""Somebody who has written, a log to read, and Redis away."""

from __future__ import annotations

import io
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from feedapp.observability import logs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from feedapp.wiring import Services
    from tests.support.people import Somebody


@pytest.fixture
def ada(people: Callable[..., Somebody], client: FlaskClient) -> Somebody:
    """Somebody with a post."""
    ada = people("ada")
    client.post("/api/posts", headers=ada.headers, json={"body": "hello"})
    return ada


@pytest.fixture
def told(app: Flask) -> Iterator[Callable[[str], io.StringIO]]:
    """Let the log go into a text, in a format; put it back afterwards."""
    logger = logging.getLogger("feedapp")
    before = (logger.handlers, logger.level, logger.propagate)

    def tell(log_format: str) -> io.StringIO:
        logs.configure(log_format=log_format, level="INFO")
        output = io.StringIO()
        (handler,) = logger.handlers
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(output)
        return output

    yield tell
    logger.handlers, logger.propagate = before[0], before[2]
    logger.setLevel(before[1])


@contextmanager
def redis_away(services: Services) -> Iterator[None]:
    """Let this process lose its trust in Redis for the block, and not find it again before that ends."""
    trust = services.backend.trust
    with patch.object(trust, "seek", lambda: None):
        trust.lose("a test")
        yield
    services.relay.work()
