"""A moderator's token does what moderators do only if it was made for that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.api.calls import bearer, data, problem

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.support.people import Somebody

WHY = {"reason": "Advertising."}
CALLS = [
    ("GET", "/api/reports", None),
    ("GET", "/api/reports/1", None),
    ("POST", "/api/reports/1/resolution", {"action": "none"}),
    ("POST", "/api/posts/1/hiding", WHY),
    ("DELETE", "/api/posts/1/hiding", None),
    ("POST", "/api/posts/1/comments/1/hiding", WHY),
    ("DELETE", "/api/posts/1/comments/1/hiding", None),
    ("POST", "/api/users/ada/suspension", WHY),
    ("DELETE", "/api/users/ada/suspension", None),
    ("POST", "/api/users/ada/silence", WHY),
    ("DELETE", "/api/users/ada/silence", None),
    ("GET", "/api/moderation/log", None),
]


def token(client: FlaskClient, who: Somebody, *scopes: str) -> dict[str, str]:
    wanted = {"username": who.username, "password": who.password, **({"scopes": scopes} if scopes else {})}
    return bearer(data(client.post("/api/tokens", json=wanted), 201)["token"])


@pytest.mark.parametrize(("method", "address", "body"), CALLS)
def test_what_moderators_do_takes_its_scope(
    client: FlaskClient, mod: Somebody, post_id: str, method: str, address: str, body: dict[str, str] | None
) -> None:
    del post_id
    usual = token(client, mod)
    refused = problem(client.open(address, method=method, headers=usual, json=body), 403)
    assert (refused["code"], "scope moderate" in refused["detail"]) == ("scope", True)
    made = token(client, mod, "read", "write", "moderate")
    assert client.open(address, method=method, headers=made, json=body).status_code in {200, 201, 404}


def test_one_for_moderating_alone_reads_nothing_else(client: FlaskClient, mod: Somebody, post_id: str) -> None:
    only = token(client, mod, "moderate")
    assert data(client.get("/api/reports", headers=only))["items"] == []
    assert problem(client.get(f"/api/posts/{post_id}", headers=only), 403)["code"] == "scope"
    assert problem(client.post("/api/posts", headers=only, json={"body": "no"}), 403)["code"] == "scope"


def test_the_scope_is_no_role(client: FlaskClient, bob: Somebody, post_id: str) -> None:
    made = token(client, bob, "read", "write", "moderate", "admin")
    refused = problem(client.post(f"/api/posts/{post_id}/hiding", headers=made, json=WHY), 403)
    assert refused["code"] == "forbidden"
