"""Answers given again around Flask: the same as Flask would make, and only for requests that Flask would answer so."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from werkzeug.http import remove_entity_headers

from feedapp.app import create_app
from feedapp.blueprints.pages.kit.cookies import base_of
from feedapp.web.middleware import PROTECTION
from feedapp.web.response_cache import ResponseCache
from tests.support.apps import METRICS, SECRET_KEY
from tests.support.costs import Cost, cost_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask, Response
    from flask.testing import FlaskClient
    from sqlalchemy import Engine
    from werkzeug.test import TestResponse

    from config import Settings
    from feedapp.wiring import Services
    from tests.support.people import Somebody

NAME = base_of("session", secret=SECRET_KEY)
AGAIN = Cost(redis_trips=1, sql_statements=0)
PAGES = ["/", "/public", "/?fragment=1", "/posts/1", "/posts/1?fragment=1", "/@ada", "/@ada/followers", "/@b%6Fb"]
API = ["/api/posts?limit=1", "/api/posts/1", "/api/posts/1/comments", "/api/users/ada", "/api/posts/1/likes"]
ADDRESSES = [*PAGES, *API]
OWN = ["/suggestions", "/api/me", "/api/suggestions", "/api/posts?feed=home"]
"""For nobody but who is signed in."""
EACH_TIME = {"X-Request-Id", "Server-Timing"}
KEY = re.compile(rb'(name="idempotency_key" value=")([^"]*)')
Headers = dict[str, str]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client(use_cookies=False)


@pytest.fixture
def ada(client: FlaskClient, people: Callable[..., Somebody]) -> Somebody:
    ada, bob = people("ada"), people("bob")
    for body in ("first " * 100, "second"):
        client.post("/api/posts", headers=ada.headers, json={"body": body})
    client.post("/api/posts/1/comments", headers=bob.headers, json={"body": "a comment"})
    client.post("/api/posts/1/likes", headers=bob.headers)
    client.post("/api/users/ada/followers", headers=bob.headers)
    return ada


@pytest.fixture
def asked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give a list that has one entry for each request that Flask was asked to answer."""
    asked: list[str] = []
    answer = app.full_dispatch_request

    def noting() -> Response:
        asked.append("asked")
        return answer()

    monkeypatch.setattr(app, "full_dispatch_request", noting)
    return asked


def sent_by(somebody: Somebody) -> Headers:
    """Give what both pages and API take for somebody."""
    return {**somebody.headers, "Cookie": f"{NAME}={somebody.session}"}


def warm(client: FlaskClient, address: str, headers: Headers | None = None) -> TestResponse:
    """Read until the answer is one that is given again."""
    for _ in range(3):
        answer = client.get(address, headers=headers)
    assert cost_of(answer) == AGAIN
    return answer


def all_of(answer: TestResponse) -> tuple[str, list[tuple[str, str]], bytes]:
    """Give status, headers and body without what differs each time."""
    headers = sorted((name, value) for name, value in answer.headers if name not in EACH_TIME)
    body = answer.data
    if answer.headers.get("Content-Encoding") == "gzip" and body:
        body = gzip.decompress(body)
    return answer.status, headers, KEY.sub(rb"\1", body)


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


@pytest.mark.parametrize("address", ["/public", "/api/posts/1"])
def test_a_host_that_is_none_gets_nothing_that_was_kept(client: FlaskClient, ada: Somebody, address: str) -> None:
    """It is called `localhost` inside, so it must not get the answers of localhost, nor they its."""
    known = warm(client, address, {"Host": "localhost"})
    for host in ("a b", "", 'x"><script>'):
        for _ in range(3):
            assert client.get(address, environ_overrides={"HTTP_HOST": host}).status_code == 400
    assert all_of(client.get(address, headers={"Host": "localhost"})) == all_of(known)


@pytest.mark.parametrize("address", ["/public", "/api/posts/1"])
def test_a_request_with_a_body_goes_to_flask(
    client: FlaskClient, ada: Somebody, address: str, asked: list[str]
) -> None:
    """Whatever is refused when nothing is kept is refused when something is."""
    warm(client, address)
    asked.clear()
    assert client.get(address).status_code == 200
    assert asked == []
    for size, status in ((3, 200), (600_000, 413)):
        pieces = {
            "wsgi.input": BytesIO(b" " * size),
            "wsgi.input_terminated": True,
            "HTTP_TRANSFER_ENCODING": "chunked",
        }
        assert client.get(address, environ_overrides=pieces).status_code == status
    assert client.get(address, data=b"abc").status_code == 200
    assert len(asked) == 3
    assert cost_of(client.get(address)) == AGAIN, "what was kept is kept still"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "BREW"])
