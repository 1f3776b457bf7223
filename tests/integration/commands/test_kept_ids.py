"""Ids and permalinks stay when a community moves to an empty database; what was given out is not given again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp.models import Base

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody


def run(app: Flask, *words: str | Path) -> None:
    done = app.test_cli_runner().invoke(args=[str(word) for word in words])
    assert done.exit_code == 0, done.output


def empty(engine: Engine, services: Services) -> None:
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(Base.metadata.tables)} RESTART IDENTITY CASCADE"))
    services.backend.clear()


Links = dict[str, tuple[int, Any]]


@pytest.fixture
def links(client: FlaskClient, people: Callable[..., Somebody]) -> Callable[[], Links]:
    """Make a community with gaps among its ids; give what its links show."""
    people("gone")
    ada, bob = people("ada"), people("bob")
    posts = [client.post("/api/posts", headers=ada.headers, json={"body": f"post {n}"}).get_json()["id"] for n in "123"]
    client.delete(f"/api/posts/{posts[0]}", headers=ada.headers)
    under = f"/api/posts/{posts[1]}/comments"
    comments = [client.post(under, headers=bob.headers, json={"body": f"yes {n}"}).get_json()["id"] for n in "123"]
    client.delete(f"{under}/{comments[1]}", headers=bob.headers)
    me = client.get("/api/me", headers=bob.headers).get_json()["id"]

    def look() -> Links:
        found = {path: client.get(path) for path in (f"/api/posts/{posts[1]}", f"/api/users/by-id/{me}", under)}
        return {path: (answer.status_code, _known(answer.get_json())) for path, answer in found.items()}

    return look


def _known(answer: dict[str, Any]) -> Any:
    if "items" in answer:
        return [(item["id"], item["body"]) for item in answer["items"]]
    return answer.get("body") or answer.get("username")


def test_links_lead_to_the_same_in_an_empty_database(
    app: Flask, client: FlaskClient, engine: Engine, services: Services, links: Callable[[], Links], tmp_path: Path
) -> None:
    before = links()
    assert {status for status, _ in before.values()} == {200}
    run(app, "export", tmp_path / "all.jsonl")
    empty(engine, services)
    assert {status for status, _ in links().values()} == {404}  # whose absence may be kept now
    run(app, "import", tmp_path / "all.jsonl")
    assert links() == before
    with engine.connect() as connection:
        for table in ("users", "posts", "comments"):
            most = connection.scalar(text(f"SELECT max(id) FROM {table}"))
            following = connection.scalar(text(f"SELECT nextval(pg_get_serial_sequence('{table}', 'id'))"))
            assert following == most + 1


def write(file: Path, *lines: dict[str, Any]) -> Path:
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return file


def test_an_id_that_was_given_out_is_not_given_again(
    app: Flask, client: FlaskClient, people: Callable[..., Somebody], tmp_path: Path
) -> None:
    ada = people("ada")
    gone = int(client.post("/api/posts", headers=ada.headers, json={"body": "deleted"}).get_json()["id"])
    client.delete(f"/api/posts/{gone}", headers=ada.headers)
    archive = write(
        tmp_path / "some.jsonl",
        {"type": "post", "id": "a", "number": gone, "author": "ada", "body": "was given out"},
        {"type": "post", "id": "b", "number": gone + 50, "author": "ada", "body": "is free"},
        {"type": "post", "id": "c", "number": gone + 50, "author": "ada", "body": "is taken by the line before"},
        {"type": "post", "id": f"feedapp-{gone + 40}-1", "author": "ada", "body": "of an older export"},
        {"type": "post", "id": "d", "author": "ada", "body": "has none"},
    )
    absent = (f"/api/posts/{gone + 50}", f"/api/posts/{gone + 50}/comments", f"/api/posts/{gone + 50}/likes")
    for path in absent * 2:
        assert client.get(path).status_code == 404
    run(app, "import", archive)
    for path in absent:
        assert client.get(path).status_code == 200
    found = {item["body"]: int(item["id"]) for item in client.get("/api/posts").get_json()["items"]}
    assert client.get(f"/api/posts/{gone}").status_code == 404
    assert (found["is free"], found["of an older export"]) == (gone + 50, gone + 40)
    assert min(found["was given out"], found["is taken by the line before"], found["has none"]) > gone + 50


def test_ids_below_those_of_the_batch_before_are_kept(
    app: Flask, client: FlaskClient, people: Callable[..., Somebody], tmp_path: Path
) -> None:
    people("ada")
    lines = [{"type": "post", "id": str(n), "number": 5_000 - n, "author": "ada", "body": str(n)} for n in range(1_500)]
    run(app, "import", write(tmp_path / "many.jsonl", *lines))
    assert [client.get(f"/api/posts/{5_000 - n}").get_json()["body"] for n in (0, 999, 1_000, 1_499)] == [
        "0", "999", "1000", "1499",
    ]  # fmt: skip
