"""PostgreSQL gone, hung or back again: what is cached is shown, the rest is refused, nothing is half done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from sqlalchemy import text

from feedapp.app import create_app
from tests.support.apps import services as services_of
from tests.support.deployments.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from config import Settings
    from tests.support.people import Somebody

FEED = "/api/posts?feed=public"


@pytest.fixture
def link(engine: Engine) -> Iterator[Proxy]:
    """The way to PostgreSQL of the process under test, and of that one only."""
    url = urlsplit(engine.url.render_as_string(hide_password=False))
    socket = f"{parse_qs(url.query)['host'][0]}/.s.PGSQL.5432" if url.query else ""
    proxy = Proxy(f"unix://{quote(socket)}" if socket else f"{url.hostname}:{url.port}")
    proxy.start()
    yield proxy
    proxy.stop()


@pytest.fixture
def cut_off(app: Flask, settings: Settings, link: Proxy) -> Iterator[FlaskClient]:
    url = f"postgresql://postgres@127.0.0.1:{link.port}/feedapp"
    own = create_app(replace(settings, database_url=url, database_pool_size=2))
    own.testing = False
    yield own.test_client()
    link.mode = "open"
    with own.app_context():
        services_of(own).close()


@pytest.fixture
def ada(people: Callable[..., Somebody]) -> Somebody:
    return people("ada")


def go_away(link: Proxy) -> None:
    link.mode = "refusing"
    link.reset()


def test_what_is_cached_is_shown_without_postgresql_and_the_rest_is_503(
    cut_off: FlaskClient, link: Proxy, ada: Somebody
) -> None:
    cut_off.post("/api/posts", headers=ada.headers, json={"body": "first"})
    warm = cut_off.get(FEED, headers=ada.headers)
    go_away(link)
    again = cut_off.get(FEED, headers=ada.headers)
    assert (again.status_code, again.get_json()) == (200, warm.get_json())
    cold = cut_off.get("/api/posts/1/likes")
    assert cold.status_code == 503
    assert int(cold.headers["Retry-After"]) > 0


def test_a_write_without_postgresql_is_refused_whole(
    cut_off: FlaskClient, link: Proxy, ada: Somebody, engine: Engine
) -> None:
    cut_off.post("/api/posts", headers=ada.headers, json={"body": "first"})
    cut_off.get(FEED, headers=ada.headers)
    go_away(link)
    refused = cut_off.post("/api/posts", headers=ada.headers, json={"body": "second"})
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    link.mode = "open"
    with engine.connect() as connection:
        posts, counted, parcels = connection.execute(
            text("SELECT (SELECT count(*) FROM posts), (SELECT posts FROM user_counters), (SELECT max(id) FROM outbox)")
        ).one()
    assert (posts, counted) == (1, 1)
    assert parcels


def test_when_postgresql_is_back_the_site_is_too_and_shows_what_was_written_meanwhile(
    cut_off: FlaskClient, link: Proxy, ada: Somebody, client: FlaskClient
) -> None:
    cut_off.post("/api/posts", headers=ada.headers, json={"body": "first"})
    cut_off.get(FEED)
    go_away(link)
    cut_off.get("/api/posts/1/likes")
    client.post("/api/posts", headers=ada.headers, json={"body": "second"})
    assert cut_off.get(FEED).status_code == 503
    link.mode = "open"
    answers = [cut_off.get(FEED) for _ in range(4)]
    assert answers[-1].status_code == 200
    assert [post["body"] for post in answers[-1].get_json()["items"]] == ["second", "first"]
