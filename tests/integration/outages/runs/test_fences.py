"""Who puts up fences, and when: many processes agree on one, however long it takes to drop old copies."""

from __future__ import annotations

from threading import Thread
from time import sleep
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from redis import from_url

from feedapp import timing
from feedapp.cache.catalogue import keys
from feedapp.cache.redis import fences
from tests.integration.outages.processes import likes, serving, state, try_again

if TYPE_CHECKING:
    from feedapp.embedded import Redis as RedisServer
    from feedapp.reading.viewers import Credentials
    from feedapp.wiring import Services

FENCE, MARK = keys.FENCE.key(0).name, keys.INCARNATION.key(0).name


def fence(services: Services) -> int:
    return fences.number(services.backend.raw_many([FENCE])[0])


def test_deletions_that_are_counted_meanwhile_do_not_keep_a_fence_from_being_put_up(
    own: Services, post_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The writes of a busy site count on the fence between any two trips."""
    own.backend.trust.lose("begin anew")
    own.backend.set_raw(MARK, b"{}")
    monkeypatch.setattr(timing, "TAKE_OVER", 0)
    replace_raw, times = own.backend.replace_raw, iter(range(3))

    def busy(key: str, stored: bytes, seen: bytes | None) -> bool:
        if key == FENCE and next(times, None) is not None:
            own.backend.delete_many("nothing")
        return replace_raw(key, stored, seen)

    monkeypatch.setattr(own.backend, "replace_raw", busy)
    try_again(own)
    assert state(own) == "trusted"


def test_who_drops_old_copies_for_long_is_not_overtaken(
    own: Services, other: Services, post_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else each of many processes would begin from the beginning before another is through, for ever."""
    for number in range(200):
        own.backend.set(f"user:{1000 + number}", number)
    own.backend.trust.lose("begin anew")
    other.backend.trust.lose("begin anew")
    own.backend.set_raw(MARK, b"{}")
    try_again(other)  # it has seen the fence that nobody signed
    monkeypatch.setattr(timing, "TAKE_OVER", 0.3)
    monkeypatch.setattr(timing, "BEAT", 0.0)
    monkeypatch.setattr(timing, "CONTENDED", 0)
    names = own.backend.names
    put_up: list[int] = []

    def slowly(pattern: str, *, only: Any = None) -> Any:
        for batch in names(pattern, only=only):
            for start in range(0, len(batch), 50):
                put_up.append(fence(own))
                sleep(0.2)
                yield batch[start : start + 50]
                try_again(other)

    monkeypatch.setattr(own.backend, "names", slowly)
    for _ in range(2):
        sleep(0.4)
        try_again(own)
    assert len(put_up) >= 4
    assert state(own) == "trusted"
    try_again(other)
    assert state(other) == "trusted"
    assert {fence(own) >> fences.COUNT_BITS} == {each >> fences.COUNT_BITS for each in put_up}


def test_processes_that_begin_at_the_same_time_all_begin_with_a_redis_that_they_trust(
    own: Services, other: Services, post_id: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """One drops old copies while the next begins: it tries again at once, rather than to say "not trusted yet"."""
    other.backend.trust.lose("begin anew")
    own.backend.set_raw(FENCE, b"0")
    own.backend.trust.lose("begin anew")
    names, others, seen = own.backend.names, [Thread(target=other.relay.start)], list[str]()

    def slowly(pattern: str, *, only: Any = None) -> Any:
        for each in others:
            each.start()
        sleep(0.3)
        seen.append(other.backend.trust.why)
        yield from names(pattern, only=only)

    monkeypatch.setattr(own.backend, "names", slowly)
    with caplog.at_level("INFO"), serving(own):
        others[0].join()
        states = state(own), state(other)
        other.relay.stop()
    assert seen == ["another process is dropping old copies (ContendedError: another process is dropping old copies)"]
    assert states == ("trusted", "trusted")
    assert not [each for each in caplog.records if each.levelname == "WARNING" and "another process" in each.message]


@pytest.mark.parametrize(
    "altered",
    [
        {"signed_at": "now"},
        {"slots": "of another make"},
        {"slots": ["0-1"]},
        {"history": ["a"], "run": 7},
        {"database": {}},
        {"fence": "7"},
    ],
)
def test_a_signature_of_another_make_is_none(
    own: Services, post_id: int, monkeypatch: pytest.MonkeyPatch, altered: dict[str, object]
) -> None:
    """Written by another version, or by a hand: the copies are dropped, and Redis is used again."""
    standing = fence(own) >> fences.COUNT_BITS
    own.backend.set_raw(MARK, orjson.dumps(orjson.loads(own.backend.raw_many([MARK])[0] or b"") | altered))
    monkeypatch.setattr(timing, "TAKE_OVER", 0)
    own.backend.trust.lose("begin anew")
    try_again(own)
    assert state(own) == "trusted"
    assert fence(own) >> fences.COUNT_BITS != standing


def test_who_has_not_noticed_a_new_fence_does_not_sign_over_it(
    own: Services, other: Services, server: RedisServer, post_id: int
) -> None:
    """One process reads nothing for a while; what it signs must not make the others' fence look like nobody's."""
    assert likes(own, post_id) == likes(other, post_id) == 0
    with from_url(server.url) as client:
        client.flushall()
    assert likes(own, post_id) == 0
    try_again(own)
    standing = fence(own)
    other.relay._cleaned = float("-inf")
    try_again(other)
    signed = orjson.loads(own.backend.raw_many([MARK])[0] or b"{}")
    assert signed["fence"] >> fences.COUNT_BITS == standing >> fences.COUNT_BITS
    try_again(other)
    assert (state(own), state(other)) == ("trusted", "trusted")
    assert fence(own) >> fences.COUNT_BITS == standing >> fences.COUNT_BITS


def test_a_redis_full_of_our_own_copies_is_used_again_after_postgresql_was_restarted(
    own: Services, server: RedisServer, ada: Credentials, post_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It refuses the new fence that another history needs: the old copies must go first."""
    assert likes(own, post_id) == 0
    own.backend.set("user:99", "x" * 4_000_000)
    with from_url(server.url) as client:
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", "3mb")
        moment = own.relay._outbox.moment
        monkeypatch.setattr(own.relay._outbox, "moment", lambda: moment()._replace(database="another"))
        own.backend.trust.lose("PostgreSQL goes on from another state")
        try_again(own)
        assert state(own) == "trusted"
        assert own.backend.raw_many(["user:99"]) == [None]


def test_who_was_overtaken_while_it_dropped_copies_does_not_sign(own: Services, post_id: int) -> None:
    """Nothing is expected of the servers yet, so that no read notices."""
    keeper, run = own.relay._fences, own.backend.trust.run
    assert run is not None
    own.backend.expect({})
    own.backend.set_raw(FENCE, str(7 << fences.COUNT_BITS).encode())
    with pytest.raises(fences.FenceError, match="another fence"):
        keeper.sign(run, now=0)
