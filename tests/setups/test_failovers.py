"""Servers of a Redis Cluster that fail over, and old data that they bring back."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from tests.setups.sites import credentials, likes, node_of, try_again

if TYPE_CHECKING:
    from feedapp.wiring import Services
    from tests.support.deployments.cluster import Cluster
    from tests.support.people import Somebody


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
