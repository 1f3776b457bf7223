"""Writes of the tests: by the API, by commands, by moderators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.touring import tour

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.support.people import Somebody

Site = dict[str, "Somebody"]


def api(method: str, path: str, who: str, **body: Any) -> Callable[..., None]:
    def write(_: Flask, client: FlaskClient, everybody: Site) -> None:
        answer = client.open(path, method=method, headers=everybody[who].headers, json=body or None)
        assert answer.status_code < 300, answer.text

    return write


def command(*args: str, typed: str = "") -> Callable[..., None]:
    def write(app: Flask, _: FlaskClient, __: Site) -> None:
        done = app.test_cli_runner().invoke(args=list(args), input=typed)
        assert done.exit_code == 0, done.output

    return write


def shows_again(path: str) -> Callable[..., None]:
    """Hide something and let everybody read, before it is shown again."""

    def write(app: Flask, client: FlaskClient, everybody: Site) -> None:
        api("POST", path, "cyd", reason="No.")(app, client, everybody)
        tour(client, everybody)
        api("DELETE", path, "cyd")(app, client, everybody)

    return write


def decides(app: Flask, client: FlaskClient, everybody: Site) -> None:
    api("POST", "/api/reports", "bob", post_id="1", reason="spam")(app, client, everybody)
    api("POST", "/api/reports/1/resolution", "cyd", action="delete")(app, client, everybody)
