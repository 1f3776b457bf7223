"""/api/changes: what it gives out, and that a transaction which commits late is never skipped."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp.services.content.changes import reading
from tests.support.costs import cost_of
from tests.web.api.calls import data, problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody

Json = dict[str, Any]


@pytest.fixture
def ada(people: Callable[..., Somebody]) -> Somebody:
    return people("ada")


def read(client: FlaskClient, cursor: str | None = None, limit: int = 100) -> tuple[list[Json], str]:
    asked = {"limit": str(limit)} | ({} if cursor is None else {"cursor": cursor})
    answer = data(client.get("/api/changes", query_string=asked))
    assert set(answer) == {"items", "next_cursor"}
    assert answer["next_cursor"]
    return answer["items"], answer["next_cursor"]


def told(items: list[Json]) -> list[tuple[str, str, str]]:
    return [(each["kind"], each["id"], each["change"]) for each in items]


def test_each_write_is_told_once_with_the_version_that_the_thing_has(client: FlaskClient, ada: Somebody) -> None:
    _, start = read(client, "now")
    post = data(client.post("/api/posts", headers=ada.headers, json={"body": "one"}), 201)
    comment = data(client.post(f"/api/posts/{post['id']}/comments", headers=ada.headers, json={"body": "two"}), 201)
    edited = data(client.patch(f"/api/posts/{post['id']}", headers=ada.headers, json={"body": "three"}))
    client.post(f"/api/posts/{post['id']}/likes", headers=ada.headers)
    items, then = read(client, start)
    assert told(items) == [
        ("post", post["id"], "created"),
        ("comment", comment["id"], "created"),
        ("post", post["id"], "edited"),
    ]
    assert [each["version"] for each in items] == [edited["version"], comment["version"], edited["version"]]
    assert items[1]["post_id"] == post["id"]
    assert "post_id" not in items[0]
    assert datetime.fromisoformat(items[0]["at"]) <= datetime.fromisoformat(items[2]["at"])
    client.patch(f"/api/posts/{post['id']}", headers=ada.headers, json={"body": "three"})
    assert read(client, then) == ([], then)
    client.delete(f"/api/posts/{post['id']}", headers=ada.headers)
    items, _ = read(client, then)
    assert ("post", post["id"], "deleted") in told(items)
    assert all("version" not in each for each in items)


def test_of_people_what_others_see_is_told(
    client: FlaskClient, ada: Somebody, people: Callable[..., Somebody], services: Services
) -> None:
    _, start = read(client, "now")
    bob = people("bob")
    client.patch("/api/me", headers=bob.headers, json={"bio": "soup"})
    client.post("/api/users/ada/followers", headers=bob.headers)
    assert told(read(client, start)[0]) == [("user", str(bob.id), "created"), ("user", str(bob.id), "edited")]


def test_who_is_out_of_sight_is_deleted_for_others_and_created_again(
    client: FlaskClient, ada: Somebody, engine: Engine
) -> None:
    _, start = read(client, "now")
    for value in ("now()", "NULL"):
        with engine.begin() as connection:
            connection.execute(text(f"UPDATE users SET suspended_at = {value}, bio = bio || 'x'"))
    assert told(read(client, start)[0]) == [("user", str(ada.id), "deleted"), ("user", str(ada.id), "created")]


def test_without_a_cursor_it_begins_at_the_oldest(client: FlaskClient, ada: Somebody) -> None:
    ids = [data(client.post("/api/posts", headers=ada.headers, json={"body": "x"}), 201)["id"] for _ in range(5)]
    items, cursor = read(client, limit=3)
    assert told(items) == [("user", str(ada.id), "created"), *(("post", each, "created") for each in ids[:2])]
    items, cursor = read(client, cursor, limit=3)
    assert told(items) == [("post", each, "created") for each in ids[2:]]
    assert read(client, cursor) == ([], cursor)


def test_now_begins_at_the_end(client: FlaskClient, ada: Somebody) -> None:
    client.post("/api/posts", headers=ada.headers, json={"body": "before"})
    items, cursor = read(client, "now")
    assert items == []
    post = data(client.post("/api/posts", headers=ada.headers, json={"body": "after"}), 201)
    assert told(read(client, cursor)[0]) == [("post", post["id"], "created")]


ADD = text("INSERT INTO posts (author_id, body) VALUES (:author, :body) RETURNING id")


def test_a_transaction_that_commits_late_is_not_skipped(client: FlaskClient, ada: Somebody, engine: Engine) -> None:
    _, cursor = read(client, "now")
    with engine.begin() as late:
        first = late.scalar(ADD, {"author": ada.id, "body": "began first"})
        with engine.begin() as early:
            second = early.scalar(ADD, {"author": ada.id, "body": "committed first"})
        items, then = read(client, cursor)
        assert items == []  # the second is there, but what comes before it is not yet
    items, _ = read(client, then)
    assert told(items) == [("post", str(first), "created"), ("post", str(second), "created")]


def test_one_that_is_rolled_back_is_never_told(client: FlaskClient, ada: Somebody, engine: Engine) -> None:
    _, cursor = read(client, "now")
    with engine.connect() as connection:
        connection.scalar(ADD, {"author": ada.id, "body": "never"})
        connection.rollback()
    post = data(client.post("/api/posts", headers=ada.headers, json={"body": "after"}), 201)
    assert told(read(client, cursor)[0]) == [("post", post["id"], "created")]


def test_from_now_on_a_transaction_in_hand_is_told_when_it_commits(
    client: FlaskClient, ada: Somebody, engine: Engine
) -> None:
    with engine.begin() as late:
        id_ = late.scalar(ADD, {"author": ada.id, "body": "began before"})
        _, cursor = read(client, "now")
    assert told(read(client, cursor)[0]) == [("post", str(id_), "created")]


def test_what_is_old_is_dropped_and_its_cursors_say_so(
    client: FlaskClient, ada: Somebody, services: Services, engine: Engine
) -> None:
    _, old = read(client, "now")
    for _ in range(3):
        client.post("/api/posts", headers=ada.headers, json={"body": "old"})
    _, middle = read(client, old, limit=1)
    with engine.begin() as connection:
        connection.execute(text("UPDATE changes SET at = at - interval '31 days'"))
    recent = data(client.post("/api/posts", headers=ada.headers, json={"body": "recent"}), 201)
    assert services.changes.clean() == 4  # and that ada came
    for cursor in (old, middle):
        answer = problem(client.get("/api/changes", query_string={"cursor": cursor}), 410)
        assert answer["code"] == "cursor_expired"
        assert "cursor=now" in answer["detail"]
    items, _ = read(client)
    assert told(items) == [("post", recent["id"], "created")]
    assert services.changes.clean() == 0


def test_no_more_than_so_many_are_kept(
    client: FlaskClient, ada: Somebody, services: Services, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        client.post("/api/posts", headers=ada.headers, json={"body": "x"})
    with engine.begin() as connection:
        connection.execute(text("ANALYZE changes"))
    monkeypatch.setattr(reading, "MOST", 2)
    assert services.changes.clean() >= 4
    assert len(read(client)[0]) <= 2


def test_what_a_dump_brought_comes_first_and_in_its_order(
    client: FlaskClient, ada: Somebody, services: Services, engine: Engine
) -> None:
    """A dump keeps the numbers of transactions of another server, which may be larger than this one has had yet."""
    ids = [data(client.post("/api/posts", headers=ada.headers, json={"body": "x"}), 201)["id"] for _ in range(3)]
    _, cursor = read(client)
    with engine.begin() as connection:
        connection.execute(text("UPDATE changes SET transaction_id = transaction_id + 1000000000"))
    services.changes.clean()
    new = data(client.post("/api/posts", headers=ada.headers, json={"body": "new"}), 201)["id"]
    assert [each["id"] for each in read(client)[0] if each["kind"] == "post"] == [*ids, new]
    assert told(read(client, cursor)[0]) == [("post", new, "created")]


def test_cursors_of_another_history_have_expired(client: FlaskClient, ada: Somebody, engine: Engine) -> None:
    client.post("/api/posts", headers=ada.headers, json={"body": "x"})
    _, cursor = read(client)
    with engine.begin() as connection:  # as a table that a dump has made anew
        connection.execute(text("TRUNCATE changes"))
    assert problem(client.get("/api/changes", query_string={"cursor": cursor}), 410)["code"] == "cursor_expired"


@pytest.mark.parametrize("cursor", ["", "x", "NOW", "0" * 52, "é"])
def test_other_cursors_are_refused(client: FlaskClient, ada: Somebody, cursor: str) -> None:
    assert problem(client.get("/api/changes", query_string={"cursor": cursor}), 400)["errors"][0]["field"] == "cursor"
    feed = data(client.get("/api/posts"))
    if feed["next_cursor"]:
        problem(client.get("/api/changes", query_string={"cursor": feed["next_cursor"]}), 400)


def test_a_cursor_cannot_be_minted(client: FlaskClient, ada: Somebody) -> None:
    _, cursor = read(client, "now")
    problem(client.get("/api/changes", query_string={"cursor": cursor[:-1] + ("A" if cursor[-1] != "A" else "B")}), 400)


def test_a_bad_token_is_refused(client: FlaskClient) -> None:
    problem(client.get("/api/changes", headers={"Authorization": "Bearer x"}), 401)


def test_seeds_are_not_told(client: FlaskClient, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL feedapp.unrecorded = 'on'"))
        connection.execute(text("INSERT INTO users (username, display_name) VALUES ('seeded', 'Seeded')"))
    assert read(client)[0] == []
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO users (username, display_name) VALUES ('later', 'Later')"))
    assert len(read(client)[0]) == 1


def test_a_read_costs_two_statements_at_any_length(
    client: FlaskClient, ada: Somebody, services: Services, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO posts (author_id, body) SELECT :author, 'x' FROM generate_series(1, 300)"),
            {"author": ada.id},
        )
    answer = client.get("/api/changes?limit=100")
    assert len(answer.get_json()["items"]) == 100
    assert cost_of(answer).sql_statements <= 2
