"""Slots of a Redis Cluster that move: while they do, between two steps, and back again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from redis.crc import key_slot
from sqlalchemy import text

from feedapp.cache.catalogue import envelope, keys
from feedapp.cache.protocol.writes import CacheWrites
from feedapp.cache.redis.batches import MOST_IN_TRIP
from feedapp.cache.redis.wire import Wire
from tests.setups.sites import assign, credentials, likes, node_of, wait_for_trust
from tests.support.stage import after_load

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.deployments.cluster import Cluster
    from tests.support.people import Somebody


def test_a_slot_that_moves_to_another_server_is_followed(
    own: Services, cluster: Cluster, ada: Somebody, post_id: int
) -> None:
    assert likes(own, post_id) == 0
    key = own.backend.name(keys.POST_LIKES_COUNT.key(post_id).name)
    slot, source = key_slot(key.encode()), node_of(cluster, own, post_id)
    target = next(node for node in cluster.nodes if node is not source)
    target.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", source.name())
    source.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", target.name())
    source.ask("MIGRATE", "127.0.0.1", target.port, key, 0, 5000)
    assert likes(own, post_id) == 0
    own.likes.like(credentials(ada), post_id)
    assert likes(own, post_id) == 1
    for node in (target, source, *cluster.nodes):
        node.ask("CLUSTER", "SETSLOT", slot, "NODE", target.name())
    own.likes.unlike(credentials(ada), post_id)
    assert likes(own, post_id) == 0
    own.relay.work()
    assert own.backend.trust.state == "trusted"


def test_a_slot_that_was_elsewhere_for_a_while_brings_no_old_copies_back(
    own: Services, cluster: Cluster, ada: Somebody, post_id: int, engine: Engine
) -> None:
    """It is given to another primary without its keys, somebody writes, and it comes back with old copies."""
    assert likes(own, post_id) == 0
    key = own.backend.name(keys.POST_LIKES_COUNT.key(post_id).name)
    slot, first = key_slot(key.encode()), node_of(cluster, own, post_id)
    second = next(node for node in cluster.nodes if node is not first)
    old = first.ask("GET", key)
    assign(cluster, slot, second)
    wait_for_trust(own)
    own.likes.like(credentials(ada), post_id)
    assert likes(own, post_id) == 1
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM outbox"))  # longer ago than it remembers
    assign(cluster, slot, first)
    first.ask("SET", key, old)
    assert likes(own, post_id) == 1
    wait_for_trust(own)
    assert likes(own, post_id) == 1


def test_a_slot_that_is_given_away_between_claim_and_fill_ends_the_trust(
    own: Services, cluster: Cluster, ada: Somebody, post_id: int
) -> None:
    """What was loaded is not stored with whoever has the slot now, who knows nothing of the lease, nor shown as old."""
    slot, first = slot_of(own, post_id), node_of(cluster, own, post_id)
    second = next(node for node in cluster.nodes if node is not first)
    run = own.backend.trust.run
    with after_load(own.reading._facts, lambda: assign(cluster, slot, second)):
        assert likes(own, post_id) == 0
    assert own.backend.trust.run is not run
    wait_for_trust(own)
    own.likes.like(credentials(ada), post_id)
    assert likes(own, post_id) == 1
    assign(cluster, slot, first)
    assert likes(own, post_id) == 1


def test_of_a_batch_with_one_slot_on_its_way_each_key_is_done_where_it_is(
    own: Services, cluster: Cluster, post_id: int
) -> None:
    """The key that is moving is asked of the new owner, by itself; the others of its command are not sent again."""
    backend, slot, source = own.backend, slot_of(own, post_id), node_of(cluster, own, post_id)
    target = next(node for node in cluster.nodes if node is not source)
    moving = keys.POST_LIKES_COUNT.key(post_id).name
    names = [moving, *(keys.POST_COMMENTS_COUNT.key(number).name for number in range(100, 120))]
    value, lease = envelope.encode(7), b"L0123456789abcdef"
    backend.delete_many(*names)
    target.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", source.name())
    source.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", target.name())
    assert set(backend.offer([(name, lease, 60_000, None) for name in names])) == {None}
    assert set(backend.fill(lease, dict.fromkeys(names, (value, 60_000)))) == {True}
    assert backend.raw_many(names) == [value] * len(names)
    assert backend.hold(names, "aaaa", 60_000) == names
    assert all(map(envelope.is_hold, backend.raw_many(names)))
    backend.delete_many(*names, writer="aaaa")
    assert backend.raw_many(names) == [None] * len(names)
    assert own.backend.trust.state == "trusted"


@pytest.mark.parametrize("beside", [0, 20], ids=["alone", "in a batch"])
def test_servers_that_have_forgotten_the_scripts_are_sent_them_also_where_a_slot_is_on_its_way(
    own: Services, cluster: Cluster, post_id: int, beside: int
) -> None:
    """A key that moves is asked of its new owner by the text of its script: that server knows no digest either."""
    backend, slot, source = own.backend, slot_of(own, post_id), node_of(cluster, own, post_id)
    target = next(node for node in cluster.nodes if node is not source)
    names = [keys.POST_LIKES_COUNT.key(number).name for number in (post_id, *range(200, 200 + beside))]
    value, lease = envelope.encode(7), b"L0123456789abcdef"
    backend.delete_many(*names)
    target.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", source.name())
    source.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", target.name())

    def forget() -> None:
        for node in cluster.nodes:
            node.ask("SCRIPT", "FLUSH")

    forget()
    assert set(backend.offer([(name, lease, 60_000, None) for name in names])) == {None}
    forget()
    assert set(backend.fill(lease, dict.fromkeys(names, (value, 60_000)))) == {True}
    forget()
    assert backend.hold(names, "aaaa", 60_000) == names
    forget()
    backend.delete_many(*names, writer="aaaa")
    assert backend.raw_many(names) == [None] * len(names)
    assert own.backend.trust.state == "trusted"


def test_a_slot_that_is_given_away_between_the_parts_of_a_deletion_leaves_it_unconfirmed(
    own: Services, cluster: Cluster, post_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand keys are deleted at their servers, then a slot of the rest has another: not confirmed in that run."""
    slot, first = slot_of(own, post_id), node_of(cluster, own, post_id)
    second = next(node for node in cluster.nodes if node is not first)
    many = [keys.POST_LIKES_COUNT.key(number) for number in range(1_000, 1_000 + MOST_IN_TRIP)]
    stale = [*many, keys.POST_LIKES_COUNT.key(post_id)]
    writes, send, sent = CacheWrites(own.backend), Wire.send, list[int]()
    hold = writes.hold(stale)

    def sending(self: Wire, parts: Any) -> Any:
        answers = send(self, parts)
        sent.append(sum(part.size for part in parts.values()))
        if len(sent) == 1:
            assign(cluster, slot, second)
        return answers

    monkeypatch.setattr(Wire, "send", sending)
    run = own.backend.trust.run
    assert run is not None
    assert writes.forget(hold) != run.name, "in another run if it was sent again, else in none"
    assert sent[0] > MOST_IN_TRIP
    monkeypatch.undo()
    wait_for_trust(own)
    assert likes(own, post_id) == 0
    assign(cluster, slot, first)
    assert likes(own, post_id) == 0


def slot_of(services: Services, post_id: int) -> int:
    """Give the slot of the like count of a post."""
    return int(key_slot(services.backend.name(keys.POST_LIKES_COUNT.key(post_id).name).encode()))
