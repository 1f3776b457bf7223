"""`flask cache` by its test runner, on a community whose pages have been read once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from tests.support.touring import community, tour

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.support.people import Somebody


class Ask(Protocol):
    def __call__(self, *words: str, fails: bool = False) -> str: ...


@pytest.fixture
def ask(app: Flask) -> Ask:
    def ask(*words: str, fails: bool = False) -> str:
        done = app.test_cli_runner().invoke(args=["cache", *words])
        assert done.exit_code == (1 if fails else 0), done.output
        return done.output

    return ask


@pytest.fixture
def toured(client: FlaskClient, people: Callable[..., Somebody]) -> dict[str, Somebody]:
    everybody = community(client, people)
    tour(client, everybody)
    return everybody
