"""An operator who asks the doctor, in this process or, as `run`, from a shell."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, Any

import pytest

from config import Settings
from feedapp.app import create_app
from feedapp.embedded import Redis
from tests.integration.doctor.asking import settings_of
from tests.support.mailserver import MailServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    Ask = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    with Redis(tmp_path_factory.mktemp("doctor")) as started:
        yield started


@pytest.fixture(scope="module")
def mail() -> Iterator[str]:
    with MailServer() as server:
        yield server.url


@pytest.fixture
def environment(app: Flask, database_url: str, cache: Redis) -> dict[str, str]:
    """What a process has that is set up well."""
    return settings_of(database_url, cache.url)


@pytest.fixture
def ask(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    resolve = socket.getaddrinfo

    def resolved(host: Any, *more: Any, **named: Any) -> Any:
        if str(host).endswith(".example"):  # a resolver may take its time to say so
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)

    def ask(**settings: str) -> tuple[int, str]:
        whole = environment | settings
        monkeypatch.setattr(os, "environ", whole)
        made = create_app(Settings.from_environment(whole))
        done = made.test_cli_runner().invoke(args=["doctor"])
        with made.app_context():
            made.extensions["feedapp"].close()
        return done.exit_code, done.stdout

    return ask
