"""What moves on a Redis Cluster: servers that fail over, old data, slots."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from redis.crc import key_slot
from sqlalchemy import text

from feedapp.cache.catalogue import keys

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.deployments.cluster import Cluster
    from tests.support.people import Somebody
from tests.setups.sites import assign, credentials, likes, node_of, try_again, wait_for_trust


def test_after_a_failover_of_one_server_what_its_replica_missed_is_deleted_again(
    own: Services, cluster: Cluster, ada: Somebody, post_id: int
) -> None:
    assert likes(own, post_id) == 0
    node = node_of(cluster, own, post_id)
    replica = cluster.add_replica(node)
    assert replica.pid is not None
    node.ask("WAIT", 1, 1000)
    node.ask("CLIENT", "KILL", "TYPE", "replica")
    os.kill(replica.pid, signal.SIGSTOP)
    own.likes.like(credentials(ada), post_id)
    node.kill()
    os.kill(replica.pid, signal.SIGCONT)
    assert replica.ask("CLUSTER", "FAILOVER", "TAKEOVER")
    cluster.wait()
    assert likes(own, post_id) == 1
    try_again(own)
    assert likes(own, post_id) == 1
    assert own.backend.trust.state == "trusted"


def test_old_data_that_one_server_of_a_cluster_brings_back_are_dropped_and_those_of_others_kept(
    own: Services, cluster: Cluster, ada: Somebody, post_id: int
) -> None:
    assert likes(own, post_id) == 0
    node = node_of(cluster, own, post_id)
    others = [other for other in cluster.nodes if other is not node]
    kept = sum(other.ask("DBSIZE") for other in others)
    node.ask("SAVE")
    own.likes.like(credentials(ada), post_id)
    node.kill()
    node.start()
    cluster.wait()
    assert likes(own, post_id) == 1
    try_again(own)
    assert likes(own, post_id) == 1
    assert sum(other.ask("DBSIZE") for other in others) > kept / 2


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
