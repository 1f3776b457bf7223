"""An edit that changes nothing is none: not for the time, not for the version, not for anybody's cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from feedapp.blueprints.pages.kit.cookies import session_cookie
from tests.support.people import PASSWORD
from tests.web.api.calls import comment, data, logged, messages, nothing_changes

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody

SAME: list[tuple[str, dict[str, Any]]] = [
    ("/api/posts/1", {"body": "Hello"}),
    ("/api/posts/1", {"body": " Hello\r\n"}),
    ("/api/posts/1/comments/1", {"body": "Well said"}),
    ("/api/posts/1/comments/1", {"body": "\tWell said "}),
    ("/api/me", {"bio": ""}),
    ("/api/me", {"bio": None}),
    ("/api/me", {"display_name": "Ada  Lovelace"}),
    ("/api/me", {"username": "ADA", "bio": " "}),
]
FORMS = [
    ("/posts/1/edit", {"body": "Hello"}),
    ("/posts/1/comments/1/edit", {"body": "Well said"}),
    ("/settings/profile", {"display_name": "Ada Lovelace", "bio": ""}),
    ("/settings/username", {"username": "ada", "current_password": PASSWORD}),
]


@pytest.fixture
def written(client: FlaskClient, ada: Somebody, post_id: str) -> Somebody:
    comment(client, ada, post_id)
    return ada


@pytest.mark.parametrize(("address", "body"), SAME)
def test_by_the_api(client: FlaskClient, written: Somebody, engine: Engine, address: str, body: dict[str, Any]) -> None:
    before = client.get(address, headers=written.headers)
    with nothing_changes(engine), logged() as records:
        for more in ({}, {"If-Match": before.headers["ETag"]}):
            answer = client.patch(address, headers={**written.headers, **more}, json=body)
            assert data(answer) == data(before)
            assert answer.headers["ETag"] == before.headers["ETag"]
    assert [line for line in messages(records, "Invalidated") if not line.startswith("Invalidated 0 ")] == []


@pytest.mark.parametrize(("address", "form"), FORMS)
def test_by_the_pages(
    client: FlaskClient, written: Somebody, engine: Engine, address: str, form: dict[str, str]
) -> None:
    client.set_cookie(session_cookie(client.application), written.session)
    with nothing_changes(engine):
        assert client.post(address, data=form).status_code == 303


def test_what_does_change_something_still_does(client: FlaskClient, written: Somebody, services: Services) -> None:
    first = data(client.patch("/api/posts/1", headers=written.headers, json={"body": "New"}))
    again = data(client.patch("/api/posts/1", headers=written.headers, json={"body": "New"}))
    last = data(client.patch("/api/posts/1", headers=written.headers, json={"body": "Newer"}))
    assert first["edited_at"] == again["edited_at"] < last["edited_at"]
    me = data(client.patch("/api/me", headers=written.headers, json={"username": "ada", "bio": "about me"}))
    assert (me["username"], me["bio"]) == ("ada", "about me")
