"""What makes one run of Redis another."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import MovedError

from feedapp.cache.redis import fences, signatures
from feedapp.cache.redis.cluster import ClusterServers
from feedapp.cache.redis.connections import Address
from feedapp.cache.redis.discovery import SLOTS, Deployment, Server
from feedapp.writing import run_marks
from feedapp.writing.relay import Relay

if TYPE_CHECKING:
    from redis import Redis

ONE, TWO = Address("one", 1), Address("two", 1)
HALVES = (ONE,) * (SLOTS // 2) + (TWO,) * (SLOTS // 2)


def server(run_id: str = "r", history: str = "h") -> Server:
    return Server(run_id, history, frozenset({history}), is_primary=True, is_clustered=False)


CLUSTER = Deployment({ONE: server("1"), TWO: server("2")}, HALVES)


@pytest.mark.parametrize(
    "other",
    [
        Deployment({ONE: server("3"), TWO: server("2")}, HALVES),
        Deployment({ONE: server("1"), TWO: server("3")}, HALVES),
        Deployment({ONE: server("1"), TWO: server("2", "another history")}, HALVES),
        Deployment({ONE: server("1"), TWO: server("2")}, (TWO, *HALVES[1:])),
    ],
    ids=["first server", "second server", "history", "slot"],
)
def test_another_server_another_history_and_another_owner_of_a_slot_make_another_run(other: Deployment) -> None:
    assert other.fingerprint != CLUSTER.fingerprint
    assert CLUSTER.fingerprint == Deployment(dict(CLUSTER.servers), tuple(HALVES)).fingerprint


def test_another_history_of_a_single_server_is_another_run() -> None:
    runs = {Deployment({None: server(history=each)}, ()).fingerprint for each in ("h", "i")}
    assert len(runs) == 2


def test_slots_are_told_as_ranges() -> None:
    assert CLUSTER.slots_of(ONE) == "0-8191"
    assert Deployment(CLUSTER.servers, (TWO, ONE, *HALVES[2:])).slots_of(TWO) == "0-0 8192-16383"


class Marks:
    """The marks of one server, and nothing else that a backend has."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.cleared = 0

    def name(self, key: str) -> str:
        return key

    def raw_many(self, names: list[str]) -> list[bytes | None]:
        return [self.held.get(name) for name in names]

    def set_raw(self, name: str, stored: bytes) -> None:
        self.held[name] = stored

    def replace_raw(self, name: str, stored: bytes, seen: bytes | None) -> bool:
        if self.held.get(name) != seen:
            return False
        self.held[name] = stored
        return True

    def clear(self, *, only: set[Address | None], beat: object) -> None:
        assert callable(beat)
        self.cleared += len(only)


def joined(marks: Marks, deployment: Deployment, database: str = "d", cleaned: float = 0) -> run_marks.Joining:
    keeper = run_marks.FenceKeeper(cast("Any", marks))
    found = keeper.join(deployment, database=database, cleaned=cleaned)
    keeper.sign(found.run, now=100)
    return found


def test_the_history_of_the_database_is_part_of_the_run_and_another_drops_the_copies() -> None:
    marks, deployment = Marks(), Deployment({None: server()}, ())
    first = joined(marks, deployment)
    assert joined(marks, deployment).run.name == first.run.name
    assert marks.cleared == 1
    again = joined(marks, deployment, database="e")
    assert again.run.name != first.run.name
    assert marks.cleared == 2
    told = {first.run._replace(fences={}).database, again.run.database}
    assert told == {"d", "e"}


def test_two_databases_are_two_runs_even_behind_one_fence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_marks, "randbits", lambda _: 7)
    deployment = Deployment({None: server()}, ())
    assert joined(Marks(), deployment).run.name != joined(Marks(), deployment, database="e").run.name


@pytest.mark.parametrize(
    ("signed", "now", "dropped"),
    [("0-9", "0-9", False), ("0-9", "2-3 5-5", False), ("0-9", "5-10", True), ("", "", False)],
)
def test_slots_that_came_from_elsewhere_drop_the_copies(signed: str, now: str, dropped: bool) -> None:  # noqa: FBT001
    signature = {"fence": 1, "run": "r:h", "history": "h", "slots": signed, "database": "d", "signed_at": 1}
    assert signatures.fits(signature, 1, server(), now, database="d", cleaned=0) is not dropped


def test_a_slot_that_moved_ends_the_trust_and_is_not_followed() -> None:
    nobody = cast("Redis", SimpleNamespace(connection_pool=None))
    route = ClusterServers({ONE: nobody, TWO: nobody}, HALVES, fences.Fences({}))
    with pytest.raises(RedisConnectionError, match="changed"):
        route._redirected(("GET", "key"), MovedError("1 two:1"))


def test_a_replica_is_not_returned_to() -> None:
    replica = server()._replace(is_primary=False)

    class Backend:
        class trust:  # noqa: N801
            state = "away"
            attach = staticmethod(lambda _: None)

        @staticmethod
        def discover() -> Deployment:
            return Deployment({None: replica}, ())

    relay = Relay(
        backend=cast("Any", Backend), writes=cast("Any", None), outbox=cast("Any", None), readers=cast("Any", None)
    )
    relay._return()
