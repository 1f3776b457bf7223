"""A process that cannot reach Redis, which others read from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from redis.exceptions import TimeoutError as RedisTimeoutError

from feedapp import timing
from tests.integration.outages.processes import likes

if TYPE_CHECKING:
    from feedapp.reading.viewers import Credentials
    from feedapp.wiring import Services


@pytest.fixture
def cut_off(own: Services, ada: Credentials, post_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first process has looked at the post, and then finds no Redis; none delivers what is not hurried."""
    assert likes(own, post_id) == 0
    own.viewers.require(ada)
    monkeypatch.setattr(own.backend.trust, "seek", lambda: None)
    monkeypatch.setattr(timing, "OVERDUE", 3_600)
    own.backend.trust.lose(RedisTimeoutError("cut off"))
