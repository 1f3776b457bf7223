"""Slots of a Redis Cluster that move: while they do, between two steps, and back again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis.crc import key_slot
from sqlalchemy import text

from feedapp.cache.catalogue import envelope, keys
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


def slot_of(services: Services, post_id: int) -> int:
    """Give the slot of the like count of a post."""
    return int(key_slot(services.backend.name(keys.POST_LIKES_COUNT.key(post_id).name).encode()))
