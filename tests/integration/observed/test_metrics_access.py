"""The figures are told to who has the token, or on a port of their own; to nobody else."""

from __future__ import annotations

import socket
import urllib.request
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.error import HTTPError

import pytest

from config import SettingError, Settings
from feedapp.app import create_app
from feedapp.observability.metrics_server import MetricsServer
from tests.support.apps import METRICS, METRICS_TOKEN
from tests.support.deployments.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient

GOOD = {"DATABASE_URL": "postgresql://", "REDIS_URL": "redis://host", "SECRET_KEY": "x" * 16}


def test_without_a_token_there_is_nothing_at_that_address(settings: Settings, app: Flask) -> None:
    closed = create_app(replace(settings, metrics_token=None, database_pool_size=2))
    for headers in ({}, METRICS, {"Authorization": "Bearer "}, {"Authorization": "Bearer None"}):
        answer = closed.test_client().get("/metrics", headers=headers)
        assert answer.status_code == 404
        assert "feedapp_request" not in answer.text
    with closed.app_context():
        closed.extensions["feedapp"].close()


@pytest.mark.parametrize(
    "sent", [None, "", "Bearer", "Bearer ", f"Basic {METRICS_TOKEN}", f"Bearer {METRICS_TOKEN[:-1]}", "Bearer \u00e9"]
)
def test_a_wrong_token_is_refused(client: FlaskClient, app: Flask, sent: str | None) -> None:
    answer = client.get("/metrics", headers={} if sent is None else {"Authorization": sent})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert "feedapp_request" not in answer.text


@pytest.mark.parametrize("sent", [f"Bearer {METRICS_TOKEN}", f"bearer {METRICS_TOKEN}", f"Bearer  {METRICS_TOKEN}"])
def test_the_right_token_is_told_all(client: FlaskClient, app: Flask, sent: str) -> None:
    answer = client.get("/metrics", headers={"Authorization": sent})
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    assert "feedapp_request_seconds" in answer.text


def test_a_session_or_an_api_token_does_not_help(client: FlaskClient, people: Callable[..., object]) -> None:
    ada = people("ada")
    assert client.get("/metrics", headers=ada.headers).status_code == 401  # type: ignore[attr-defined]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def processes(port: int) -> Iterator[Callable[..., MetricsServer]]:
    """Make what each process of a site has."""
    made: list[MetricsServer] = []

    def make(told: bytes, *, token: str | None = None, host: str = "127.0.0.1") -> MetricsServer:
        made.append(MetricsServer(host=host, port=port, token=token, figures=lambda: told))
        made[-1].take_port()
        return made[-1]

    yield make
    for each in made:
        each.close()


def told(port: int, path: str = "/metrics", host: str = "127.0.0.1", **headers: str) -> bytes:
    asked = urllib.request.Request(f"http://{host}:{port}{path}", headers=headers)
    with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310  (loopback)
        return bytes(answer.read())


def test_of_several_processes_one_serves_the_port_and_another_takes_over(
    processes: Callable[..., MetricsServer], port: int
) -> None:
    first, second = processes(b"first"), processes(b"second")
    assert told(port) == b"first"
    second.take_port()
    assert told(port) == b"first"
    first.close()
    second.take_port()
    assert told(port) == b"second"


def test_only_figures_are_at_that_port(processes: Callable[..., MetricsServer], port: int) -> None:
    processes(b"figures")
    for path in ("/", "/api/posts", "/metrics/", "/readyz"):
        with pytest.raises(HTTPError, match="404"):
            told(port, path)


def test_with_a_token_that_port_asks_for_it_too(processes: Callable[..., MetricsServer], port: int) -> None:
    processes(b"figures", token=METRICS_TOKEN)
    with pytest.raises(HTTPError, match="401"):
        told(port)
    assert told(port, Authorization=f"Bearer {METRICS_TOKEN}") == b"figures"


def test_a_port_without_anybody_who_reads_does_not_keep_others_waiting(
    processes: Callable[..., MetricsServer], port: int
) -> None:
    processes(b"figures")
    with closing(socket.create_connection(("127.0.0.1", port))) as stalled:
        stalled.sendall(b"GET /metr")
        assert told(port) == b"figures"
        stalled.settimeout(0)
        with pytest.raises(BlockingIOError):  # it is still waited for: neither answered nor closed
            stalled.recv(1)


def test_only_this_machine_reaches_it_unless_told_otherwise() -> None:
    settings = Settings.from_environment({**GOOD, "METRICS_PORT": "9100"})
    assert (settings.metrics_port, settings.metrics_host, settings.metrics_token) == (9100, "127.0.0.1", None)
    assert Settings.from_environment({**GOOD, "METRICS_HOST": "::"}).metrics_host == "::"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("METRICS_PORT", "0"), ("METRICS_PORT", "65536"), ("METRICS_PORT", "x"), ("METRICS_PORT", "8000"),
        ("METRICS_TOKEN", "short"), ("METRICS_TOKEN", "with spaces in it, long"), ("METRICS_TOKEN", "\u00e9" * 20),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"^{name}"):
        Settings.from_environment({**GOOD, "PORT": "8000", name: value})
