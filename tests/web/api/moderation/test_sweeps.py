"""All that somebody wrote is deleted in one step, and brought back in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from feedapp.services.moderation import sweeps as module
from tests.web.api.calls import Json, comment, data, problem, publish

if TYPE_CHECKING:
    import pytest
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody

WHY = {"reason": "Advertising."}
ADDRESS = "/api/users/ada/sweep"
NOT_SWEPT = {"swept": False, "reason": None, "until": None, "posts_count": 0, "comments_count": 0, "done": True}


def sweep(client: FlaskClient, mod: Somebody, **more: bool) -> Json:
    return data(client.post(ADDRESS, headers=mod.headers, json={**WHY, **more}), 201)


def written(engine: Engine, number: int) -> None:
    """Let Ada have written so many posts at one moment."""
    with engine.begin() as connection:
        connection.execute(
            text(
                "WITH added AS (INSERT INTO posts (author_id, body) SELECT id, 'Buy beans ' || n FROM users, "
                "generate_series(1, :n) AS n WHERE username = 'ada' RETURNING id), counted AS (INSERT INTO "
                "post_counters (post_id) SELECT id FROM added) UPDATE user_counters SET posts = posts + :n "
                "WHERE user_id = (SELECT id FROM users WHERE username = 'ada')"
            ),
            {"n": number},
        )


def posts(client: FlaskClient, who: Somebody, feed: str = "public") -> list[str]:
    return [each["id"] for each in data(client.get(f"/api/posts?feed={feed}&limit=50", headers=who.headers))["items"]]


def test_three_hundred_posts_are_deleted_and_brought_back_in_one_step_each(
    client: FlaskClient, engine: Engine, ada: Somebody, bob: Somebody, mod: Somebody
) -> None:
    kept = publish(client, bob)
    comment(client, ada, kept)
    written(engine, 300)
    client.post("/api/users/ada/followers", headers=bob.headers)
    assert len(posts(client, bob)) == 50
    stands = sweep(client, mod)
    assert (stands["swept"], stands["posts_count"], stands["comments_count"], stands["done"]) == (True, 300, 1, True)
    for feed in ("public", "home", "user&username=ada"):
        assert posts(client, bob, feed) in ([kept], [])
    profile = data(client.get("/api/users/ada", headers=bob.headers))
    assert profile["posts_count"] == 0
    assert data(client.get("/api/search?q=beans", headers=bob.headers))["items"] == []
    [line] = data(client.get("/api/moderation/log", headers=mod.headers))["items"]
    assert (line["action"], line["subject"]["username"], line["reason"]) == ("sweep", "ada", "Advertising.")
    [told] = data(client.get("/api/notifications?kind=moderation", headers=ada.headers))["items"]
    assert told["kind"] == "moderation"
    assert data(client.delete(ADDRESS, headers=mod.headers)) == NOT_SWEPT
    assert len(posts(client, bob)) == 50
    assert data(client.get("/api/users/ada", headers=bob.headers))["posts_count"] == 300
    assert len(data(client.get(f"/api/posts/{kept}/comments", headers=bob.headers))["items"][0]["body"]) > 0


def test_what_was_hidden_before_stays_hidden_and_what_a_moderator_shows_is_kept(
    client: FlaskClient,
    services: Services,
    ada: Somebody,
    bob: Somebody,
    mod: Somebody,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second, third = (publish(client, ada) for _ in range(3))
    client.post(f"/api/posts/{first}/hiding", headers=mod.headers, json={"reason": "Another."})
    sweep(client, mod)
    client.delete(f"/api/posts/{second}/hiding", headers=mod.headers)
    assert posts(client, bob) == [second]
    client.delete(ADDRESS, headers=mod.headers)
    assert posts(client, bob) == [third, second]
    assert data(client.get(f"/api/posts/{first}", headers=ada.headers))["hidden"] == {"reason": "Another."}
    sweep(client, mod)
    client.delete(f"/api/posts/{second}/hiding", headers=mod.headers)
    monkeypatch.setattr(module, "KEPT", -module.KEPT)
    while services.sweeps.remove_due():
        pass
    assert posts(client, bob) == [second]
    problem(client.get(f"/api/posts/{third}", headers=ada.headers), 404)
    data(client.get(f"/api/posts/{first}", headers=ada.headers))
    assert data(client.delete(ADDRESS, headers=mod.headers)) == NOT_SWEPT
    problem(client.get(f"/api/posts/{third}", headers=ada.headers), 404)


def test_it_is_removed_for_good_after_thirty_days_and_not_before(
    client: FlaskClient, services: Services, engine: Engine, ada: Somebody, bob: Somebody, mod: Somebody
) -> None:
    kept = publish(client, bob)
    comment(client, ada, kept)
    written(engine, 3)
    sweep(client, mod)
    assert services.sweeps.remove_due() == 0
    with engine.begin() as connection:
        connection.execute(text("UPDATE sweeps SET created_at = now() - interval '30 days'"))
    assert services.sweeps.remove_due() == 4
    assert services.sweeps.remove_due() == 0
    with engine.connect() as connection:
        left = [connection.scalar(text(f"SELECT count(*) FROM {each}")) for each in ("posts", "comments", "sweeps")]
        assert left == [1, 0, 1]
        assert connection.scalar(text("SELECT removed_at IS NOT NULL FROM sweeps"))
    assert data(client.get(f"/api/posts/{kept}", headers=bob.headers))["comments_count"] == 0
    assert data(client.get("/api/users/ada"))["posts_count"] == 0


def test_tags_are_swept_and_come_back(client: FlaskClient, ada: Somebody, bob: Somebody, mod: Somebody) -> None:
    def listed() -> list[str]:
        return [each["id"] for each in data(client.get("/api/posts?feed=tag&tag=beans", headers=bob.headers))["items"]]

    made = [
        data(client.post("/api/posts", headers=ada.headers, json={"body": body}), 201)["id"]
        for body in ("Buy #beans and #peas", "Buy #peas or #beans", "Nothing")
    ]
    assert listed() == [made[1], made[0]]
    sweep(client, mod)
    assert listed() == []
    assert data(client.get("/api/tags/beans"))["posts_count"] == 0
    client.delete(ADDRESS, headers=mod.headers)
    assert listed() == [made[1], made[0]]
    assert data(client.get("/api/tags/peas"))["posts_count"] == 2


def test_with_a_suspension_both_end_together(
    client: FlaskClient, ada: Somebody, bob: Somebody, mod: Somebody, post_id: str
) -> None:
    sweep(client, mod, suspend=True)
    assert problem(client.get("/api/me", headers=ada.headers), 403)["code"] == "suspended"
    problem(client.get("/api/users/ada", headers=bob.headers), 404)
    client.delete(ADDRESS, headers=mod.headers)
    data(client.get("/api/me", headers=ada.headers))
    assert posts(client, bob) == [post_id]


def test_a_suspension_from_before_stays(client: FlaskClient, ada: Somebody, mod: Somebody, post_id: str) -> None:
    del post_id
    data(client.post("/api/users/ada/suspension", headers=mod.headers, json={"reason": "Another."}), 201)
    sweep(client, mod, suspend=True)
    client.delete(ADDRESS, headers=mod.headers)
    assert "Another." in problem(client.get("/api/me", headers=ada.headers), 403)["detail"]


def test_reports_of_what_is_swept_are_closed(
    client: FlaskClient, ada: Somebody, bob: Somebody, mod: Somebody, post_id: str
) -> None:
    other = publish(client, bob)
    for each in ({"post_id": post_id}, {"username": "ada"}):
        data(client.post("/api/reports", headers=bob.headers, json={**each, "reason": "spam"}), 201)
    data(client.post("/api/reports", headers=ada.headers, json={"post_id": other, "reason": "spam"}), 201)
    sweep(client, mod)
    left = data(client.get("/api/reports", headers=mod.headers))["items"]
    assert [each["kind"] for each in left] == ["post", "user"]
    [closed] = data(client.get("/api/reports?state=resolved", headers=mod.headers))["items"]
    assert (closed["action"], closed["note"], closed["post_id"]) == ("delete", "Advertising.", post_id)


def test_what_was_interrupted_is_gone_on_with(
    client: FlaskClient,
    services: Services,
    engine: Engine,
    bob: Somebody,
    ada: Somebody,
    mod: Somebody,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del ada
    written(engine, 25)
    monkeypatch.setattr(module, "PORTION", 10)
    monkeypatch.setattr(module, "SECONDS", -1.0)
    assert sweep(client, mod)["done"] is False
    assert len(posts(client, bob)) == 15
    monkeypatch.setattr(module, "SECONDS", 1.0)
    assert services.sweeps.go_on() == 1
    assert services.sweeps.go_on() == 0
    assert posts(client, bob) == []
    monkeypatch.setattr(module, "SECONDS", -1.0)
    client.delete(ADDRESS, headers=mod.headers)
    assert len(posts(client, bob)) == 10
    monkeypatch.setattr(module, "SECONDS", 1.0)
    assert services.sweeps.go_on() == 1
    assert len(posts(client, bob)) == 25


def test_again_it_takes_what_was_written_since(
    client: FlaskClient, ada: Somebody, bob: Somebody, mod: Somebody, post_id: str
) -> None:
    del post_id
    sweep(client, mod)
    publish(client, ada)
    again = data(client.post(ADDRESS, headers=mod.headers, json=WHY), 200)
    assert again["posts_count"] == 2
    assert posts(client, bob) == []


def test_moderators_do_not_sweep_each_other_or_themselves(
    client: FlaskClient, services: Services, ada: Somebody, mod: Somebody
) -> None:
    del ada
    services.roles.assign(username="ada", role="moderator")
    problem(client.post(ADDRESS, headers=mod.headers, json=WHY), 403)
    problem(client.post("/api/users/mod/sweep", headers=mod.headers, json=WHY), 403)
    problem(client.post("/api/users/nobody/sweep", headers=mod.headers, json=WHY), 404)


def test_the_command_does_the_same(app: Flask, client: FlaskClient, bob: Somebody, ada: Somebody, post_id: str) -> None:
    del ada
    run = app.test_cli_runner()
    assert run.invoke(args=["user", "sweep", "ada"]).exit_code != 0
    done = run.invoke(args=["user", "sweep", "ada", "--reason", "Advertising."])
    assert "1 posts and 0 comments of ada are hidden" in done.output
    assert posts(client, bob) == []
    assert "is back" in run.invoke(args=["user", "sweep", "ada", "--undo"]).output
    assert posts(client, bob) == [post_id]
    assert "was not deleted" in run.invoke(args=["user", "sweep", "ada", "--undo"]).output
