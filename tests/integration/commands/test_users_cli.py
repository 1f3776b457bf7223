"""What an operator does with accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.support.people import Somebody


def test_an_account_that_was_made_can_log_in(app: Flask, client: FlaskClient) -> None:
    made = app.test_cli_runner().invoke(args=["user", "create", "Ada", "--password-stdin"], input="long enough\n")
    assert (made.exit_code, made.output) == (0, "ada can log in now.\n")
    assert client.post("/api/tokens", json={"username": "ada", "password": "long enough"}).status_code == 201


def test_a_taken_name_and_a_short_password_are_said_in_one_line(app: Flask, people: Callable[..., Somebody]) -> None:
    people("ada")
    runner = app.test_cli_runner()
    taken = runner.invoke(args=["user", "create", "ada", "--password-stdin"], input="long enough\n")
    short = runner.invoke(args=["user", "create", "bob", "--password-stdin"], input="short\n")
    assert (taken.exit_code, short.exit_code) == (1, 1)
    assert "taken" in taken.output
    assert "8 to 128 characters" in short.output


def test_a_password_that_is_no_text_is_said_in_one_line(app: Flask) -> None:
    made = app.test_cli_runner().invoke(args=["user", "create", "ada", "--password-stdin"], input=b"l\xffng enough\n")
    assert (made.exit_code, made.output.count("\n")) == (1, 1)
    assert "UTF-8" in made.output


def test_a_new_password_ends_every_session(app: Flask, client: FlaskClient, people: Callable[..., Somebody]) -> None:
    ada = people("ada")
    assert client.get("/api/me", headers=ada.headers).status_code == 200
    args = ["user", "password", "ada", "--password-stdin"]
    assert app.test_cli_runner().invoke(args=args, input="another one\n").exit_code == 0
    assert client.get("/api/me", headers=ada.headers).status_code == 401


def test_somebody_who_is_deleted_leaves_nothing(
    app: Flask, client: FlaskClient, people: Callable[..., Somebody]
) -> None:
    ada, bob = people("ada"), people("bob")
    client.post("/api/posts", headers=ada.headers, json={"body": "of ada"})
    post = client.post("/api/posts", headers=bob.headers, json={"body": "of bob"}).get_json()["id"]
    client.post(f"/api/posts/{post}/likes", headers=ada.headers)
    client.post(f"/api/posts/{post}/comments", headers=ada.headers, json={"body": "of ada"})
    client.post("/api/users/bob/followers", headers=ada.headers)
    assert len(client.get("/api/posts").get_json()["items"]) == 2
    assert app.test_cli_runner().invoke(args=["user", "delete", "ada", "--yes"]).exit_code == 0
    (left,) = client.get("/api/posts").get_json()["items"]
    assert (left["body"], left["likes_count"], left["comments_count"]) == ("of bob", 0, 0)
    assert client.get("/api/users/bob").get_json()["followers_count"] == 0
    assert client.get("/api/users/ada").status_code == 404
    assert client.get("/api/me", headers=ada.headers).status_code == 401
