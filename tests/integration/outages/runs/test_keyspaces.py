"""Two keyspaces at once: neither deletes where the other reads, so each write waits for the other."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp.embedded import Redis as RedisServer
from feedapp.errors import UnauthenticatedError
from tests.integration.outages.processes import (
    likes,
    process,
    serving,
    state,
)

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from config import Settings
    from feedapp.reading.viewers import Credentials
    from feedapp.wiring import Services

ROUNDS = 5


def elsewhere(settings: Settings, what: str, stack: ExitStack, directory: Path) -> Settings:
    if what == "prefix":
        return replace(settings, cache_key_prefix="another:")
    if what == "database":
        return replace(settings, redis_url=settings.redis_url.replace("db=0", "db=1"))
    second = stack.enter_context(RedisServer(directory / "second"))
    return replace(settings, redis_url=second.url)


@pytest.mark.parametrize("what", ["prefix", "database", "server"])
def test_a_write_waits_for_those_who_read_from_another_keyspace(
    own: Services, by_this_server: Settings, ada: Credentials, post_id: int, tmp_path: Path, what: str
) -> None:
    """A setting is changed host by host: nothing is broken, and neither deletes where the other reads."""
    with ExitStack() as stack:
        settings = elsewhere(by_this_server, what, stack, tmp_path)
        other = stack.enter_context(process(settings))
        stack.enter_context(serving(own))
        stack.enter_context(serving(other))
        assert (state(own), state(other)) == ("trusted", "trusted")
        for _ in range(ROUNDS):
            for writer, reader in ((own, other), (other, own)):
                assert likes(reader, post_id) == likes(writer, post_id) == 0
                writer.likes.like(ada, post_id)
                assert likes(reader, post_id) == 1
                writer.likes.unlike(ada, post_id)
                assert likes(reader, post_id) == 0


def test_who_enters_another_keyspace_reads_when_the_others_know(
    own: Services, by_this_server: Settings, post_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before that, their writes would not wait: they look twice, since the first look may have begun too early."""
    own.relay._serves = True
    own.backend.trust.lose("begins to serve")
    own.relay.work()
    with process(replace(by_this_server, cache_key_prefix="another:")) as other:
        starting = Thread(target=other.relay.start)
        starting.start()
        for _ in range(2):
            starting.join(0.2)
            assert starting.is_alive()
            own.relay.work()
        starting.join(10)
        assert not starting.is_alive()
        run = own.backend.trust.run
        assert run is not None
        assert not own.relay._registry.is_alone(run.name)
        other.relay.stop()
        own.relay.work()
        assert own.relay._registry.is_alone(run.name)


def test_a_process_that_stood_still_asks_before_it_answers_a_write(
    own: Services, by_this_server: Settings, ada: Credentials, post_id: int, engine: Engine
) -> None:
    """Its entry ran out while it stood still, so somebody may have entered without waiting for it to know."""
    own.relay._serves = True
    own.backend.trust.lose("begins to serve")
    own.relay.work()
    own.relay._registry._looked_at -= 2
    with process(replace(by_this_server, cache_key_prefix="another:")) as other:
        with engine.begin() as connection:
            connection.execute(text("UPDATE cache_readers SET renewed_at = renewed_at - interval '1 minute'"))
        with serving(other):
            assert likes(other, post_id) == 0
            own.likes.like(ada, post_id)
            assert likes(other, post_id) == 1


def test_a_command_with_another_prefix_revokes_tokens_for_all(
    own: Services, by_this_server: Settings, ada: Credentials
) -> None:
    with process(replace(by_this_server, cache_key_prefix="forgotten:")) as command, serving(own):
        own.viewers.require(ada)
        command.accounts.set_password(username="ada", password="another password")
        with pytest.raises(UnauthenticatedError):
            own.viewers.require(ada)
