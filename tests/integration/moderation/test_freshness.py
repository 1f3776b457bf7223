"""What was hidden and acknowledged is never overlooked: interleavings with readers, forced.

*A reader who loaded before.* A reader claims the post and loads it; a moderator hides it and is answered; the reader
stores what it has. The lease is gone by then, so nothing is stored, and the next reader is told that it is hidden.
The same for a page of a feed, whose stamp is gone, and for a comment.

*An answer that is kept.* A process has kept an answer with the bytes it was made from. One of these bytes is the post,
which the hiding deletes: the answer is made again.

*A like that began before.* Its transaction has found the post there; the hiding commits; the like commits. Nobody is
shown it, since nobody is shown the post, and it counts once the post comes back.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from feedapp.cache.catalogue.invalidation import RULES
from feedapp.cache.catalogue.keys import USER
from feedapp.errors import NotFoundError, SuspendedError
from feedapp.services.moderation.hiding import Text
from tests.support.stage import ANONYMOUS, after_load, promised

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from feedapp.services.access.proofs import Proof
    from feedapp.wiring import Services
    from tests.support.people import Somebody
    from tests.support.stage import Stage


@pytest.fixture
def hide(stage: Stage) -> Callable[..., None]:
    """Let Bob, who moderates, hide the post, or a comment under it."""
    stage.services.roles.assign(username="bob", role="moderator")

    def act(comment_id: int | None = None) -> None:
        stage.services.hiding.hide(stage.bob, Text(stage.post_id, comment_id), reason="Advertising.")

    return act


def is_shown(stage: Stage) -> bool:
    try:
        stage.post()
    except NotFoundError:
        return False
    return True


def a_post_loaded_before(stage: Stage, hide: Callable[..., None]) -> None:
    with after_load(stage.services.reading._facts, hide):
        is_shown(stage)
    promised("a hidden post", seen=is_shown(stage), expected=False)


def a_feed_loaded_before(stage: Stage, hide: Callable[..., None]) -> None:
    stage.post()
    with after_load(stage.services.reading._pages, hide):
        stage.public()
    place = stage.page(10)
    promised("a hidden post in a feed", seen=[post.body for post in place.items], expected=[])


def a_thread_loaded_before(stage: Stage, hide: Callable[..., None]) -> None:
    made = stage.services.comments.comment_on(stage.ada, stage.post_id, body="a comment")

    def thread() -> list[str]:
        found = stage.services.comments.under(ANONYMOUS, stage.post_id, cursor=None, limit=10)
        return [comment.body for comment in found.items]

    stage.post()  # what is loaded next is the comment
    with after_load(stage.services.reading._facts, lambda: hide(made.id)):
        thread()
    promised("a hidden comment", seen=thread(), expected=[""])


def an_answer_kept_before(stage: Stage, hide: Callable[..., None]) -> None:
    client: FlaskClient = stage.app.test_client()
    addresses = (f"/api/posts/{stage.post_id}", f"/posts/{stage.post_id}")
    tags = [client.get(address).headers["ETag"] for address in addresses for _ in range(3)][::3]
    hide()
    seen = [
        client.get(address, headers={"If-None-Match": tag}).status_code
        for address, tag in zip(addresses, tags, strict=True)
    ]
    promised("a kept answer", seen=seen, expected=[404, 404])


INTERLEAVINGS = (a_post_loaded_before, a_feed_loaded_before, a_thread_loaded_before, an_answer_kept_before)


@pytest.mark.parametrize("interleaving", INTERLEAVINGS, ids=lambda each: each.__name__)
def test_nobody_is_shown_what_was_hidden(
    stage: Stage, hide: Callable[..., None], interleaving: Callable[..., None]
) -> None:
    interleaving(stage, hide)


@pytest.mark.parametrize("interleaving", INTERLEAVINGS, ids=lambda each: each.__name__)
def test_each_turns_red_where_a_hiding_makes_nothing_stale(
    stage: Stage,
    hide: Callable[..., None],
    interleaving: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("post_hidden", "comment_hidden"):
        monkeypatch.setattr(RULES[name], "keys", lambda **_: [])
    with pytest.raises(AssertionError, match="broken"):
        interleaving(stage, hide)


def test_a_like_that_began_before_is_counted_once_the_post_is_back(stage: Stage, hide: Callable[..., None]) -> None:
    likes = stage.services.likes._likes
    add = likes.add

    def adding(**ids: int) -> int | None:
        added = add(**ids)
        hiding.submit(in_context).result(10)
        return added

    def in_context() -> None:
        with stage.app.app_context():
            hide()

    with ThreadPoolExecutor(1) as hiding, patch.object(likes, "add", adding):
        stage.services.likes.like(stage.ada, stage.post_id)
    promised("a hidden post", seen=is_shown(stage), expected=False)
    stage.services.hiding.show(stage.bob, Text(stage.post_id))
    promised("likes", seen=stage.post().likes_count, expected=1)


@pytest.fixture
def suspend(stage: Stage) -> Callable[..., None]:
    """Let an operator suspend Ada."""

    def act() -> None:
        stage.services.sanctions.begin(None, "suspension", "ada", reason="Advertising.")

    return act


def is_let_in(stage: Stage) -> bool:
    try:
        stage.services.viewers.require(stage.ada)
    except SuspendedError:
        return False
    return True


def a_session_loaded_before(stage: Stage, suspend: Callable[..., None]) -> None:
    with after_load(stage.services.reading._facts, suspend):
        is_let_in(stage)
    promised("a suspended person", seen=is_let_in(stage), expected=False)


def a_post_of_theirs_loaded_before(stage: Stage, suspend: Callable[..., None]) -> None:
    stage.post()
    stage.services.backend.delete(USER.key(stage.ada.claimed_id).name)  # what is loaded next is who wrote it
    with after_load(stage.services.reading._facts, suspend):
        is_shown(stage)
    promised("a post of somebody suspended", seen=is_shown(stage), expected=False)


def that_they_are_not_there_loaded_before(stage: Stage, suspend: Callable[..., None]) -> None:
    """Nobody's absence is kept beyond the suspension."""
    stage.post()
    suspend()
    stage.services.backend.delete(USER.key(stage.ada.claimed_id).name)
    with after_load(stage.services.reading._facts, lambda: stage.services.sanctions.end(None, "suspension", "ada")):
        is_shown(stage)
    promised("a post of somebody who is back", seen=is_shown(stage), expected=True)


