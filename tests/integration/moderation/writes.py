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


def suspends_otherwise(app: Flask, client: FlaskClient, everybody: Site) -> None:
    """Suspend somebody, let them be told, and give another reason."""
    suspend = api("POST", "/api/users/bob/suspension", "cyd", reason="No.")
    suspend(app, client, everybody)
    tour(client, everybody)
    api("POST", "/api/users/bob/suspension", "cyd", reason="Another.")(app, client, everybody)


def ends_a_suspension(app: Flask, client: FlaskClient, everybody: Site) -> None:
    """Suspend somebody, let everybody read, and end it."""
    api("POST", "/api/users/bob/suspension", "cyd", reason="No.")(app, client, everybody)
    tour(client, everybody)
    api("DELETE", "/api/users/bob/suspension", "cyd")(app, client, everybody)


def deletes_who_was_reported(app: Flask, client: FlaskClient, everybody: Site) -> None:
    """Report somebody, let moderators see how many reports wait, and delete whom it is about."""
    api("POST", "/api/reports", "bob", username="ada", reason="spam")(app, client, everybody)
    tour(client, everybody)
    command("user", "delete", "ada", "--yes", "--now")(app, client, everybody)


MODERATION: dict[str, Callable[..., None]] = {
    "hide a post": api("POST", "/api/posts/1/hiding", "cyd", reason="No."),
    "hide a comment": api("POST", "/api/posts/1/comments/1/hiding", "cyd", reason="No."),
    "show a post again": shows_again("/api/posts/1/hiding"),
    "show a comment again": shows_again("/api/posts/1/comments/1/hiding"),
    "report": api("POST", "/api/reports", "bob", post_id="1", reason="spam"),
    "sweep": api("POST", "/api/users/bob/sweep", "cyd", reason="No."),
    "decide a report": decides,
    "suspend": api("POST", "/api/users/bob/suspension", "cyd", reason="No."),
    "suspend otherwise": suspends_otherwise,
    "end a suspension": ends_a_suspension,
    "delete who was reported": deletes_who_was_reported,
}
