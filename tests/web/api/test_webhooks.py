"""/api/webhooks: what admins say and are told. What receivers get is in tests/integration/webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from feedapp.services.content.changes.webhooks import MOST
from tests.web.api.calls import data, fields_at_fault, problem

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody

HOOK = {"url": "https://Hook.Example:443/path?a=b", "name": " The  archive "}
URLS = [
    *("", "hook.example", "http://hook.example/", "ftp://hook.example/", "https:///path", "https://hook.example/#top"),
    *("https://ada:secret@hook.example/", "https://hook.example:0/", "https://hook.example:99999/", "https://[::1"),
    *("https://hook.example/a b", "https://hook.example/ä", "https://hook.example/\x00", "https://" + "a" * 2_000),
]


@pytest.fixture
def admin(services: Services, ada: Somebody) -> Somebody:
    services.roles.assign(username="ada", role="admin")
    return ada


def test_a_webhook_is_made_read_changed_and_deleted(client: FlaskClient, admin: Somebody) -> None:
    made = client.post("/api/webhooks", headers=admin.headers, json=HOOK)
    shown = data(made, 201)
    assert made.headers["Location"] == "/api/webhooks/1"
    assert made.headers["Cache-Control"] == "private, no-store"
    secret = shown.pop("secret")
    assert secret.startswith("whsec_")
    assert shown["url"] == "https://hook.example:443/path?a=b"
    assert shown["name"] == "The archive"
    assert (shown["kinds"], shown["state"]) == (["post", "comment", "user"], "active")
    assert data(client.get("/api/webhooks", headers=admin.headers))["items"] == [shown]
    change = {"kinds": ["user", "post", "user"], "enabled": False}
    changed = data(client.patch("/api/webhooks/1", headers=admin.headers, json=change))
    assert changed == {**shown, "kinds": ["user", "post"], "state": "disabled"}
    assert data(client.get("/api/webhooks/1", headers=admin.headers)) == changed
    assert data(client.patch("/api/webhooks/1", headers=admin.headers, json={"enabled": True}))["state"] == "active"
    assert data(client.get("/api/webhooks/1/deliveries", headers=admin.headers)) == {"items": []}
    assert client.delete("/api/webhooks/1", headers=admin.headers).status_code == 204
    problem(client.get("/api/webhooks/1", headers=admin.headers), 404)


@pytest.mark.parametrize("url", URLS)
def test_an_address_that_cannot_be_sent_to_is_refused(client: FlaskClient, admin: Somebody, url: str) -> None:
    sent = client.post("/api/webhooks", headers=admin.headers, json={"url": url, "name": "x"})
    assert fields_at_fault(sent, 422) == {"url"}
    data(client.post("/api/webhooks", headers=admin.headers, json=HOOK), 201)
    assert fields_at_fault(client.patch("/api/webhooks/1", headers=admin.headers, json={"url": url}), 422) == {"url"}


@pytest.mark.parametrize("kinds", [[], ["like"], [1], None, {}])
def test_so_are_kinds_of_which_there_is_nothing_to_tell(client: FlaskClient, admin: Somebody, kinds: Any) -> None:
    sent = client.post("/api/webhooks", headers=admin.headers, json={**HOOK, "kinds": kinds})
    assert fields_at_fault(sent, 422) == {"kinds"}


@pytest.mark.parametrize("path", ["/api/webhooks", "/api/webhooks/1/secret", "/api/webhooks/1/ping"])
def test_the_first_answer_is_given_again(client: FlaskClient, admin: Somebody, path: str) -> None:
    data(client.post("/api/webhooks", headers=admin.headers, json=HOOK), 201)
    headers = {**admin.headers, "Idempotency-Key": "a"}
    first, again = (client.post(path, headers=headers, json=HOOK) for _ in range(2))
    assert first.status_code in {201, 202}
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert again.headers["Idempotent-Replayed"] == "true"


def test_it_takes_an_admin_with_a_token_for_that(
    client: FlaskClient, admin: Somebody, services: Services, bob: Somebody
) -> None:
    asked = {"username": "ada", "password": admin.password, "scopes": ["read", "write", "moderate"]}
    token = data(client.post("/api/tokens", json=asked), 201)["token"]
    for headers, code in (({"Authorization": f"Bearer {token}"}, "scope"), (bob.headers, "forbidden")):
        assert problem(client.get("/api/webhooks", headers=headers), 403)["code"] == code
        assert problem(client.post("/api/webhooks", headers=headers, json=HOOK), 403)["code"] == code


def test_there_are_only_so_many(client: FlaskClient, admin: Somebody) -> None:
    for _ in range(MOST):
        data(client.post("/api/webhooks", headers=admin.headers, json=HOOK), 201)
    refusal = client.post("/api/webhooks", headers=admin.headers, json=HOOK)
    assert problem(refusal, 409)["code"] == "too_many_webhooks"


def test_no_secret_is_in_the_database(client: FlaskClient, admin: Somebody, engine: Engine) -> None:
    secret = data(client.post("/api/webhooks", headers=admin.headers, json=HOOK), 201)["secret"]
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT webhooks::text, encode(nonce, 'base64') FROM webhooks").all()
        kept = connection.exec_driver_sql("SELECT idempotency_records::text FROM idempotency_records").all()
    assert secret.removeprefix("whsec_")[:20] not in f"{rows} {kept}"
