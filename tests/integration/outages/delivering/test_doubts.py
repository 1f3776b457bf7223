"""A commit that was not answered keeps its holds until it is known what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError

from feedapp.cache.catalogue import envelope, keys
from feedapp.writing import unit_of_work
from tests.integration.outages.processes import depth, likes, try_again

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from feedapp.reading.viewers import Credentials
    from feedapp.wiring import Services


def test_a_commit_in_doubt_keeps_its_holds_until_it_is_known_what_became_of_it(
    own: Services, other: Services, ada: Credentials, post_id: int, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection breaks at COMMIT, which arrives all the same: nobody may have stored the old state meanwhile."""
    assert likes(own, post_id) == 0
    session = own.unit_of_work._session
    with monkeypatch.context() as patched:
        patched.setattr(own.unit_of_work, "_commit", lost)
        patched.setattr(session, "rollback", lambda: None)
        with pytest.raises(OperationalError):
            own.likes.like(ada, post_id)
    for _ in range(2):
        assert likes(own, post_id) == 0
        try_again(own)
    key = keys.POST_LIKES_COUNT.key(post_id).name
    assert envelope.is_hold(own.backend.raw_many([key])[0])
    session.commit()
    assert likes(other, post_id) == likes(own, post_id) == 1, "in all that is read from then on"
    try_again(own)
    assert not envelope.is_hold(own.backend.raw_many([key])[0])
    assert depth(engine) == 0


def test_a_commit_in_doubt_that_did_not_happen_gives_its_holds_back(
    own: Services, ada: Credentials, post_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(own.unit_of_work, "_commit", lost)
        with pytest.raises(OperationalError):
            own.likes.like(ada, post_id)
    try_again(own)
    assert own.backend.raw_many([keys.POST_LIKES_COUNT.key(post_id).name]) == [None]


def lost(_deadline: float | None) -> None:
    raise OperationalError("COMMIT", {}, Exception("the connection was lost"))


@pytest.mark.parametrize(
    ("code", "in_doubt"), [(None, True), ("57P01", True), ("08006", True), ("40001", False), ("23505", False)]
)
def test_only_what_postgresql_refused_for_certain_is_no_doubt(code: str | None, in_doubt: bool) -> None:  # noqa: FBT001
    refusal = Exception("refused")
    refusal.pgcode = code  # type: ignore[attr-defined]
    assert unit_of_work._is_in_doubt(OperationalError("COMMIT", {}, refusal)) is in_doubt
