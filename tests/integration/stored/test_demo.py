"""`flask seed --demo`: the written community, brought in as an archive is, with its pictures."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from PIL import Image
from sqlalchemy import text

from feedapp.models import Base
from feedapp.repositories.transfer.imports import ImportRepository
from feedapp.seeds.written.reading import conversations, people

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

UNTIL = "2026-03-01T12:00:00"
POSTS = conversations()


def demo(app: Flask, *more: str) -> Result:
    return app.test_cli_runner().invoke(args=["seed", "--demo", "--quiet", "--until", UNTIL, *more])


def one(engine: Engine, query: str) -> Any:
    with engine.connect() as connection:
        return connection.scalar(text(query))


def exported(app: Flask, path: Path) -> bytes:
    done = app.test_cli_runner().invoke(args=["export", "--quiet", str(path)])
    assert done.exit_code == 0, done.output
    return path.read_bytes()


def test_all_of_it_comes_in_and_every_counter_is_right(
    app: Flask, client: FlaskClient, engine: Engine, tmp_path: Path
) -> None:
    done = demo(app)
    assert done.exit_code == 0, done.output
    for table, number in (
        ("users", len(people())),
        ("posts", len(POSTS)),
        ("comments", sum(len(post.comments) for post in POSTS)),
        ("comments WHERE in_reply_to IS NOT NULL", sum(c.to is not None for post in POSTS for c in post.comments)),
        ("posts WHERE visibility = 'followers'", sum(post.followers for post in POSTS)),
        ("pictures", sum(len(post.pictures) for post in POSTS)),
        ("users WHERE avatar IS NOT NULL", len(people())),
        ("post_counters WHERE likes > 0", len(POSTS)),
    ):
        assert one(engine, f"SELECT count(*) FROM {table}") == number, table
    checked = app.test_cli_runner().invoke(args=["counts", "check"])
    assert (checked.exit_code, checked.output) == (0, "Every counter is correct.\n")

    name, password = done.output.strip().removeprefix("Log in as ").split(" with the password ")
    token = client.post("/api/tokens", json={"username": name, "password": password}).get_json()["token"]
    home = client.get("/api/posts?feed=home", headers={"Authorization": f"Bearer {token}"}).get_json()["items"]
    assert len(home) == 20
    page = client.get("/public").get_data(as_text=True)
    assert "Six weeks here." in page
    shown = next(post for post in client.get("/api/posts?limit=50").get_json()["items"] if post["media"])
    picture = client.get(shown["media"][0]["url"])
    with Image.open(BytesIO(picture.data)) as drawn:
        assert drawn.size == (960, 640)
    assert shown["media"][0]["alt"].startswith("A drawing of ")

    first = exported(app, tmp_path / "first.jsonl")
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(Base.metadata.tables)} RESTART IDENTITY CASCADE"))
    assert app.test_cli_runner().invoke(args=["import", "--quiet", str(tmp_path / "first.jsonl")]).exit_code == 0
    assert exported(app, tmp_path / "second.jsonl") == first
    assert {orjson.loads(line)["type"] for line in first.splitlines()} >= {"picture", "comment_like", "tag_follow"}


def test_it_comes_once_and_not_where_somebody_is(app: Flask, client: FlaskClient, engine: Engine) -> None:
    client.post("/api/users", json={"username": "hanna", "password": "a good password"})
    done = demo(app, "--if-empty")
    assert (done.exit_code, done.output) == (0, "")
    done = demo(app)
    assert done.exit_code == 1
    assert "somebody is called hanna" in done.output
    assert one(engine, "SELECT count(*) FROM users") == 1


@pytest.mark.parametrize("option", ["--users=5", "--posts=3", "--seed=2"])
def test_numbers_and_a_seed_are_for_communities_that_are_put_together_by_chance(app: Flask, option: str) -> None:
    done = demo(app, option)
    assert done.exit_code == 2
    assert option.partition("=")[0] in done.output


def test_what_breaks_off_leaves_nobody(app: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ImportRepository, "tag_ids", fail)
    assert demo(app).exit_code != 0
    assert one(engine, "SELECT count(*) FROM users") == 0
