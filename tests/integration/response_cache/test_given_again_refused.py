"""Answers given again around Flask: only for requests that Flask would answer so."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from feedapp.app import create_app
from tests.support.costs import cost_of
from tests.support.given_again import AGAIN, NAME, Headers, all_of, community, warm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask, Response
    from flask.testing import FlaskClient

    from config import Settings
    from feedapp.wiring import Services
    from tests.support.people import Somebody


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client(use_cookies=False)


@pytest.fixture
def ada(client: FlaskClient, people: Callable[..., Somebody]) -> Somebody:
    return community(client, people)


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
