"""Redis behind TLS, and a Redis Cluster."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.setups.sites import credentials, site
from tests.support.apps import services as services_of
from tests.support.deployments.cluster import Cluster
from tests.support.deployments.debian import SecureRedis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from config import Settings
    from feedapp.wiring import Services
    from tests.support.people import Somebody


@pytest.fixture
def ada(people: Callable[..., Somebody]) -> Somebody:
    return people("ada")


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[SecureRedis]:
    with SecureRedis(tmp_path / "redis") as started:
        yield started


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with Cluster(tmp_path / "cluster", arguments=["--save", "3600 1"]) as started:
        yield started


@pytest.fixture
def client(app: Flask, settings: Settings, cluster: Cluster) -> Iterator[FlaskClient]:
    with site(replace(settings, redis_url=cluster.url, redis_timeout=0.3)) as client:
        yield client


@pytest.fixture
def own(client: FlaskClient) -> Services:
    return services_of(client.application)


@pytest.fixture
def post_id(own: Services, ada: Somebody) -> int:
    return own.posts.publish(credentials(ada), body="first").id
