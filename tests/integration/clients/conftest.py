"""The site of the tests, served over real connections, and clients of it."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from feedapp_client import Client

from tests.support.deployments.served import served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """Where the site of this test is."""
    with served(app) as address:
        yield address


@pytest.fixture
def opened(site: str) -> Iterator[Callable[..., Client]]:
    """Open a client of the site, which is closed at the end; `transport` carries its requests."""
    with ExitStack() as stack:

        def open_(token: str | None = None, *, transport: httpx.BaseTransport | None = None, **more: Any) -> Client:
            hooks = more.pop("event_hooks", None)
            http = httpx.Client(transport=transport, event_hooks=hooks, timeout=20)
            return stack.enter_context(Client(site, token=token, http=http, **more))

        yield open_
