"""A site by other settings, and the promise as a reader sees it."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest
from redis.crc import key_slot
from redis.exceptions import ResponseError

from feedapp.app import create_app
from feedapp.cache.catalogue import keys
from feedapp.extensions import db
from feedapp.reading.viewers import Credentials
from tests.support.apps import services as services_of
from tests.support.costs import cost_of
from tests.support.deployments.cluster import SLOTS, Cluster
from tests.support.deployments.debian import program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

    from config import Settings
    from feedapp.wiring import Services
    from tests.support.deployments.cluster import Node
    from tests.support.people import Somebody


ANONYMOUS = Credentials("api")
needs_openssl = pytest.mark.skipif(not (program("openssl") and program("redis-server")), reason="not installed here")


@contextmanager
def site(settings: Settings) -> Iterator[FlaskClient]:
    app = create_app(settings)
    with app.app_context():
        yield app.test_client()
        db.session.remove()
        services_of(app).close()


def check_the_promise(client: FlaskClient, ada: Somebody) -> None:
    """Every write shows at once, and warm reads need no SQL."""
    post = client.post("/api/posts", headers=ada.headers, json={"body": "0"}).get_json()["id"]
    for version in range(1, 6):
        client.patch(f"/api/posts/{post}", headers=ada.headers, json={"body": str(version)})
        client.post(f"/api/posts/{post}/comments", headers=ada.headers, json={"body": "and"})
        new = client.post("/api/posts", headers=ada.headers, json={"body": "new"}).get_json()["id"]
        feed = client.get("/api/posts", headers=ada.headers).get_json()["items"]
        assert feed[0]["id"] == new
        assert (feed[version]["body"], feed[version]["comments_count"]) == (str(version), version)
        warm = client.get("/api/posts", headers=ada.headers)
        assert warm.headers["Cache-Status"] == "feedapp; hit"
        assert cost_of(warm).sql_statements == 0
        assert cost_of(warm).redis_trips <= 2
    assert services_of(client.application).backend.trust.state == "trusted"


def credentials(somebody: Somebody) -> Credentials:
    return Credentials.of(somebody.token, kind="api")


def likes(services: Services, post_id: int) -> int:
    return services.posts.show(ANONYMOUS, post_id).likes_count


def node_of(cluster: Cluster, services: Services, post_id: int) -> Node:
    """Find the server that has the like count of a post."""
    slot = key_slot(services.backend.name(keys.POST_LIKES_COUNT.key(post_id).name).encode())
    return cluster.nodes[slot * 3 // SLOTS]


def try_again(services: Services, *, until: str = "trusted") -> None:
    deadline = time.monotonic() + 20
    while services.backend.trust.state != until:
        services.relay.work()
        assert time.monotonic() < deadline, f"it stays {services.backend.trust.state}"
        time.sleep(0.05)


def assign(cluster: Cluster, slot: int, owner: Node) -> None:
    """Give a slot to a server, whatever the others think of it."""
    for node in cluster.nodes:
        with suppress(ResponseError):
            node.ask("CLUSTER", "DELSLOTS", slot)
        node.ask("CLUSTER", "SETSLOT", slot, "NODE", owner.name())
    owner.ask("CLUSTER", "BUMPEPOCH")


def wait_for_trust(services: Services) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        services.relay._cleaned = float("-inf")
        services.relay.work()
        if services.backend.trust.state == "trusted" and services.relay._cleaned > 0:
            return
        time.sleep(0.05)
    raise AssertionError("Redis is not trusted")
