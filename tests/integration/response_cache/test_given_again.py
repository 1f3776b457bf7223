"""Answers given again around Flask: the same as Flask would make."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from werkzeug.http import remove_entity_headers

from feedapp.blueprints.pages.kit.cookies import base_of
from feedapp.web.middleware import PROTECTION
from feedapp.web.response_cache import ResponseCache
from tests.support.apps import METRICS, SECRET_KEY
from tests.support.costs import cost_of
from tests.support.given_again import AGAIN, EACH_TIME, KEY, Headers, all_of, community, sent_by, warm

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine
    from werkzeug.test import TestResponse

    from feedapp.wiring import Services
    from tests.support.people import Somebody

PAGES = ["/", "/public", "/?fragment=1", "/posts/1", "/posts/1?fragment=1", "/@ada", "/@ada/followers", "/@b%6Fb"]
API = ["/api/posts?limit=1", "/api/posts/1", "/api/posts/1/comments", "/api/users/ada", "/api/posts/1/likes"]
ADDRESSES = [*PAGES, *API]
OWN = ["/suggestions", "/api/me", "/api/suggestions", "/api/posts?feed=home"]
"""For nobody but who is signed in."""


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client(use_cookies=False)


@pytest.fixture
def ada(client: FlaskClient, people: Callable[..., Somebody]) -> Somebody:
    return community(client, people)


def keys_in(answer: TestResponse) -> list[bytes]:
    packed = answer.headers.get("Content-Encoding") == "gzip"
    return [found[1] for found in KEY.findall(gzip.decompress(answer.data) if packed else answer.data)]


def check_both(
    client: FlaskClient, address: str, headers: Headers, monkeypatch: pytest.MonkeyPatch, *, known: str | None = None
) -> None:
    """Compare what is given again with what Flask makes of the same request."""
    warm(client, address, headers)
    headers = headers if known is None else {**headers, "If-None-Match": known}
    for method in ("GET", "HEAD"):
        again = client.open(address, method=method, headers=headers)
        with monkeypatch.context() as patched:
            patched.setattr(ResponseCache, "find", lambda *_: None)
            made = client.open(address, method=method, headers=headers)
        assert cost_of(again) == AGAIN
        assert all_of(again) == all_of(made)
        assert {name for name, _ in again.headers} >= EACH_TIME
        assert set(again.headers) >= set(PROTECTION)
        if method == "GET" and again.status_code == 200:
            assert again.content_length == len(again.data) > 0
        else:
            assert again.data == b""


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_stranger_gets_what_flask_would_make(
    client: FlaskClient, ada: Somebody, address: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_both(client, address, {"Accept-Encoding": encoding}, monkeypatch)


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
@pytest.mark.parametrize("address", [*ADDRESSES, *OWN])
def test_who_is_signed_in_gets_what_flask_would_make(
    client: FlaskClient, ada: Somebody, address: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_both(client, address, {**sent_by(ada), "Accept-Encoding": encoding}, monkeypatch)


@pytest.mark.parametrize("address", ["/public", "/api/posts/1"])
def test_an_answer_to_head_is_never_given_to_get(client: FlaskClient, ada: Somebody, address: str) -> None:
    for _ in range(3):  # cold, found, and what could be kept if it were a GET
        assert client.head(address).data == b""
    assert len(client.get(address).data) > 100


@pytest.mark.parametrize("address", ["/public", "/api/posts/1"])
def test_each_way_to_ask_gets_its_own(
    client: FlaskClient, people: Callable[..., Somebody], ada: Somebody, address: str
) -> None:
    """What was made for one request is given to none that differs in anything that an answer may depend on."""
    bob = people("carol")
    ways: list[dict[str, Any]] = [
        {"headers": headers, **more}
        for headers in (
            {},
            sent_by(ada),
            sent_by(bob),
            {"Cookie": f"{base_of('scheme', secret=SECRET_KEY)}=dark"},
            {"Accept-Encoding": "gzip"},
            {"Accept-Encoding": "gzip;q=0"},
            {"Host": "other.example"},
        )
        for more in ({}, {"environ_overrides": {"wsgi.url_scheme": "https"}})
    ]
    cold = [all_of(client.get(address, **way)) for way in ways]
    for _ in range(3):
        answers = [client.get(address, **way) for way in ways]
        assert [with_hit(all_of(answer)) for answer in answers] == [with_hit(each) for each in cold]
    assert {cost_of(answer) for answer in answers} == {AGAIN}


def with_hit(whole: tuple[str, list[tuple[str, str]], bytes]) -> object:
    """Leave out whether the cache could answer."""
    status, headers, body = whole
    return status, [each for each in headers if each[0] != "Cache-Status"], body


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_known_already_is_not_sent_again(
    client: FlaskClient, ada: Somebody, address: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = {"Accept-Encoding": encoding}
    whole = warm(client, address, headers)
    again = client.get(address, headers={**headers, "If-None-Match": f'"other", {whole.headers["ETag"]}'})
    assert (again.status_code, again.data, cost_of(again)) == (304, b"", AGAIN)
    left = [(name, value) for name, value in whole.headers if name not in EACH_TIME]
    remove_entity_headers(left)
    assert sorted(left) == [(name, value) for name, value in sorted(again.headers) if name not in EACH_TIME]
    assert client.get(address, headers={**headers, "If-None-Match": '"other"'}).status_code == 200
    check_both(client, address, headers, monkeypatch, known=whole.headers["ETag"])


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
@pytest.mark.parametrize("address", ["/", "/public", "/posts/1"])
def test_each_time_the_forms_have_new_keys(client: FlaskClient, ada: Somebody, address: str, encoding: str) -> None:
    headers = {**sent_by(ada), "Accept-Encoding": encoding}
    warm(client, address, headers)
    answers = [client.get(address, headers=headers) for _ in range(5)]
    for answer in answers:
        assert cost_of(answer) == AGAIN
        assert answer.headers.get("Content-Encoding", "identity") == encoding
        assert answer.content_length == len(answer.data)
        assert client.head(address, headers=headers).content_length == len(answer.data)
    keys = [key for answer in answers for key in keys_in(answer)]
    assert len(set(keys)) == len(keys) >= len(answers)
    assert {len(key) for key in keys} == {24}


@pytest.mark.parametrize(("address", "kind"), [("/", "session"), ("/api/posts?feed=home", "api")])
def test_the_use_of_a_token_is_noted_by_what_is_given_again(
    client: FlaskClient, services: Services, ada: Somebody, engine: Engine, address: str, kind: str
) -> None:
    warm(client, address, sent_by(ada))
    services.uses.write_down()
    warm(client, address, sent_by(ada))
    with engine.begin() as connection:
        connection.execute(text("UPDATE tokens SET last_used_at = NULL"))
    services.viewers._uses._hour = 0  # as if an hour had passed
    assert cost_of(client.get(address, headers=sent_by(ada))) == AGAIN
    services.uses.write_down()
    with engine.connect() as connection:
        used = connection.execute(text("SELECT user_id, kind FROM tokens WHERE last_used_at IS NOT NULL")).all()
    assert [tuple(each) for each in used] == [(ada.id, kind)]


def test_the_figures_count_it_under_its_route(client: FlaskClient, ada: Somebody) -> None:
    warm(client, "/posts/1")
    full, short, hits = count(client, 200), count(client, 304), hits_of_posts(client)
    again = client.get("/posts/1")
    client.get("/posts/1", headers={"If-None-Match": again.headers["ETag"]})
    assert (count(client, 200), count(client, 304)) == (full + 1, short + 1)
    assert hits_of_posts(client) == hits + 2


def count(client: FlaskClient, status: int) -> float:
    labels = f'method="GET",route="/posts/<post_id>",status="{status}"'
    return figure(client, f"feedapp_request_seconds_count{{{labels}}}")


def hits_of_posts(client: FlaskClient) -> float:
    return figure(client, 'feedapp_cache_hits_total{template="post"}')


def figure(client: FlaskClient, name: str) -> float:
    lines = client.get("/metrics", headers=METRICS).text.splitlines()
    return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(name)), 0)
