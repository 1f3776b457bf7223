"""Interleavings of batches, forced: a lease that is lost for one key of several, half a command, a forgotten script."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from redis.connection import AbstractConnection
from redis.exceptions import ConnectionError as RedisConnectionError

from feedapp.cache.catalogue import keys
from feedapp.cache.redis import scripts
from feedapp.cache.redis.wire import packed
from tests.support.stage import Stage, after_load, promised

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL = (
    scripts.FILL,
    scripts.HOLD,
    scripts.behind_fence(scripts.OFFER, counts=False),
    scripts.behind_fence(scripts.RELEASE, counts=True),
)


def a_write_to_one_key_of_several_that_are_loaded_is_seen(stage: Stage) -> None:
    """A reader loads a post with its counts; somebody likes it, which leaves the lease of the post alone."""
    stage.post()
    names = [each.key(stage.post_id).name for each in (keys.POST, keys.POST_LIKES_COUNT)]
    stage.services.backend.delete_many(*names)
    with after_load(stage.services.reading._facts, lambda: stage.services.likes.like(stage.ada, stage.post_id)):
        stage.post()
    promised("likes", seen=stage.post().likes_count, expected=1)


def a_write_whose_commands_break_off_half_way_is_seen(stage: Stage) -> None:
    """The connection breaks in the middle of what holds a writer's keys, and of what deletes them."""
    assert stage.post().likes_count == 0
    with broken_off(stage, scripts.HOLD, scripts.behind_fence(scripts.RELEASE, counts=True)), stage.impatient():
        stage.services.likes.like(stage.ada, stage.post_id)
        promised("likes", seen=stage.post().likes_count, expected=1)
    stage.services.relay.work()
    with stage.impatient():
        promised("likes once Redis is back", seen=stage.post().likes_count, expected=1)


def a_write_at_a_server_that_has_forgotten_the_scripts_is_seen(stage: Stage) -> None:
    """Redis knows no script any more when a writer holds its keys, and none again when it deletes them."""
    client, commit = stage.services.backend.client, stage.services.unit_of_work._commit
    for each in ALL:
        client.script_load(each)
    assert stage.post().likes_count == 0

    def commit_and_forget(deadline: float | None) -> None:
        commit(deadline)
        client.script_flush()

    client.script_flush()
    with patch.object(stage.services.unit_of_work, "_commit", commit_and_forget), stage.impatient():
        stage.services.likes.like(stage.ada, stage.post_id)
        promised("likes", seen=stage.post().likes_count, expected=1)


@contextmanager
def broken_off(stage: Stage, *texts: str) -> Iterator[None]:
    """Send the first half of every command that runs one of these scripts, then find the connection broken."""
    digests = [packed([("EVAL", text, 0)]).written.split(b"\r\n")[4] for text in texts]
    whole = AbstractConnection.send_packed_command

    def half(self: AbstractConnection, command: Any, **more: Any) -> None:
        written = b"".join(command)
        if not any(digest in written for digest in digests):
            whole(self, command, **more)  # type: ignore[no-untyped-call]
            return
        whole(self, [written[: len(written) // 2]], **more)  # type: ignore[no-untyped-call]
        raise RedisConnectionError("reset by peer")

    with (
        patch.object(AbstractConnection, "send_packed_command", half),
        patch.object(stage.services.backend.trust, "seek", lambda: None),
    ):
        yield


INTERLEAVINGS = (
    a_write_to_one_key_of_several_that_are_loaded_is_seen,
    a_write_whose_commands_break_off_half_way_is_seen,
    a_write_at_a_server_that_has_forgotten_the_scripts_is_seen,
)
