"""Pictures in an archive: a copy of a community shows what the original did."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from feedapp.models import Base
from tests.integration.media.samples import form, picture
from tests.web.api.calls import data

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody


def run(app: Flask, *args: str | Path) -> str:
    done = app.test_cli_runner().invoke(args=[str(arg) for arg in args])
    assert done.exit_code == 0, done.output
    return str(done.output)


@pytest.fixture
def post(client: FlaskClient, people: Callable[..., Somebody]) -> dict[str, Any]:
    ada = people("ada")
    data(client.put("/api/me/avatar", headers=ada.headers, **form(picture())))
    sent = [
        data(client.post("/api/media", headers=ada.headers, **form(picture(*args), alt=alt)), 201)
        for alt, args in (("beans", ("JPEG", (900, 600))), ("", ("PNG", (50, 50), (1, 2, 3, 100))))
    ]
    data(client.post("/api/media", headers=ada.headers, **form(picture())), 201)  # in no post yet: it stays here
    wanted = {"body": "text", "media": [each["id"] for each in sent]}
    return data(client.post("/api/posts", headers=ada.headers, json=wanted), 201)


def test_a_copy_has_the_same_pictures_and_exports_the_same_bytes(
    app: Flask, client: FlaskClient, engine: Engine, services: Services, post: dict[str, Any], tmp_path: Path
) -> None:
    run(app, "export", tmp_path / "one.jsonl")
    contents = {name: services.picture_store.read(name) for name in services.picture_store.names()}
    services.picture_store.delete(list(contents))
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(Base.metadata.tables)} RESTART IDENTITY CASCADE"))
    run(app, "import", tmp_path / "one.jsonl")
    run(app, "cache", "clear")
    copied = data(client.get("/api/posts"))["items"][0]
    told = ("alt", "url", "preview_url", "width", "height")
    assert [[each[name] for name in told] for each in copied["media"]] == [
        [each[name] for name in told] for each in post["media"]
    ]
    assert copied["author"]["avatar"] == data(client.get("/api/users/ada"))["avatar"] is not None
    for each in copied["media"]:
        name = urlsplit(each["url"]).path.rpartition("/")[2]
        assert services.picture_store.read(name) == contents[name]
        assert client.get(urlsplit(each["preview_url"]).path).status_code == 200
    run(app, "export", tmp_path / "two.jsonl")
    assert (tmp_path / "two.jsonl").read_bytes() == (tmp_path / "one.jsonl").read_bytes()
    assert "3 already there" in " ".join(run(app, "import", tmp_path / "one.jsonl").split())


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"id": "../../etc/passwd"}, "id must be"),
        ({"content": "?"}, "content is no Base64"),
        ({"content": b64encode(b"<svg/>").decode()}, "content is no JPEG"),
        ({"content": b64encode(picture()[:-40]).decode()}, "content cannot be read"),
        ({"place": 4}, "place must be"),
        ({"place": "1"}, "place must be"),
        ({"alt": "x" * 1501}, "alt must be"),
        ({"owner": "nobody"}, "nobody"),
        ({"post": "99"}, "99"),
    ],
)
def test_a_picture_that_is_wrong_is_said_and_harms_nothing_else(
    app: Flask, client: FlaskClient, post: dict[str, Any], tmp_path: Path, wrong: dict[str, Any], reason: str
) -> None:
    good = {"type": "picture", "id": "c" * 32, "owner": "ada", "content": b64encode(picture("PNG")).decode()}
    lines = [
        {"type": "user", "username": "bob"},
        {"type": "post", "id": "7", "author": "bob", "body": "x"},
        {**good, "post": "7", **wrong},
        {**good, "id": "d" * 32, "post": "7", "place": 1},
    ]
    path = tmp_path / "all.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    done = app.test_cli_runner().invoke(args=["import", str(path)])
    assert done.exit_code == 1
    assert f":3: {reason}" in done.stderr or reason in done.stderr
    latest = next(each for each in data(client.get("/api/posts"))["items"] if each["body"] == "x")
    assert len(latest["media"]) == 1
