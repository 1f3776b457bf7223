from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from feedapp.extensions import db
from tests.web.api.calls import (
    RFC_3339,
    USER_FIELDS,
    contents,
    data,
    fields_at_fault,
    nothing_changes,
    problem,
    publish,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody

DEE = {"username": "dee", "password": "a good password"}


def test_signing_up_answers_with_the_profile_and_its_address(client: FlaskClient) -> None:
    response = client.post("/api/users", json=DEE | {"display_name": "  Dee\u00a0 D. "})
    user = data(response, 201)
    assert set(user) == USER_FIELDS
    assert re.fullmatch(RFC_3339, user.pop("created_at"))
    assert user == {
        "id": "1",
        "username": "dee",
        "display_name": "Dee D.",
        "avatar": None,
        "bio": "",
        "posts_count": 0,
        "followers_count": 0,
        "following_count": 0,
    }
    assert response.headers["Location"] == "/api/users/dee"
    assert data(client.get(response.headers["Location"]))["display_name"] == "Dee D."
    assert "Set-Cookie" not in response.headers


def test_a_username_is_folded_and_serves_as_the_display_name_if_none_is_given(client: FlaskClient) -> None:
    user = data(client.post("/api/users", json=DEE | {"username": " DeE_1 "}), 201)
    assert user["username"] == user["display_name"] == "dee_1"


def test_a_name_that_was_looked_up_in_vain_is_found_once_somebody_signs_up(client: FlaskClient) -> None:
    problem(client.get("/api/users/dee"), 404)
    data(client.post("/api/users", json=DEE), 201)
    data(client.get("/api/users/dee"))


@pytest.mark.parametrize("name", ["ada", "ADA", " Ada "])
def test_a_name_that_is_taken_is_a_conflict(client: FlaskClient, ada: Somebody, engine: Engine, name: str) -> None:
    with nothing_changes(engine):
        response = client.post("/api/users", json=DEE | {"username": name})
        assert fields_at_fault(response, 409) == {"username"}


@pytest.mark.parametrize("length", [8, 128])
def test_a_password_at_either_limit_of_length_lets_one_in(client: FlaskClient, length: int) -> None:
    password = "\u00e9" * length
    data(client.post("/api/users", json=DEE | {"password": password}), 201)
    data(client.post("/api/tokens", json={"username": "dee", "password": password}), 201)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"password": "1234567"}, "password"),
        ({"password": "1" * 129}, "password"),
        ({"username": ""}, "username"),
        ({"username": "a" * 31}, "username"),
        ({"username": "d\u00e9e"}, "username"),
        ({"username": "d-e"}, "username"),
        ({"username": "\u212a"}, "username"),
        ({"display_name": " \u200b "}, "display_name"),
        ({"display_name": "d" * 101}, "display_name"),
    ],
)
def test_signing_up_names_the_field_that_is_wrong(
    client: FlaskClient, app: Any, engine: Engine, change: dict[str, str], field: str
) -> None:
    with nothing_changes(engine):
        assert fields_at_fault(client.post("/api/users", json=DEE | change), 422) == {field}


def test_all_fields_at_fault_are_named_at_once(client: FlaskClient) -> None:
    assert fields_at_fault(client.post("/api/users", json={}), 422) == {"username", "password"}


@pytest.mark.parametrize("separator", ["\n", "\r", "\r\n", "\u2028", "\u0085", "\t"])
def test_a_display_name_is_one_line(client: FlaskClient, separator: str) -> None:
    user = data(client.post("/api/users", json=DEE | {"display_name": f"Dee{separator}Dee"}), 201)
    assert user["display_name"] == "Dee Dee"


def test_a_profile_says_nothing_that_is_private(client: FlaskClient, ada: Somebody, bob: Somebody) -> None:
    for headers in ({}, bob.headers, ada.headers):
        response = client.get("/api/users/ada", headers=headers)
        assert set(data(response)) == USER_FIELDS | ({"following", "blocking", "muting"} if headers else set())
        assert not re.search(r"argon|hash|password|email|@", response.text)


def test_a_profile_counts_posts_and_follows(client: FlaskClient, ada: Somebody, bob: Somebody) -> None:
    publish(client, ada)
    client.post("/api/users/ada/followers", headers=bob.headers)
    client.post("/api/users/bob/followers", headers=ada.headers)
    user = data(client.get("/api/users/ada"))
    assert (user["posts_count"], user["followers_count"], user["following_count"]) == (1, 1, 1)


def test_a_profile_is_found_whatever_the_case(client: FlaskClient, ada: Somebody) -> None:
    assert data(client.get("/api/users/AdA"))["username"] == "ada"


def test_whether_one_follows_is_said_to_whom_it_concerns(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody
) -> None:
    client.post("/api/users/ada/followers", headers=bob.headers)
    assert data(client.get("/api/users/ada", headers=bob.headers))["following"] is True
    assert data(client.get("/api/users/ada", headers=cyd.headers))["following"] is False
    assert "following" not in data(client.get("/api/users/ada"))


