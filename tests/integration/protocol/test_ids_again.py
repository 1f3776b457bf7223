"""PostgreSQL fails and an earlier state takes over: ids of users who are lost are given to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp.blueprints.pages.kit.cookies import session_cookie
from feedapp.cache.catalogue.keys import RELATIONS
from feedapp.reading.viewers import Credentials
from tests.support.apps import services

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from tests.support.people import Somebody


@pytest.fixture
def lost(people: Callable[..., Somebody], client: FlaskClient, engine: Engine) -> Somebody:
    """Somebody whose row is lost, and is still cached with their token and session."""
    ada = people("ada")
    client.set_cookie(session_cookie(client.application), ada.session)
    credentials = Credentials.of(ada.session, kind="session")
    with client.application.app_context():
        services(client.application).recovery.make_codes(credentials, current_password=ada.password)
    change = {"email": "ada@example.org", "current_password": ada.password}
    assert client.patch("/api/me", headers=ada.headers, json=change).status_code == 200
    for _ in range(3):
        assert "recovery codes" not in client.get("/").text
        assert client.get("/api/me", headers=ada.headers).get_json()["username"] == "ada"
        assert client.get("/api/posts", headers=ada.headers).status_code == 200
        assert "Log out" in client.get("/public").text
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM users"))
        connection.execute(text("ALTER TABLE users ALTER id RESTART"))
    return ada


def newcomer(client: FlaskClient, how: str, archive: Path) -> None:
    """Let somebody come who gets the lost id."""
    if how == "sign-up":
        new = {"username": "bob", "password": "a good password"}
        assert client.post("/api/users", json=new).status_code == 201
        return
    archive.write_text('{"type": "user", "username": "bob", "display_name": "bob"}\n', encoding="utf-8")
    args = ["import", str(archive)] if how == "import" else ["user", "create", "bob", "--password-stdin"]
    done = client.application.test_cli_runner().invoke(args=args, input="a good password\n")
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("how", ["sign-up", "import", "operator"])
def test_the_token_of_somebody_who_is_lost_is_not_that_of_who_has_their_id(
    client: FlaskClient, lost: Somebody, engine: Engine, tmp_path: Path, how: str
) -> None:
    newcomer(client, how, tmp_path / "archive.jsonl")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT id FROM users WHERE username = 'bob'")) == lost.id
    for address in ("/api/me", "/api/posts"):
        assert client.get(address, headers=lost.headers).status_code == 401
    assert client.post("/api/posts", headers=lost.headers, json={"body": "as bob"}).status_code == 401
    assert client.get("/settings").status_code == 303
    assert "Log out" not in client.get("/public").text
    assert client.get("/api/posts").get_json()["items"] == []


def test_whoever_has_the_id_now_is_themselves(client: FlaskClient, lost: Somebody, tmp_path: Path) -> None:
    newcomer(client, "sign-up", tmp_path)
    answer = client.post("/api/tokens", json={"username": "bob", "password": "a good password"}).get_json()
    headers = {"Authorization": f"Bearer {answer['token']}"}
    assert client.get("/api/me", headers=headers).get_json()["username"] == "bob"
    listed = client.get("/api/tokens", headers=headers).get_json()["items"]
    assert [each["current"] for each in listed] == [True]


def test_whoever_has_the_id_now_has_no_recovery_codes_yet(client: FlaskClient, lost: Somebody, tmp_path: Path) -> None:
    newcomer(client, "sign-up", tmp_path)
    log_in = {"username": "bob", "password": "a good password"}
    client.post("/login", data=log_in, headers={"Origin": "http://localhost"})
    assert "recovery codes" in client.get("/").text


def test_whoever_has_the_id_now_blocks_nobody_yet(client: FlaskClient, lost: Somebody, tmp_path: Path) -> None:
    backend, kept = services(client.application).backend, RELATIONS.key(lost.id).name
    assert backend.get(kept) is not None
    newcomer(client, "sign-up", tmp_path)
    assert backend.get(kept) is None


def test_whoever_has_the_id_now_has_no_mail_address(client: FlaskClient, lost: Somebody, tmp_path: Path) -> None:
    newcomer(client, "sign-up", tmp_path)
    answer = client.post("/api/tokens", json={"username": "bob", "password": "a good password"}).get_json()
    headers = {"Authorization": f"Bearer {answer['token']}"}
    assert client.get("/api/me", headers=headers).get_json()["email"] is None


def test_before_anybody_has_it_nothing_can_be_written(client: FlaskClient, lost: Somebody) -> None:
    assert client.post("/api/posts", headers=lost.headers, json={"body": "x"}).status_code in {401, 404, 409}
    change = {"bio": "x"}
    assert client.patch("/api/me", headers=lost.headers, json=change).status_code == 401
