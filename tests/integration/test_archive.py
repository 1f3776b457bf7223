"""Importing and exporting whole communities."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp.models import Base

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result
    from conftest import Somebody
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

COMMUNITY: list[dict[str, Any]] = [
    {"type": "user", "username": "ada", "display_name": "Ada", "bio": "…", "created_at": "2018-09-02T10:00:00Z"},
    {"type": "user", "username": "Bob", "created_at": "2018-09-02T10:00:00.5Z"},
    {"type": "post", "id": "7", "author": "ada", "body": "Grüße", "created_at": "2018-09-03T10:00:00Z"},
    {"type": "post", "id": "8", "author": "bob", "body": "same time", "created_at": "2018-09-03T10:00:00Z"},
    {"type": "comment", "post": "7", "author": "bob", "body": "hello", "created_at": "2018-09-03T11:00:00Z"},
    {"type": "like", "post": "7", "user": "bob", "created_at": "2018-09-03T12:00:00Z"},
    {"type": "follow", "follower": "bob", "followee": "ada", "created_at": "2018-09-03T13:00:00Z"},
]


def write(path: Path, lines: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def run(app: Flask, *args: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=[str(arg) for arg in args])


def rows(engine: Engine) -> dict[str, Any]:
    with engine.connect() as connection:
        return {
            name: sorted(map(str, connection.execute(Base.metadata.tables[name].select())))
            for name in Base.metadata.tables
            if name not in {"outbox", "tokens"}
        }


def test_what_is_imported_shows_in_feeds_that_were_cached(
    app: Flask, client: FlaskClient, people: Callable[..., Somebody], tmp_path: Path
) -> None:
    cyd = people("cyd")
    assert client.get("/api/posts").get_json()["items"] == []
    assert client.get("/api/posts", headers=cyd.headers).get_json()["items"] == []
    assert client.get("/api/users/ada").status_code == 404
    assert run(app, "import", write(tmp_path / "all.jsonl", COMMUNITY)).exit_code == 0
    second, first = client.get("/api/posts").get_json()["items"]
    assert (first["body"], first["likes_count"], first["comments_count"]) == ("Grüße", 1, 1)
    assert second["author"] == {"username": "bob", "display_name": "bob"}
    assert client.get("/api/users/ada").get_json()["followers_count"] == 1
    assert run(app, "counts", "check").exit_code == 0


def test_a_second_import_changes_nothing(app: Flask, engine: Engine, tmp_path: Path) -> None:
    archive = write(tmp_path / "all.jsonl", COMMUNITY)
    run(app, "import", archive)
    before = rows(engine)
    assert run(app, "import", archive).exit_code == 0
    assert rows(engine) == before


def test_an_export_imported_elsewhere_exports_the_same_bytes(
    app: Flask, client: FlaskClient, engine: Engine, people: Callable[..., Somebody], tmp_path: Path
) -> None:
    run(app, "import", write(tmp_path / "all.jsonl", COMMUNITY))
    dan = people("dan")
    native = client.post("/api/posts", headers=dan.headers, json={"body": "written here"}).get_json()["id"]
    client.patch(f"/api/posts/{native}", headers=dan.headers, json={"body": "and edited"})
    client.post(f"/api/posts/{native}/comments", headers=dan.headers, json={"body": "line\nbreak"})
    assert run(app, "export", tmp_path / "one.jsonl").exit_code == 0
    before = rows(engine)
    assert run(app, "import", tmp_path / "one.jsonl").exit_code == 0
    assert rows(engine) == before
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(Base.metadata.tables)} RESTART IDENTITY CASCADE"))
    assert run(app, "import", tmp_path / "one.jsonl").exit_code == 0
    assert run(app, "export", tmp_path / "two.jsonl.gz").exit_code == 0
    assert gzip.decompress((tmp_path / "two.jsonl.gz").read_bytes()) == (tmp_path / "one.jsonl").read_bytes()


BAD = [
    ("{", "JSON"),
    ("[]", "object"),
    ('{"type": "planet"}', "type"),
    ('{"type": "user"}', "username"),
    ('{"type": "user", "username": "a b"}', "username"),
    ('{"type": "post", "id": "9", "author": "nobody", "body": "x"}', "nobody"),
    ('{"type": "post", "id": "9", "author": "ada", "body": " "}', "body"),
    ('{"type": "post", "id": "9", "author": "ada", "body": "a\\u0000b"}', "body"),
    ('{"type": "post", "id": "9", "author": "ada", "body": "\\ud800"}', ""),
    ('{"type": "post", "id": "9", "author": "ada", "body": "x", "created_at": "yesterday"}', "created_at"),
    ('{"type": "like", "post": "99", "user": "ada"}', "99"),
    ('{"type": "follow", "follower": "ada", "followee": "ada"}', "themselves"),
]


@pytest.mark.parametrize(("line", "reason"), BAD)
def test_a_bad_line_is_named_and_the_rest_comes_in(
    app: Flask, client: FlaskClient, tmp_path: Path, line: str, reason: str
) -> None:
    archive = write(tmp_path / "all.jsonl", COMMUNITY)
    good = archive.read_text().splitlines(keepends=True)
    archive.write_text("".join([*good[:3], line + "\n", *good[3:]]))
    result = run(app, "import", archive)
    assert result.exit_code == 1
    (named,) = [each for each in result.output.splitlines() if f"{archive}:4:" in each]
    assert reason in named
    assert len(client.get("/api/posts").get_json()["items"]) == 2
    assert run(app, "counts", "check").exit_code == 0


def test_a_gzip_that_breaks_off_keeps_what_came_before(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    many = [{"type": "user", "username": f"user_{number}"} for number in range(20_000)]
    broken = tmp_path / "broken.jsonl.gz"
    whole = gzip.compress("".join(json.dumps(line) + "\n" for line in COMMUNITY + many).encode())
    broken.write_bytes(whole[: len(whole) // 2])
    assert run(app, "import", broken).exit_code == 1
    assert len(client.get("/api/posts").get_json()["items"]) == 2


@pytest.mark.parametrize(
    "drift", ["UPDATE post_counters SET likes = 5", "DELETE FROM post_counters", "DELETE FROM user_counters"]
)
def test_counts_that_drifted_or_are_missing_are_found_and_repaired(
    app: Flask, client: FlaskClient, engine: Engine, tmp_path: Path, drift: str
) -> None:
    run(app, "import", write(tmp_path / "all.jsonl", COMMUNITY))
    assert client.get("/api/posts").get_json()["items"][1]["likes_count"] == 1
    with engine.begin() as connection:
        connection.execute(text(drift))
    assert run(app, "cache", "clear").exit_code == 0
    assert client.get("/api/posts").status_code == 200
    assert run(app, "counts", "check").exit_code == 1
    assert run(app, "counts", "repair").exit_code == 0
    assert run(app, "counts", "check").exit_code == 0
    assert client.get("/api/posts").get_json()["items"][1]["likes_count"] == 1