def test_my_own_profile_needs_a_token(client: FlaskClient, ada: Somebody) -> None:
    assert data(client.get("/api/me", headers=ada.headers))["username"] == "ada"
    refusal = client.get("/api/me")
    problem(refusal, 401)
    assert refusal.headers["WWW-Authenticate"] == "Bearer"
    problem(client.patch("/api/me", json={"bio": "x"}), 401)


def test_changing_my_profile_changes_what_is_given_and_nothing_else(client: FlaskClient, ada: Somebody) -> None:
    before = data(client.get("/api/me", headers=ada.headers))
    changed = data(client.patch("/api/me", headers=ada.headers, json={"bio": " first\r\nprogrammer "}))
    assert changed == before | {"bio": "first\nprogrammer"}
    assert data(client.get("/api/users/ada"))["bio"] == "first\nprogrammer"
    assert data(client.patch("/api/me", headers=ada.headers, json={"bio": ""}))["bio"] == ""
    named = data(client.patch("/api/me", headers=ada.headers, json={"display_name": "A. L.", "bio": None}))
    assert (named["display_name"], named["bio"]) == ("A. L.", "")


def test_a_change_of_nothing_is_refused_with_what_could_be_given(client: FlaskClient, ada: Somebody) -> None:
    for empty in ({}, {"colour": "red"}):
        response = client.patch("/api/me", headers=ada.headers, json=empty)
        assert "bio" in problem(response, 422)["detail"]


def test_a_renamed_person_is_found_under_the_new_name_only(client: FlaskClient, ada: Somebody, bob: Somebody) -> None:
    post_id = publish(client, ada)
    data(client.get("/api/users/ada"))
    assert (
        data(
            client.patch(
                "/api/me", headers=ada.headers, json={"username": "Countess", "current_password": ada.password}
            )
        )["username"]
        == "countess"
    )
    problem(client.get("/api/users/ada"), 404)
    problem(client.get("/api/posts?username=ada"), 404)
    assert data(client.get("/api/users/countess"))["posts_count"] == 1
    assert data(client.get(f"/api/posts/{post_id}"))["author"]["username"] == "countess"
    assert data(client.get("/api/me", headers=ada.headers))["username"] == "countess"
    data(client.patch("/api/me", headers=ada.headers, json={"username": "ada", "current_password": ada.password}))
    assert data(client.get("/api/users/ada"))["posts_count"] == 1


def test_another_persons_name_cannot_be_taken(
    client: FlaskClient, ada: Somebody, bob: Somebody, engine: Engine
) -> None:
    with nothing_changes(engine):
        response = client.patch(
            "/api/me",
            headers=bob.headers,
            json={"username": "ADA", "bio": "I am Ada", "current_password": bob.password},
        )
        assert fields_at_fault(response, 409) == {"username"}


def test_keeping_ones_own_name_is_no_conflict(client: FlaskClient, ada: Somebody) -> None:
    assert data(client.patch("/api/me", headers=ada.headers, json={"username": "ADA"}))["username"] == "ada"


def test_a_deleted_person_leaves_nothing_behind(
    client: FlaskClient, services: Services, ada: Somebody, bob: Somebody, engine: Engine
) -> None:
    theirs, mine = publish(client, bob), publish(client, ada)
    for reader in (ada, bob):
        for post_id in (theirs, mine):
            client.post(f"/api/posts/{post_id}/likes", headers=reader.headers)
            client.post(f"/api/posts/{post_id}/comments", headers=reader.headers, json={"body": "x"})
    client.post("/api/users/ada/followers", headers=bob.headers)
    client.post("/api/users/bob/followers", headers=ada.headers)
    data(client.get("/api/posts?limit=10"))
    services.grace.delete("ada", now=True)
    db.session.remove()
    problem(client.get("/api/users/ada"), 404)
    problem(client.get(f"/api/posts/{mine}"), 404)
    problem(client.get("/api/me", headers=ada.headers), 401)
    assert [post["id"] for post in data(client.get("/api/posts"))["items"]] == [theirs]
    post = data(client.get(f"/api/posts/{theirs}"))
    assert (post["likes_count"], post["comments_count"]) == (1, 1)
    left = data(client.get("/api/me", headers=bob.headers))
    assert (left["followers_count"], left["following_count"]) == (0, 0)
    assert not [row for rows in contents(engine).values() for row in rows if re.search(r"\bada\b", row)]


def test_nobody_of_that_name_is_not_found(client: FlaskClient, people: Callable[..., Somebody]) -> None:
    headers = people("ada").headers
    for call in (client.get, client.post, client.delete):
        suffix = "" if call == client.get else "/followers"
        problem(call("/api/users/nobody" + suffix, headers=headers), 404)
