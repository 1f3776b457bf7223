from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.api.calls import data, links, nothing_changes, problem

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from tests.support.people import Somebody


def test_liking_twice_counts_once(client: FlaskClient, bob: Somebody, post_id: str) -> None:
    address = f"/api/posts/{post_id}/likes"
    first, second = (client.post(address, headers=bob.headers) for _ in range(2))
    assert data(first, 201) == data(second, 200) == {"liked": True, "likes_count": 1}
    assert data(client.get(f"/api/posts/{post_id}"))["likes_count"] == 1


def test_unliking_twice_counts_once(client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str) -> None:
    address = f"/api/posts/{post_id}/likes"
    for liker in (ada, bob):
        client.post(address, headers=liker.headers)
    for _ in range(2):
        assert data(client.delete(address, headers=bob.headers)) == {"liked": False, "likes_count": 1}


def test_a_post_says_to_each_reader_whether_they_like_it(
    client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str
) -> None:
    for _ in range(2):
        seen = [data(client.get(f"/api/posts/{post_id}", headers=each.headers))["liked"] for each in (ada, bob)]
        assert seen == [False, False]
    client.post(f"/api/posts/{post_id}/likes", headers=bob.headers)
    for address in (f"/api/posts/{post_id}", "/api/posts?feed=public"):
        found = [data(client.get(address, headers=headers)) for headers in (ada.headers, bob.headers, {})]
        likes = [(post.get("items") or [post])[0]["liked"] for post in found]
        assert likes == [False, True, None]


def test_who_likes_a_post_is_listed_the_latest_first(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody, post_id: str
) -> None:
    address = f"/api/posts/{post_id}/likes"
    for liker in (bob, ada, cyd):
        client.post(address, headers=liker.headers)
    likers = [
        {"id": "3", "username": "cyd", "display_name": "cyd", "avatar": None},
        {"id": "1", "username": "ada", "display_name": "Ada Lovelace", "avatar": None},
    ]
    first = client.get(address + "?limit=2")
    assert data(first)["items"] == likers
    rest = client.get(links(first)["next"])
    assert [each["username"] for each in data(rest)["items"]] == ["bob"]
    assert data(rest)["next_cursor"] is None
    assert data(client.get(links(rest)["prev"]))["items"] == likers


def test_a_list_of_nobody_is_empty(client: FlaskClient, post_id: str) -> None:
    page = data(client.get(f"/api/posts/{post_id}/likes"))
    assert (page["items"], page["next_cursor"]) == ([], None)


def test_liking_needs_a_token_and_a_post(client: FlaskClient, ada: Somebody, post_id: str, engine: Engine) -> None:
    with nothing_changes(engine):
        for call in (client.post, client.delete):
            problem(call(f"/api/posts/{post_id}/likes"), 401)
            problem(call("/api/posts/999/likes", headers=ada.headers), 404)
        problem(client.get("/api/posts/999/likes"), 404)


def test_likes_go_with_their_post(client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str) -> None:
    client.post(f"/api/posts/{post_id}/likes", headers=bob.headers)
    data(client.get(f"/api/posts/{post_id}/likes"))
    client.delete(f"/api/posts/{post_id}", headers=ada.headers)
    problem(client.get(f"/api/posts/{post_id}/likes"), 404)
    problem(client.post(f"/api/posts/{post_id}/likes", headers=bob.headers), 404)
    problem(client.delete(f"/api/posts/{post_id}/likes", headers=bob.headers), 404)
