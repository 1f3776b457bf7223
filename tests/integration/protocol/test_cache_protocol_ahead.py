"""What a page leads to comes, or is claimed, in the trip that fills the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from feedapp.cache.catalogue import keys
from feedapp.cache.catalogue.declarations import START
from feedapp.observability import request_costs
from tests.support.stage import after_load

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.stage import Stage


def deep_page(stage: Stage) -> Callable[[], list[int]]:
    """Give a reader of a page that nobody has read for long: its stamp stands, it and all that it shows is missing."""
    stage.services.posts.publish(stage.ada, body="second")
    cursor = stage.page(1).next_cursor
    stage.services.backend.delete_many(keys.POST_LIKES_COUNT.key(stage.post_id).name)
    stage.services.viewers.require(stage.bob)

    def read() -> list[int]:
        with request_costs.counted(), stage.services.cache_reads.request():
            feed = stage.services.feeds.public(stage.bob, cursor=cursor, limit=10)
        return [post.likes_count for post in feed.posts.items]

    return read


@pytest.fixture
def steps(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give a list of what is done from now on: trips by name, and loads of facts."""
    done: list[str] = []

    def noted(owner: Any, name: str) -> None:
        whole = getattr(owner, name)

        def noting(*arguments: Any) -> Any:
            done.append(name)
            return whole(*arguments)

        monkeypatch.setattr(owner, name, noting)

    for name in ("raw_many", "offer", "fill", "fill_and_offer"):
        noted(stage.services.backend, name)
    noted(stage.services.reading._facts, "load")
    return done


def test_what_a_page_leads_to_is_claimed_with_its_fill_and_loaded_once(stage: Stage, steps: list[str]) -> None:
    read = deep_page(stage)
    steps.clear()
    assert read() == [0]
    assert steps == ["raw_many", "offer", "fill_and_offer", "load", "fill"]


def test_after_a_post_nothing_is_claimed_that_is_there(stage: Stage, steps: list[str]) -> None:
    """The facts of a page that fell are still there, and what follows from them needs no SQL."""
    read = deep_page(stage)
    stage.page(10)  # by nobody who is signed in: whether Bob likes a post is known nowhere
    stage.page(10, stage.page(1).next_cursor)
    stage.services.posts.show(stage.bob, stage.post_id + 1)  # which of the first posts he has saved is known
    stage.services.posts.publish(stage.ada, body="third")
    stage.public(20)
    steps.clear()
    assert read() == [0]
    assert steps == ["raw_many", "offer", "fill_and_offer"]


def test_a_like_while_what_a_page_leads_to_is_loaded_is_seen(stage: Stage) -> None:
    """The fact was claimed in the trip that filled the page, before the like; what was loaded for it is refused."""
    read = deep_page(stage)
    with after_load(stage.services.reading._facts, lambda: stage.services.likes.like(stage.bob, stage.post_id)):
        assert read() == [1]
    assert read() == [1]


def test_a_page_refused_leaves_what_it_leads_to_claimed_for_the_page_after_it(stage: Stage) -> None:
    """The fill comes too late, so the page is loaded again, with the post that came."""
    stage.page(10)
    stage.services.backend.delete(keys.PUBLIC_FEED.page(START, 10).name)
    with (
        after_load(stage.services.reading._pages, lambda: stage.services.posts.publish(stage.ada, body="new")),
        request_costs.counted(),
        stage.services.cache_reads.request(),
    ):
        assert stage.public() == ["new", "first"]
    assert stage.post().body == "first"