def test_other_methods_go_to_flask(client: FlaskClient, ada: Somebody, method: str, asked: list[str]) -> None:
    warm(client, "/public")
    asked.clear()
    assert client.open("/public", method=method).status_code == (200 if method == "OPTIONS" else 405)
    assert len(asked) == 1


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


def test_who_has_logged_out_gets_nothing_of_before(client: FlaskClient, ada: Somebody) -> None:
    headers = {"Cookie": f"{NAME}={ada.session}"}
    assert "Your profile" in warm(client, "/", headers).text
    client.post("/logout", headers={**headers, "Origin": "http://localhost"})
    for _ in range(3):
        after = client.get("/", headers=headers)
        assert "Your profile" not in after.text
        assert after.headers["Set-Cookie"].startswith(f"{NAME}=;")


@pytest.mark.parametrize("address", ["/", "/public", "/posts/1"])
def test_a_session_that_is_none_is_taken_away_each_time(client: FlaskClient, ada: Somebody, address: str) -> None:
    for _ in range(4):
        assert client.get(address, headers={"Cookie": f"{NAME}=none"}).headers["Set-Cookie"].startswith(f"{NAME}=;")
    assert "Set-Cookie" not in warm(client, address).headers


@pytest.fixture
def behind_proxy(app: Flask, settings: Settings) -> Iterator[FlaskClient]:
    """Give a client of the same site behind a proxy."""
    other = create_app(replace(settings, trusted_proxies=1))
    services: Services = other.extensions["feedapp"]
    services.relay.work()
    yield other.test_client(use_cookies=False)
    with other.app_context():
        services.close()


def test_a_proxy_says_by_which_scheme_and_host_it_was_asked(behind_proxy: FlaskClient, ada: Somebody) -> None:
    """By https the session is in another cookie, and a cookie that anybody could have set is none."""
    secure = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "feed.example"}
    ways: list[tuple[Headers, str, bool]] = [
        (secure, f"__Host-{NAME}", True),
        (secure, NAME, False),
        ({}, f"__Host-{NAME}", False),
        ({}, NAME, True),
    ]
    for turn in range(3):
        for headers, name, good in ways:
            page = behind_proxy.get("/", headers={**headers, "Cookie": f"{name}={ada.session}"})
            assert ("Your profile" in page.text) == good
            assert ("Strict-Transport-Security" in page.headers) == bool(headers)
            post = behind_proxy.get("/api/posts/1", headers=headers).get_json()
            assert post["url"] == ("https://feed.example" if headers else "http://localhost") + "/posts/1"
            unreadable = {**headers, "X-Forwarded-Host": "a b"}
            assert behind_proxy.get("/api/posts/1", headers=unreadable).status_code == 400
        assert cost_of(page) == cost_of(behind_proxy.get("/api/posts/1")) == AGAIN or turn == 0


def test_a_handshake_is_refused_as_when_nothing_is_kept(client: FlaskClient, ada: Somebody) -> None:
    shake = {"Connection": "Upgrade", "Upgrade": "websocket"}
    assert client.get("/public", headers=shake).status_code == 400
    for _ in range(3):
        client.get("/public")
    assert client.get("/public", headers=shake).status_code == 400


def test_a_method_in_small_letters_is_answered_as_in_capitals(client: FlaskClient, ada: Somebody) -> None:
    answer = client.open("/public", method="get", headers={"If-None-Match": "*"})
    assert (answer.status_code, "Cache-Status" in answer.headers) == (304, True)


def test_wss_is_secure_as_well(client: FlaskClient) -> None:
    answer = client.get("/livez", environ_overrides={"wsgi.url_scheme": "wss"})
    assert "Strict-Transport-Security" in answer.headers


def test_an_error_while_looking_for_what_is_kept_becomes_an_answer(
    client: FlaskClient, ada: Somebody, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        client.get("/public")

    def broken(*_: Any) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(services.backend, "raw_prepared", broken)
    assert client.get("/public").headers["X-Request-Id"]
