"""Counters that drifted are found by a walk that goes on in any process, and repaired by what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services


def test_a_drifted_counter_is_found_repaired_and_shown_right(
    services: Services, client: FlaskClient, engine: Engine, people: Any
) -> None:
    ada = people("ada")
    client.post("/api/posts", headers=ada.headers, json={"body": "hello #beans"})
    with engine.begin() as connection:
        connection.execute(text("UPDATE post_counters SET likes = 9 WHERE post_id = 1"))
        connection.execute(text("UPDATE user_counters SET followers = 4 WHERE user_id = :id"), {"id": ada.id})
        connection.execute(text("UPDATE tags SET posts = 3 WHERE name = 'beans'"))
    assert client.get("/api/posts/1").get_json()["likes_count"] == 9
    assert sum(services.drift.look() for _ in range(7)) == 3
    assert sorted(services.drift.state()["wrong"]) == [["post", 1], ["tag", 1], ["user", ada.id]]
    assert services.drift.repair() == 3
    assert services.drift.state()["wrong"] == []
    assert client.get("/api/posts/1").get_json()["likes_count"] == 0
    assert sum(services.drift.look() for _ in range(7)) == 0
    assert services.drift.state()["walks"] >= 1
