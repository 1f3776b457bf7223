from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.lengths import SPAN
from tests.support.costs import cost_of
from tests.web.api.calls import data, links, nothing_changes, problem, publish

if TYPE_CHECKING:
    import pytest
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from tests.support.people import Somebody


def bodies(client: FlaskClient, who: Somebody) -> list[str]:
    found = data(client.get("/api/posts?feed=bookmarks", headers=who.headers))
    return [post["body"] for post in found["items"]]


def test_bookmarking_twice_saves_once_and_so_does_removing(client: FlaskClient, bob: Somebody, post_id: str) -> None:
    address = f"/api/posts/{post_id}/bookmarks"
    first, second = (client.post(address, headers=bob.headers) for _ in range(2))
    assert data(first, 201) == data(second, 200) == {"bookmarked": True}
    for _ in range(2):
        assert data(client.delete(address, headers=bob.headers)) == {"bookmarked": False}


def test_a_post_says_to_each_reader_whether_they_have_bookmarked_it(
    client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str
) -> None:
    for change, expected in (("post", True), ("delete", False), ("post", True)):
        for address in (f"/api/posts/{post_id}", "/api/posts?feed=public", f"/api/posts?ids={post_id}"):
            client.get(address, headers=bob.headers)
        getattr(client, change)(f"/api/posts/{post_id}/bookmarks", headers=bob.headers)
        for address in (f"/api/posts/{post_id}", "/api/posts?feed=public", f"/api/posts?ids={post_id}"):
            found = [data(client.get(address, headers=headers)) for headers in (ada.headers, bob.headers, {})]
            assert [(post.get("items") or [post])[0]["bookmarked"] for post in found] == [False, expected, None]


def test_bookmarks_are_listed_as_they_were_saved_the_last_first(
    client: FlaskClient, ada: Somebody, bob: Somebody
) -> None:
    ids = [publish(client, ada, body) for body in ("one", "two", "three", "four")]
    assert bodies(client, bob) == []
    for number in (1, 3, 0):
        client.post(f"/api/posts/{ids[number]}/bookmarks", headers=bob.headers)
        bodies(client, bob)
    assert bodies(client, bob) == ["one", "four", "two"]
    assert bodies(client, ada) == []
    first = client.get("/api/posts?feed=bookmarks&limit=2", headers=bob.headers)
    rest = client.get(links(first)["next"], headers=bob.headers)
    assert [post["body"] for post in data(rest)["items"]] == ["two"]
    assert data(client.get(links(rest)["prev"], headers=bob.headers))["items"] == data(first)["items"]
    client.patch(f"/api/posts/{ids[3]}", headers=ada.headers, json={"body": "edited"})
    client.delete(f"/api/posts/{ids[0]}", headers=ada.headers)
    assert bodies(client, bob) == ["edited", "two"]
    client.delete(f"/api/posts/{ids[1]}/bookmarks", headers=bob.headers)
    assert bodies(client, bob) == ["edited"]


def test_what_very_many_have_bookmarked_leaves_every_list_when_it_is_deleted(
    client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = publish(client, ada, "kept")
    for who in (ada, bob):
        for each in (kept, post_id):
            client.post(f"/api/posts/{each}/bookmarks", headers=who.headers)
        assert len(bodies(client, who)) == 2
    monkeypatch.setattr("feedapp.services.content.posts.FANOUT", 1)
    client.delete(f"/api/posts/{post_id}", headers=ada.headers)
    for who in (ada, bob):
        page = data(client.get("/api/posts?feed=bookmarks&limit=1", headers=who.headers))
        assert ([post["body"] for post in page["items"]], page["next_cursor"]) == (["kept"], None)


def test_bookmarks_are_nobody_elses(client: FlaskClient, post_id: str, engine: Engine, ada: Somebody) -> None:
    with nothing_changes(engine):
        problem(client.get("/api/posts?feed=bookmarks"), 401)
        problem(client.get("/api/posts?feed=bookmarks&username=ada", headers=ada.headers), 400)
        for call in (client.post, client.delete):
            problem(call(f"/api/posts/{post_id}/bookmarks"), 401)
            problem(call("/api/posts/999/bookmarks", headers=ada.headers), 404)


def test_the_first_sight_of_a_new_post_costs_no_sql_to_somebody_with_bookmarks(
    client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str
) -> None:
    client.post(f"/api/posts/{post_id}/bookmarks", headers=bob.headers)
    client.get("/api/posts?feed=public", headers=bob.headers)
    publish(client, ada, "new")
    client.get("/api/posts?feed=public", headers=ada.headers)
    first_sight = client.get("/api/posts?feed=public", headers=bob.headers)
    assert [post["bookmarked"] for post in first_sight.get_json()["items"]] == [False, True]
    assert cost_of(first_sight).sql_statements == 0


def test_a_post_is_told_by_the_span_that_its_id_is_in(
    client: FlaskClient, ada: Somebody, bob: Somebody, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE posts ALTER COLUMN id RESTART WITH {SPAN - 1}")
    ids = [publish(client, ada, str(number)) for number in range(3)]
    assert ids == [str(SPAN - 1), str(SPAN), str(SPAN + 1)]
    for each in (ids[0], ids[1]):
        client.post(f"/api/posts/{each}/bookmarks", headers=bob.headers)
    seen = data(client.get("/api/posts?feed=public", headers=bob.headers))["items"]
    assert [post["bookmarked"] for post in seen] == [False, True, True]
    client.delete(f"/api/posts/{ids[1]}/bookmarks", headers=bob.headers)
    seen = data(client.get("/api/posts?feed=public", headers=bob.headers))["items"]
    assert [post["bookmarked"] for post in seen] == [False, False, True]
