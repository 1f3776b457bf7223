"""A block that was acknowledged is never overlooked, however the reader of a shared page and the block interleave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from feedapp.cache.catalogue.invalidation.relations import block_changed
from feedapp.cache.catalogue.keys import RELATIONS
from feedapp.reading.sight import Sight
from tests.support.stage import Stage, after_load, promised

if TYPE_CHECKING:
    from collections.abc import Callable

BOTH = ("ada", "bob")


def of(stage: Stage, who: str) -> Any:
    return stage.ada if who == "ada" else stage.bob


def read(stage: Stage, who: str) -> list[str]:
    """Read everyone's feed in a request of its own, as somebody."""
    with stage.services.cache_reads.request():
        return [post.body for post in stage.services.feeds.public(of(stage, who), cursor=None, limit=10).posts.items]


def block(stage: Stage) -> None:
    stage.services.blocks.block(stage.ada, username="bob")


def facts_loaded_before_a_block_are_not_used_after_it(stage: Stage, who: str) -> None:
    """A reader loads what they see; the block is acknowledged; the reader stores what they have; they read again."""
    with after_load(stage.services.reading._facts, lambda: block(stage)):
        read(stage, who)
    promised("the feed", seen=read(stage, who), expected=[f"of {who}"])


def a_page_kept_before_a_block_hides_after_it(stage: Stage, who: str) -> None:
    """A reader loads a page that all share; the block is acknowledged; the page is stored, and read by both."""
    with after_load(stage.services.reading._pages, lambda: block(stage)):
        read(stage, who)
    promised("the feed", seen=read(stage, who), expected=[f"of {who}"])


def what_was_assembled_before_a_block_is_not_given_again(stage: Stage, who: str) -> None:
    """All is kept, the answer too; the block is acknowledged; the same request comes again."""
    token = stage.services.accounts.issue(of(stage, who).claimed_id, "api").token
    client, headers = stage.app.test_client(), {"Authorization": f"Bearer {token}"}
    for _ in range(3):
        assert len(client.get("/api/posts?feed=public", headers=headers).get_json()["items"]) == 2
    block(stage)
    shown = client.get("/api/posts?feed=public", headers=headers).get_json()["items"]
    promised("the answer", seen=[each["body"] for each in shown], expected=[f"of {who}"])


INTERLEAVINGS = (
    facts_loaded_before_a_block_are_not_used_after_it,
    a_page_kept_before_a_block_hides_after_it,
    what_was_assembled_before_a_block_is_not_given_again,
)


@pytest.fixture
def scene(stage: Stage) -> Stage:
    stage.services.posts.edit(stage.ada, stage.post_id, body="of ada")
    stage.services.posts.publish(stage.bob, body="of bob")
    stage.services.backend.clear()
    return stage


@pytest.mark.parametrize("who", BOTH)
@pytest.mark.parametrize("play", INTERLEAVINGS)
def test_no_block_is_overlooked(scene: Stage, play: Callable[[Stage, str], None], who: str) -> None:
    play(scene, who)


def both_facts_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = block_changed.keys
    monkeypatch.setattr(block_changed, "keys", lambda **ids: [key for key in keys(**ids) if key.template != RELATIONS])


def a_sight_of_an_earlier_request(monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[int, Sight] = {}
    of_fact = Sight.of

    def of(viewer_id: int, fact: Any, **more: bool) -> Sight:
        return made.setdefault(viewer_id, of_fact(viewer_id, fact, **more))

    monkeypatch.setattr(Sight, "of", of)


@pytest.mark.parametrize("mistake", [both_facts_forgotten, a_sight_of_an_earlier_request])
@pytest.mark.parametrize("who", BOTH)
def test_a_mistake_is_seen(
    scene: Stage, monkeypatch: pytest.MonkeyPatch, mistake: Callable[[pytest.MonkeyPatch], None], who: str
) -> None:
    mistake(monkeypatch)
    read(scene, who)
    block(scene)
    with pytest.raises(AssertionError, match="broken"):
        promised("the feed", seen=read(scene, who), expected=[f"of {who}"])
