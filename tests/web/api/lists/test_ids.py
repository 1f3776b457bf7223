"""What is known by its id: people whatever they are called, several posts at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.costs import Cost, cost_of
from tests.web.api.calls import comment, data, fields_at_fault, problem, publish

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.support.people import Somebody

AGAIN = Cost(redis_trips=1, sql_statements=0)


def test_an_id_leads_to_somebody_whatever_they_are_called(client: FlaskClient, ada: Somebody) -> None:
    user = data(client.get("/api/users/ada"))
    renamed = {"username": "countess", "current_password": "a good password"}
    data(client.patch("/api/me", headers=ada.headers, json=renamed))
    found = data(client.get(f"/api/users/by-id/{user['id']}"))
    assert found == {**user, "username": "countess"}


def test_an_id_of_nobody_is_not_found(client: FlaskClient, ada: Somebody) -> None:
    for id_ in ("9", "0", "x", "1x", "9" * 30):
        problem(client.get(f"/api/users/by-id/{id_}"), 404)


def test_who_follows_is_seen_by_id_as_well(client: FlaskClient, ada: Somebody, bob: Somebody) -> None:
    client.post("/api/users/ada/followers", headers=bob.headers)
    for address in ("/api/users/ada", "/api/users/by-id/1"):
        assert data(client.get(address, headers=bob.headers))["following"] is True


@pytest.mark.parametrize("signed_in", [False, True], ids=["anonymous", "signed in"])
def test_posts_are_given_by_id_as_asked_without_unknown_ones(
    client: FlaskClient, ada: Somebody, bob: Somebody, *, signed_in: bool
) -> None:
    first, second, third = [publish(client, who) for who in (ada, bob, ada)]
    client.post(f"/api/posts/{first}/likes", headers=bob.headers)
    client.delete(f"/api/posts/{second}", headers=bob.headers)
    headers = bob.headers if signed_in else {}
    page = data(client.get(f"/api/posts?ids={third},99,{second},x, {first},{third},", headers=headers))
    assert [each["id"] for each in page["items"]] == [third, first]
    assert page["items"] == [data(client.get(f"/api/posts/{id_}", headers=headers)) for id_ in (third, first)]
    assert (page["next_cursor"], page["prev_cursor"]) == (None, None)


def test_a_hundred_ids_at_most_and_no_other_parameter(client: FlaskClient, ada: Somebody) -> None:
    ids = ",".join(str(number) for number in range(1, 101))
    assert data(client.get(f"/api/posts?ids={ids}"))["items"] == []
    assert fields_at_fault(client.get(f"/api/posts?ids={ids},101"), 400) == {"ids"}
    for other in ("feed=public", "username=ada", "limit=5", "cursor=x"):
        assert fields_at_fault(client.get(f"/api/posts?ids=1&{other}"), 400) == {other.partition("=")[0]}
    assert data(client.get("/api/posts?ids="))["items"] == []


@pytest.mark.parametrize("signed_in", [False, True], ids=["anonymous", "signed in"])
@pytest.mark.parametrize("address", ["/api/users/by-id/1", "/api/posts?ids=2,1", "/api/users?ids=1,2"])
def test_a_warm_read_by_id_is_one_trip_and_no_statement(
    client: FlaskClient, ada: Somebody, bob: Somebody, address: str, *, signed_in: bool
) -> None:
    publish(client, ada)
    publish(client, bob)
    headers = ada.headers if signed_in else {}
    answers = [client.get(address, headers=headers) for _ in range(3)]
    assert cost_of(answers[-1]) == AGAIN
    assert len({each.text for each in answers}) == 1


def test_a_version_is_what_the_etag_begins_with(client: FlaskClient, ada: Somebody, post_id: str) -> None:
    address = f"/api/posts/{post_id}"
    client.post(f"{address}/comments", headers=ada.headers, json={"body": "one"})
    for each in (address, f"{address}/comments/1"):
        shown = client.get(each)
        version = data(shown)["version"]
        assert shown.headers["ETag"].startswith(f'"{version}.')
        edited = client.patch(each, headers={**ada.headers, "If-Match": f'"{version}"'}, json={"body": "two"})
        assert data(edited)["version"] != version
        assert data(client.get(each))["version"] == data(edited)["version"]
    assert data(client.get(f"{address}/comments"))["items"][0]["version"] == data(edited)["version"]


def test_options_says_what_may_be_sent(client: FlaskClient, world: Somebody) -> None:
    allowed = {
        "/api/posts/1": {"GET", "HEAD", "PATCH", "DELETE", "OPTIONS"},
        "/api/posts/1/comments/1": {"GET", "HEAD", "PATCH", "DELETE", "OPTIONS"},
        "/api/me": {"GET", "HEAD", "PATCH", "DELETE", "OPTIONS"},
        "/api/posts": {"GET", "HEAD", "POST", "OPTIONS"},
    }
    for address, methods in allowed.items():
        answer = client.options(address)
        assert (answer.status_code, answer.data) == (200, b"")
        assert set(answer.headers["Allow"].split(", ")) == methods
        assert answer.headers.get("Accept-Patch") == ("application/json" if "PATCH" in methods else None)


@pytest.mark.parametrize("signed_in", [False, True], ids=["anonymous", "signed in"])
def test_comments_under_any_posts_are_given_by_id(
    client: FlaskClient, ada: Somebody, bob: Somebody, *, signed_in: bool
) -> None:
    posts = [publish(client, ada) for _ in range(2)]
    ids = [comment(client, who, post_id) for who, post_id in ((ada, posts[0]), (bob, posts[1]), (bob, posts[0]))]
    client.delete(f"/api/posts/{posts[0]}/comments/{ids[2]}", headers=bob.headers)
    headers = bob.headers if signed_in else {}
    page = data(client.get(f"/api/comments?ids={ids[1]},{ids[2]},x,{ids[0]},99,{ids[1]}", headers=headers))
    alone = [(posts[1], ids[1]), (posts[0], ids[0])]
    assert page["items"] == [
        data(client.get(f"/api/posts/{post_id}/comments/{id_}", headers=headers)) for post_id, id_ in alone
    ]
    assert (page["next_cursor"], page["prev_cursor"]) == (None, None)


def test_a_comment_is_given_by_id_only_to_who_sees_its_post_and_its_author(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody
) -> None:
    limited = {"body": "for followers", "visibility": "followers"}
    post_id = data(client.post("/api/posts", headers=ada.headers, json=limited), 201)["id"]
    client.post("/api/users/ada/followers", headers=bob.headers)
    ids = [comment(client, ada, post_id), comment(client, bob, post_id)]

    def seen(who: Somebody | None) -> list[str]:
        page = data(client.get(f"/api/comments?ids={','.join(ids)}", headers=who.headers if who else {}))
        return [each["id"] for each in page["items"]]

    for _ in range(2):
        assert [seen(None), seen(cyd), seen(bob), seen(ada)] == [[], [], ids, ids]
    client.post("/api/users/bob/blocks", headers=ada.headers)
    assert [seen(bob), seen(ada)] == [[], [ids[0]]]


@pytest.mark.parametrize("signed_in", [False, True], ids=["anonymous", "signed in"])
def test_people_are_given_by_id_as_their_profiles(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody, *, signed_in: bool
) -> None:
    client.post("/api/users/ada/followers", headers=bob.headers)
    client.post("/api/users/ada/blocks", headers=cyd.headers)
    headers = bob.headers if signed_in else {}
    page = data(client.get("/api/users?ids=2,9,1,x,2", headers=headers))
    assert page["items"] == [data(client.get(f"/api/users/{name}", headers=headers)) for name in ("bob", "ada")]
    assert data(client.get("/api/users?ids=3,1", headers=ada.headers))["items"][0]["username"] == "ada"


@pytest.mark.parametrize("address", ["/api/users", "/api/comments"])
def test_ids_are_required_and_a_hundred_at_most(client: FlaskClient, ada: Somebody, address: str) -> None:
    assert fields_at_fault(client.get(address), 400) == {"ids"}
    many = ",".join(str(number) for number in range(1, 102))
    assert fields_at_fault(client.get(f"{address}?ids={many}"), 400) == {"ids"}