SUSPENSIONS = (a_session_loaded_before, a_post_of_theirs_loaded_before, that_they_are_not_there_loaded_before)


@pytest.mark.parametrize("interleaving", SUSPENSIONS, ids=lambda each: each.__name__)
def test_nobody_overlooks_a_suspension(
    stage: Stage, suspend: Callable[..., None], interleaving: Callable[..., None]
) -> None:
    interleaving(stage, suspend)


@pytest.mark.parametrize("interleaving", SUSPENSIONS, ids=lambda each: each.__name__)
def test_each_of_these_turns_red_where_a_suspension_makes_nothing_stale(
    stage: Stage,
    suspend: Callable[..., None],
    interleaving: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("sight_changed", "suspension_changed"):
        monkeypatch.setattr(RULES[name], "keys", lambda **_: [])
    with pytest.raises(AssertionError, match="broken"):
        interleaving(stage, suspend)


def test_an_answer_that_is_kept_for_them_is_not_given_again(
    client: FlaskClient, people: Callable[..., Somebody], services: Services
) -> None:
    ada = people("ada")
    for _ in range(3):
        assert client.get("/api/me", headers=ada.headers).status_code == 200
    services.sanctions.begin(None, "suspension", "ada", reason="Advertising.")
    assert client.get("/api/me", headers=ada.headers).status_code == 403


def test_a_token_is_good_although_the_suspension_ended_while_it_was_looked_at(
    client: FlaskClient, people: Callable[..., Somebody], services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its owner is read while they are suspended, and why they are is asked for when they no longer are."""
    ada = people("ada")
    services.sanctions.begin(None, "suspension", "ada", reason="Advertising.")
    assert client.get("/api/me", headers=ada.headers).status_code == 403
    refuse = services.viewers._refuse_suspended

    def refusing(token: dict[str, Any]) -> None:
        services.sanctions.end(None, "suspension", "ada")
        refuse(token)

    monkeypatch.setattr(services.viewers, "_refuse_suspended", refusing)
    assert client.get("/api/me", headers=ada.headers).status_code == 200


def test_a_log_in_whose_password_was_checked_before_is_told(
    client: FlaskClient, people: Callable[..., Somebody], services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = people("ada")
    proved = services.accounts.proofs._of_name

    def proving(*given: Any) -> Proof:
        found = proved(*given)
        services.sanctions.begin(None, "suspension", "ada", reason="Advertising.")
        return found

    monkeypatch.setattr(services.accounts.proofs, "_of_name", proving)
    answer = client.post("/api/tokens", json={"username": "ada", "password": ada.password})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "suspended")
