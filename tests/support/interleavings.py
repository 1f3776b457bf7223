"""Interleavings of readers and writers, forced rather than hoped for.

Each states a part of the promise, and fails with "broken: …" if it does not hold. They are played on the protocol as it
is (test_cache_protocol.py) and on mistaken ones (test_mistakes.py).
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Event, current_thread
from typing import Any
from unittest.mock import patch

from sqlalchemy import text

from feedapp.cache.catalogue import keys
from feedapp.cache.catalogue.invalidation.content import post_edited
from feedapp.cache.protocol.writes import CacheWrites
from feedapp.extensions import db
from feedapp.services.moderation.hiding import Text
from tests.integration.outages.processes import likes, process
from tests.support.batches import interleavings as batched
from tests.support.stage import Stage, after_load, promised


def a_count_loaded_before_a_like_is_not_shown_after_it(stage: Stage) -> None:
    """A reader loads the count; somebody likes the post and is answered; the reader stores what it has."""
    with after_load(stage.services.reading._facts, lambda: stage.services.likes.like(stage.ada, stage.post_id)):
        stage.post()
    promised("likes", seen=stage.post().likes_count, expected=1)


def a_load_whose_lease_was_evicted_is_not_stored(stage: Stage) -> None:
    """A reader loads the count; its lease is evicted; somebody likes the post; the reader stores what it has."""

    def evict_and_like() -> None:
        stage.services.backend.delete(keys.POST_LIKES_COUNT.key(stage.post_id).name)
        stage.services.likes.like(stage.ada, stage.post_id)

    with after_load(stage.services.reading._facts, evict_and_like):
        stage.post()
    promised("likes", seen=stage.post().likes_count, expected=1)


def a_page_loaded_before_a_post_is_not_valid_after_it(stage: Stage) -> None:
    """A reader loads a feed; somebody posts and is answered; the reader stores what it has."""
    with after_load(stage.services.reading._pages, lambda: stage.services.posts.publish(stage.ada, body="new")):
        stage.public()
    promised("the feed", seen=stage.public(), expected=["new", "first"])


def a_stamp_that_was_evicted_brings_no_old_page_back(stage: Stage) -> None:
    """A page is kept; somebody posts; the stamp is evicted, and a reader of another page puts one again."""
    for body in ("second", "third"):
        stage.services.posts.publish(stage.ada, body=body)
    below = stage.page(1, stage.page(1).next_cursor)
    assert stage.public(10, below.prev_cursor) == ["third"]
    stage.services.posts.publish(stage.ada, body="fourth")
    stage.services.backend.delete(keys.PUBLIC_FEED.stamps[0].name)
    stage.public(20)
    promised("the page above", seen=stage.public(10, below.prev_cursor), expected=["fourth", "third"])


def what_is_read_just_before_a_commit_is_not_kept(stage: Stage) -> None:
    """A writer is about to commit; a reader reads the count as it is before."""
    commit = stage.services.unit_of_work._commit

    def read_and_commit(deadline: float | None) -> None:
        stage.post()
        commit(deadline)

    with stage.impatient(), patch.object(stage.services.unit_of_work, "_commit", read_and_commit):
        stage.services.likes.like(stage.ada, stage.post_id)
    promised("likes", seen=stage.post().likes_count, expected=1)


def what_is_read_after_a_savepoint_is_not_kept(stage: Stage) -> None:
    """A writer has released a savepoint; a reader reads the post as it is before; the writer commits."""
    with stage.services.unit_of_work() as work:
        db.session.execute(text("UPDATE posts SET body = 'changed' WHERE id = :id"), {"id": stage.post_id})
        work.stales(post_edited(post_id=stage.post_id))
        with db.session.begin_nested():
            db.session.execute(text("SELECT 1"))
        assert stage.post().body == "first"
    promised("the post", seen=stage.post().body, expected="changed")


def nobody_goes_back_while_a_post_commits(stage: Stage) -> None:
    """A post is committed and nothing deleted yet; somebody reads two pages of the feed, one of them cached before."""
    assert stage.public(10) == ["first"]
    forget, seen = CacheWrites.forget, []

    def read_and_forget(self: CacheWrites, hold: Any, **named: Any) -> str | None:
        seen.append((stage.public(20), stage.public(10)))
        return forget(self, hold, **named)

    with stage.impatient(), patch.object(CacheWrites, "forget", read_and_forget):
        stage.services.posts.publish(stage.ada, body="new")
    ((first, then),) = seen
    promised("a post seen and then not", seen="new" in first and "new" not in then, expected=False)


def a_post_that_commits_late_is_on_the_page_below(stage: Stage) -> None:
    """Bob's transaction begins and takes its time; Ada posts; a page below her post is kept; then Bob commits."""
    paused, go_on = Event(), Event()
    posts = stage.services.posts._posts
    add = posts.add

    def adding(**fields: Any) -> Any:
        added = add(**fields)
        if current_thread().name.startswith("bob"):
            paused.set()
            go_on.wait(10)
        return added

    def publish() -> None:
        with stage.app.app_context():
            stage.services.posts.publish(stage.bob, body="late")

    with patch.object(posts, "add", adding), ThreadPoolExecutor(1, thread_name_prefix="bob") as late:
        publishing = late.submit(publish)
        assert paused.wait(10)
        stage.services.posts.publish(stage.ada, body="new")
        cursor = stage.page(1).next_cursor
        assert stage.public(10, cursor) == ["first"]
        go_on.set()
        publishing.result(10)
    promised("the page below", seen=stage.public(10, cursor), expected=["late", "first"])


