"""The security log: what lets somebody in or out, by ids, never by names, passwords or tokens."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tests.web.api.calls import data, problem

if TYPE_CHECKING:
    import pytest
    from flask.testing import FlaskClient

    from tests.support.people import Somebody


def test_it_has_who_came_in_and_who_did_not(
    client: FlaskClient, ada: Somebody, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "feedapp.security")
    right = {"username": "ada", "password": ada.password}
    token = data(client.post("/api/tokens", json=right), 201)["token"]
    problem(client.post("/api/tokens", json={**right, "password": "guessed wrong"}), 401)
    problem(client.post("/api/tokens", json={"username": "nobody", "password": "guessed wrong"}), 401)
    problem(client.delete("/api/me", headers=ada.headers, json={"current_password": "guessed wrong"}), 422)
    renamed = {"username": "countess", "current_password": ada.password}
    data(client.patch("/api/me", headers=ada.headers, json=renamed))
    assert client.delete("/api/tokens", headers=ada.headers).status_code == 204
    changed = {"current_password": ada.password, "new_password": "another password"}
    fresh = data(client.put("/api/me/password", headers=ada.headers, json=changed))["token"]
    leaving = {"current_password": "another password"}
    assert client.delete("/api/me", headers={"Authorization": f"Bearer {fresh}"}, json=leaving).status_code == 202
    lines = [each.getMessage() for each in caplog.records if each.name == "feedapp.security"]
    assert lines == [
        f"User {ada.id} gets an API token",
        f"A log-in for user {ada.id} was refused: wrong password",
        "A log-in was refused: unknown username",
        f"Refused what user {ada.id} wanted to prove, in a session or by a token",
        f"User {ada.id} has another username",
        f"User {ada.id} revoked 2 other tokens and sessions",
        f"User {ada.id} logs in by a new secret, and every token and session ended",
        f"User {ada.id} gets an API token",
        f"User {ada.id} is out of sight, to be deleted in 14 days",
    ]
    for secret in ("ada", "countess", ada.password, "another password", "guessed", token, fresh):
        assert not any(secret in line for line in lines)
