"""What only another Redis can show: certificates that are checked, and a cluster whose servers fail one by one."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from redis.crc import key_slot

from feedapp.cache.catalogue import keys
from feedapp.cache.catalogue.invalidation.content import post_liked
from feedapp.cache.redis import fences
from feedapp.embedded import Redis
from feedapp.writing import run_marks
from tests.setups.sites import check_the_promise, credentials, likes, needs_openssl, node_of, site, try_again
from tests.support.deployments.cluster import SLOTS, Cluster
from tests.support.deployments.ports import free_port

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from config import Settings
    from feedapp.wiring import Services
    from tests.support.deployments.debian import SecureRedis
    from tests.support.people import Somebody


@needs_openssl
def test_redis_behind_tls_with_a_password(app: Flask, settings: Settings, ada: Somebody, secure: SecureRedis) -> None:
    with site(replace(settings, redis_url=secure.url)) as client:
        check_the_promise(client, ada)


@needs_openssl
def test_a_certificate_that_nobody_vouches_for_is_refused_and_the_site_goes_on(
    app: Flask, settings: Settings, ada: Somebody, secure: SecureRedis
) -> None:
    with site(replace(settings, redis_url=secure.url_without_certificate)) as client:
        feed = client.get("/api/posts", headers=ada.headers)
        assert feed.status_code == 200
        assert feed.headers["Cache-Status"] == "feedapp; fwd=bypass"
        assert client.get("/readyz").get_json()["status"] == "degraded"


def test_a_cluster_is_told_from_a_single_server_by_asking_it(
    client: FlaskClient, own: Services, cluster: Cluster, ada: Somebody
) -> None:
    check_the_promise(client, ada)
    assert all(node.ask("DBSIZE") for node in cluster.nodes)


def test_one_address_of_a_cluster_is_enough(app: Flask, settings: Settings, cluster: Cluster, ada: Somebody) -> None:
    with site(replace(settings, redis_url=f"redis://{cluster.nodes[1].address}/0", redis_timeout=0.3)) as client:
        check_the_promise(client, ada)


def test_one_hung_server_of_a_cluster_is_a_bypass_and_nothing_is_lost(
    own: Services, cluster: Cluster, ada: Somebody, post_id: int
) -> None:
    assert likes(own, post_id) == 0
    node = node_of(cluster, own, post_id)
    assert node.pid is not None
    os.kill(node.pid, signal.SIGSTOP)
    try:
        own.likes.like(credentials(ada), post_id)
        assert likes(own, post_id) == 1
        assert own.backend.trust.state == "away"
    finally:
        os.kill(node.pid, signal.SIGCONT)
    cluster.wait()
    try_again(own)
    assert likes(own, post_id) == 1


def test_a_write_while_one_server_is_gone_still_deletes_from_the_others_before_it_answers(
    own: Services, cluster: Cluster, ada: Somebody, post_id: int
) -> None:
    """Another process may be reading from those, and know nothing of the one that is gone."""
    reader = credentials(ada)
    assert own.posts.show(reader, post_id).liked is False
    assert own.likes.of(reader, post_id, cursor=None, limit=20).items == []
    gone = node_of(cluster, own, post_id)  # its keys come first, so that nothing has been sent to others when it fails
    stale = [own.backend.name(key.name) for key in post_liked(post_id=post_id, user_id=1)]
    others = [
        (node, name)
        for name in stale
        for node in [cluster.nodes[key_slot(name.encode()) * 3 // SLOTS]]
        if node is not gone and node.ask("GET", name)
    ]
    assert others
    gone.kill()
    own.likes.like(reader, post_id)
    assert own.backend.trust.state == "away"
    assert [node.ask("GET", name) for node, name in others] == [None] * len(others)


def test_each_server_of_a_cluster_carries_a_mark_of_its_own(own: Services, cluster: Cluster, post_id: int) -> None:
    deployment = own.backend.discover()
    for template in (keys.FENCE, keys.INCARNATION):
        marks = fences.keys_on(own.backend.name, deployment, template)
        assert len({deployment.owner_of(own.backend.name(mark)) for mark in marks.values()}) == 3
    moment = own.relay._outbox.moment()
    joined = run_marks.FenceKeeper(own.backend).join(deployment, database=moment.database, cleaned=moment.cleaned)
    assert joined.emptied == set()
    assert own.backend.trust.run is not None
    assert joined.run.name == own.backend.trust.run.name


def test_several_addresses_of_what_is_no_cluster_are_not_trusted(
    app: Flask, settings: Settings, tmp_path: Path, ada: Somebody
) -> None:
    """Two single servers would each hold copies that writes by the other do not delete."""
    ports = [free_port(), free_port()]
    with ExitStack() as stack:
        for number, port in enumerate(ports):
            arguments = ["--port", str(port), "--bind", "127.0.0.1"]
            stack.enter_context(Redis(tmp_path / f"single-{number}", arguments=arguments))
        several = ",".join(f"127.0.0.1:{port}" for port in ports)
        client = stack.enter_context(site(replace(settings, redis_url=f"redis://{several}/0")))
        assert client.get("/api/posts", headers=ada.headers).headers["Cache-Status"] == "feedapp; fwd=bypass"
