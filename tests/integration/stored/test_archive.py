"""Importing and exporting whole communities."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp.models import Base
from tests.integration.stored.community import COMMUNITY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from tests.support.people import Somebody


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
            if name not in {"outbox", "tokens", "cache_histories"}
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
    assert (first["body"], first["likes_count"], first["comments_count"]) == ("Grüße #Grüße #tag", 1, 2)
    assert (second["author"]["username"], second["author"]["display_name"]) == ("bob", "bob")
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
    native = client.post("/api/posts", headers=dan.headers, json={"body": "written here", "language": "nl"}).get_json()[
        "id"
    ]
    client.patch(f"/api/posts/{native}", headers=dan.headers, json={"body": "and edited"})
    client.post(
        f"/api/posts/{native}/comments", headers=dan.headers, json={"body": "line\nbreak", "language": "sr-Latn"}
    )
    assert run(app, "export", tmp_path / "one.jsonl").exit_code == 0
    assert (tmp_path / "one.jsonl").read_text().count('"language":') == 2
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
    ('{"type": "post", "id": "9", "author": "ada", "body": "x", "created_at": "9999-12-31T23:59:59Z"}', "future"),
    ('{"type": "post", "id": "9", "author": "ada", "body": "x", "created_at": "0001-01-01T00:00:00+14:00"}', "exist"),
    ('{"type": "user", "username": "eve", "created_at": "-0044-03-15T12:00:00Z"}', "created_at is not a time"),
    ('{"type": "like", "post": "7", "user": "ada", "created_at": "12026-01-01T00:00:00Z"}', "created_at is not a time"),
    (
        (
            '{"type": "post", "id": "9", "author": "ada", "body": "x", "created_at": "2018-09-03T10:00:00Z", '
            '"edited_at": "2018-09-03T09:59:59.999999Z"}'
        ),
        "edited_at is before created_at",
    ),
    (
        (
            '{"type": "post", "id": "9", "author": "ada", "body": "x", "created_at": "2018-09-03T10:00:00Z", '
            '"edited_at": "2018-09-03T11:00:00+02:00"}'
        ),
        "edited_at is before created_at",
    ),
    ('{"type": "post", "id": "9", "author": "ada", "body": "x", "edited_at": "2018-09-03T10:00:00Z"}', "edited_at is"),
    ('{"type": "post", "id": "9", "author": "ada", "body": "x", "language": "german"}', "language must be"),
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


BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    "pack",
    [
        lambda parts: b"".join(BOM + part for part in parts),
        lambda parts: b"".join(gzip.compress(BOM + part) for part in parts),
        lambda parts: gzip.compress(b"".join(BOM + part for part in parts)),
        lambda parts: gzip.compress(BOM) + b"".join(gzip.compress(BOM + part) for part in parts) + gzip.compress(BOM),
        lambda parts: (BOM + BOM).join([b"", BOM + b"\n", *parts]),
    ],
)
def test_files_with_a_byte_order_mark_can_be_put_one_after_the_other(
    app: Flask, engine: Engine, tmp_path: Path, pack: Callable[[list[bytes]], bytes]
) -> None:
    lines = [json.dumps(line).encode() + b"\n" for line in COMMUNITY]
    (tmp_path / "many.jsonl").write_bytes(pack([b"".join(lines[:2]), b"".join(lines[2:4]), b"".join(lines[4:])]))
    done = run(app, "import", tmp_path / "many.jsonl")
    assert (done.exit_code, "0 bad" in done.output) == (0, True), done.output
    assert len(rows(engine)["posts"]) == 2


def test_a_mark_within_a_text_is_part_of_it(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    run(app, "import", write(tmp_path / "all.jsonl", [*COMMUNITY[:2], {**COMMUNITY[2], "body": "a\ufeffb"}]))
    assert client.get("/api/posts").get_json()["items"][0]["body"] == "a\ufeffb"


ODD_TIMES = [
    ("infinity", None),
    ("-infinity", None),
    ("294276-12-31 23:59:59.999999+00", None),
    ("12026-01-01 00:00:00+00", None),
    ("9999-12-31 23:59:59+00", None),
    ("4713-01-02 00:00:00+00 BC", None),
    ("0001-01-01 00:00:00+00", None),
    ("2018-09-03 10:00:00+00", "2018-09-03 09:00:00+00"),
    ("2018-09-03 10:00:00+00", "-infinity"),
    ("2018-09-03 10:00:00+00", "infinity"),
]


@pytest.mark.parametrize(("created", "edited"), ODD_TIMES)
def test_whatever_time_the_database_has_an_import_reads_what_the_export_wrote(
    app: Flask, engine: Engine, people: Callable[..., Somebody], tmp_path: Path, created: str, edited: str | None
) -> None:
    people("ada")
    with engine.begin() as connection:
        for statement in (
            "UPDATE users SET created_at = :created",
            "INSERT INTO posts (author_id, body, created_at, edited_at) SELECT id, 'odd', :created, :edited FROM users",
            "INSERT INTO post_counters (post_id, likes, comments) SELECT id, 1, 1 FROM posts",
            (
                "INSERT INTO comments (post_id, author_id, body, created_at, edited_at) "
                "SELECT posts.id, author_id, 'odd', :created, :edited FROM posts"
            ),
            "INSERT INTO likes (post_id, user_id, created_at) SELECT posts.id, author_id, :created FROM posts",
            "INSERT INTO bookmarks (post_id, user_id, created_at) SELECT posts.id, author_id, :created FROM posts",
        ):
            connection.execute(text(statement), {"created": created, "edited": edited})
    assert run(app, "export", tmp_path / "one.jsonl").exit_code == 0
    again = run(app, "import", tmp_path / "one.jsonl")
    assert again.exit_code == 0, again.output
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM posts")) == 1, "known by its id"
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(Base.metadata.tables)} RESTART IDENTITY CASCADE"))
    brought = run(app, "import", tmp_path / "one.jsonl")
    assert brought.exit_code == 0, brought.output
    assert run(app, "export", tmp_path / "two.jsonl").exit_code == 0
    assert (tmp_path / "two.jsonl").read_bytes() == (tmp_path / "one.jsonl").read_bytes()


def test_a_leap_second_comes_in(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    leap = {"created_at": "2016-12-31T23:59:60Z", "edited_at": "2017-01-01T01:00:00+01:00"}
    assert run(app, "import", write(tmp_path / "all.jsonl", [COMMUNITY[0], {**COMMUNITY[2], **leap}])).exit_code == 0
    assert client.get("/api/posts").get_json()["items"][0]["created_at"].startswith("2017-01-01T00:00:00")


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
    assert [run(app, "counts", each).exit_code for each in ("check", "repair", "check")] == [1, 0, 0]
    assert client.get("/api/posts").get_json()["items"][1]["likes_count"] == 1
