"""Connections to a Redis behind TLS 1.3, which speaks unasked: it sends session tickets after the handshake."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from feedapp.cache.redis import connections
from feedapp.cache.redis.connections import connect
from tests.setups.sites import needs_openssl
from tests.support.deployments.debian import PASSWORD

if TYPE_CHECKING:
    from tests.support.deployments.debian import SecureRedis


@pytest.fixture
def without_password(secure: SecureRedis) -> str:
    """Give the URL of one that does not ask for a password: the answer to it would bring the tickets along."""
    with connect(secure.url, timeout=5) as client:
        client.config_set("requirepass", "")
    return secure.url.replace(f":{PASSWORD.replace(' ', '%20')}@", "")


@needs_openssl
def test_a_new_connection_is_not_taken_for_one_that_owes_an_answer(without_password: str) -> None:
    for _ in range(100):  # the tickets come sooner or later than a look
        with connect(without_password, timeout=5) as client:
            assert client.ping()


@needs_openssl
def test_one_that_was_closed_while_it_rested_is_replaced(
    without_password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "UNTESTED_SECONDS", 0)
    with connect(without_password, timeout=5) as client, connect(without_password, timeout=5) as other:
        for _ in range(30):
            first = client.client_id()
            other.client_kill_filter(_id=str(first))
            assert client.client_id() != first
