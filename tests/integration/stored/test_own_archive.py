"""The archive of one person: all that is theirs and nothing else, at once or, if it is large, a little later."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody


@pytest.fixture
def ada(client: FlaskClient, people: Callable[..., Somebody]) -> Somebody:
    """Ada, who has done one of everything, as has Bob with her."""
    ada, bob, cyd = people("ada"), people("bob"), people("cyd")
    for who, other in ((ada, "bob"), (bob, "ada")):
        post = client.post("/api/posts", headers=who.headers, json={"body": f"of {who.username}"}).get_json()["id"]
        for each in (ada, bob):
            client.post(f"/api/posts/{post}/comments", headers=each.headers, json={"body": f"by {each.username}"})
            client.post(f"/api/posts/{post}/likes", headers=each.headers)
            client.post(f"/api/posts/{post}/bookmarks", headers=each.headers)
        client.post(f"/api/posts/{post}/pin", headers=who.headers)
        client.post(f"/api/users/{other}/followers", headers=who.headers)
        client.post("/api/users/cyd/blocks", headers=who.headers)
        client.post(f"/api/users/{other}/mutes", headers=who.headers)
    del cyd
    return ada


def lines(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(data).splitlines()]


def test_it_has_everything_of_ones_own_and_nothing_of_others(client: FlaskClient, ada: Somebody) -> None:
    answer = client.get("/api/me/export", headers=ada.headers)
    assert (answer.status_code, answer.content_type) == (200, "application/gzip")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ada.jsonl.gz"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    found = lines(answer.data)
    kinds = [each["type"] for each in found]
    assert sorted(kinds) == sorted(
        ["user", "post", *["comment"] * 2, *["like"] * 2, *["bookmark"] * 2, "pin", "follow", "block", "mute"]
    )
    owners = {"author", "user", "follower", "blocker", "muter", "username"}
    assert {value for each in found for name, value in each.items() if name in owners} == {"ada"}


def test_it_can_be_imported_elsewhere(
    app: Flask, client: FlaskClient, ada: Somebody, tmp_path: Path, services: Services
) -> None:
    file = tmp_path / "ada.jsonl.gz"
    file.write_bytes(client.get("/api/me/export", headers=ada.headers).data)
    services.grace.delete("ada", now=True)
    app.test_cli_runner().invoke(args=["import", str(file), "--quiet"])
    assert client.get("/api/users/ada").get_json()["posts_count"] == 1


def test_it_takes_a_token(client: FlaskClient) -> None:
    assert client.get("/api/me/export").status_code == 401


def test_a_large_one_is_made_by_a_job_and_kept_for_a_day(
    client: FlaskClient, ada: Somebody, services: Services, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = client.get("/api/me/export", headers=ada.headers).data
    monkeypatch.setattr("feedapp.services.people.leaving.archives.SMALL", 3)
    monkeypatch.setattr("feedapp.services.people.leaving.archives.PART", 100)
    for _ in range(2):
        answer = client.get("/api/me/export", headers=ada.headers)
        assert (answer.status_code, answer.data) == (202, b"")
        assert (answer.headers["Retry-After"], answer.location) == ("60", "/api/me/export")
    assert services.archives.make() == 1
    assert services.archives.make() == 0
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM personal_archive_parts")) > 1
    for _ in range(2):
        answer = client.get("/api/me/export", headers=ada.headers)
        assert (answer.status_code, answer.data) == (200, whole)
    assert services.archives.clean() == 0
    with engine.begin() as connection:
        connection.execute(text("UPDATE personal_archives SET made_at = made_at - interval '25 hours'"))
    assert client.get("/api/me/export", headers=ada.headers).status_code == 202
    assert services.archives.make() == 1
    with engine.begin() as connection:
        connection.execute(text("UPDATE personal_archives SET made_at = made_at - interval '25 hours'"))
    assert services.archives.clean() == 1
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM personal_archive_parts")) == 0


def test_one_that_was_interrupted_is_made_anew_and_nobody_is_given_a_part(
    client: FlaskClient, ada: Somebody, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = client.get("/api/me/export", headers=ada.headers).data
    monkeypatch.setattr("feedapp.services.people.leaving.archives.SMALL", 3)
    monkeypatch.setattr("feedapp.services.people.leaving.archives.PART", 100)
    client.get("/api/me/export", headers=ada.headers)
    with monkeypatch.context() as patched:
        patched.setattr(services.archives._archives, "finish", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            services.archives.make()
    assert client.get("/api/me/export", headers=ada.headers).status_code == 202
    services.archives.make()
    assert client.get("/api/me/export", headers=ada.headers).data == whole


def _interrupted(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_page_has_it_too(app: Flask, ada: Somebody, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    here = Browser(app, ada.session)
    assert "/settings/archive" in here.get("/settings").text
    assert here.get("/settings/archive").status_code == 200
    assert lines(here.post("/settings/archive").data)[0]["username"] == "ada"
    monkeypatch.setattr("feedapp.services.people.leaving.archives.SMALL", 3)
    waiting = here.post("/settings/archive")
    assert (waiting.status_code, "being made" in waiting.text) == (202, True)
    services.archives.make()
    assert "It is ready" in here.get("/settings/archive").text
    assert len(lines(here.post("/settings/archive").data)) == 12


def test_how_often_is_limited(limited_app: Callable[..., Flask], ada: Somebody) -> None:
    client = limited_app(exports="2/hour").test_client()
    for status in (200, 200, 429):
        assert client.get("/api/me/export", headers=ada.headers).status_code == status