def an_outbox_row_that_commits_late_is_delivered(stage: Stage) -> None:
    """Two writers could not delete; the second to begin commits first and its row is delivered; then the first does."""
    stale, relay = keys.POST.key(99).name, stage.services.relay
    row = text("INSERT INTO outbox (keys, writer, created_at) VALUES (:keys, '0', now() - interval '1 minute')")
    with stage.engine.connect() as late:
        late.execute(row, {"keys": [stale]})
        with stage.engine.begin() as early:
            early.execute(row, {"keys": [keys.POST.key(98).name]})
        relay.work()
        stage.services.backend.set(stale, {"old": True}, 60)
        late.commit()
    relay.work()
    promised("a stale value", seen=stage.services.backend.get(stale), expected=None)


def a_write_that_cannot_delete_is_answered_when_others_have(stage: Stage) -> None:
    """A process reads the count from Redis; somebody likes the post at another, which cannot reach Redis."""
    with process(stage.settings) as reader:
        reader.relay.start()
        try:
            assert likes(reader, stage.post_id) == 0
            with stage.cut_off():
                stage.services.likes.like(stage.ada, stage.post_id)
            promised("likes", seen=likes(reader, stage.post_id), expected=1)
        finally:
            reader.relay.stop()


def a_write_between_the_delivery_and_the_first_read_is_seen(stage: Stage) -> None:
    """A process has looked up what it has to delete; a write that cannot delete commits; the process begins to read."""
    written: list[Future[None]] = []

    def like() -> None:
        with stage.app.app_context():
            stage.services.likes.like(stage.ada, stage.post_id)

    assert stage.post().likes_count == 0
    with process(stage.settings) as reader, stage.cut_off(), ThreadPoolExecutor(1) as writer:
        look_up = reader.relay._outbox.undelivered

        def looking_up(**named: Any) -> Any:
            found = look_up(**named)
            if not written:
                written.append(writer.submit(like))
                wait(written, timeout=0.5)  # it must not end before this process has deleted
            return found

        with patch.object(reader.relay._outbox, "undelivered", looking_up):
            reader.relay.start()
        try:
            written[0].result(20)
            promised("likes", seen=likes(reader, stage.post_id), expected=1)
        finally:
            reader.relay.stop()


def who_is_blocked_sees_nothing_from_then_on(stage: Stage) -> None:
    """Bob reads a feed that all share; Ada blocks him and is answered; he reads it again."""

    def read() -> int:
        return len(stage.services.feeds.public(stage.bob, cursor=None, limit=10).posts.items)

    assert read() == 1
    stage.services.blocks.block(stage.ada, username="bob")
    promised("posts of who blocks", seen=read(), expected=0)


def what_is_hidden_is_shown_to_nobody_from_then_on(stage: Stage) -> None:
    """Ada reads a feed; Bob, who moderates, hides a post of it and is answered; she reads it again."""
    stage.services.roles.assign(username="bob", role="moderator")

    assert stage.public() == ["first"]
    stage.services.hiding.hide(stage.bob, Text(stage.post_id, None), reason="Advertising.")
    promised("what is shown", seen=stage.public(), expected=[])


def what_is_tagged_has_its_tag_from_then_on(stage: Stage) -> None:
    """Bob reads the posts with a tag; Ada gives it to one and is answered; he reads them again."""

    def tagged() -> list[str]:
        found = stage.services.feeds.tagged(stage.bob, tag="talk", cursor=None, limit=10)
        return [post.body for post in found.posts.items]

    assert tagged() == []
    stage.services.posts.edit(stage.ada, stage.post_id, body="first #talk")
    promised("posts with a tag", seen=tagged(), expected=["first #talk"])


INTERLEAVINGS = (
    a_count_loaded_before_a_like_is_not_shown_after_it,
    a_load_whose_lease_was_evicted_is_not_stored,
    a_page_loaded_before_a_post_is_not_valid_after_it,
    a_stamp_that_was_evicted_brings_no_old_page_back,
    what_is_read_just_before_a_commit_is_not_kept,
    what_is_read_after_a_savepoint_is_not_kept,
    nobody_goes_back_while_a_post_commits,
    a_post_that_commits_late_is_on_the_page_below,
    an_outbox_row_that_commits_late_is_delivered,
    a_write_that_cannot_delete_is_answered_when_others_have,
    a_write_between_the_delivery_and_the_first_read_is_seen,
    who_is_blocked_sees_nothing_from_then_on,
    what_is_hidden_is_shown_to_nobody_from_then_on,
    what_is_tagged_has_its_tag_from_then_on,
    *batched.INTERLEAVINGS,
)
