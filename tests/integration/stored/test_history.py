"""A community of years, as `flask import` reads it: its threads as they were written, and searches with their answers.

The file is not part of the project. `HISTORY_META` names it: the meta site of History Stack Exchange up to 2018. Posts
are named by their ids there (history.meta.stackexchange.com/q/ID).
"""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.api.calls import data

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from tests.support.copies import Snapshots

FILE = os.environ.get("HISTORY_META", "")
pytestmark = pytest.mark.skipif(not FILE, reason="HISTORY_META names no file")

POSTS = {
    "plagiarism": "471",
    "HOLOCAUST": "3683 3472 3411 3374 3364 2192 504 71",
    "holocaust -wikipedia": "3683 3472 3411 3374 2192 504 71",
    '"holy roman empire"': "2167",
    "byzantine": "3448 3416 200",
    "napoleonic": "2167 2028 328 108 44",
    '"tag synonym"': "2214 2212 2046 205 44",
    '"stack overflow"': "3342 2023 909 567 345 223 187 185",
    "homework question": "2267 2236 1993 567 544",
    '"homework question"': "2267 1993 544",
    "genealogy before:2013-01-01": "334",
    "genealogy after:2013-01-01": "3364 2161 909 404",
    "from:mark_c_wallace_1401 historian": None,
    "sandbox": "3292",
    "soccer": "",
    '"to be or not"': "",
}
"""What is found, the newest first; None for what is only compared with the lines."""
PEOPLE = {
    "kjorling": "michael_kj_rling_251",
    "kjorlnig": "michael_kj_rling_251",
    "\uc6c3": "pekka_260",
    "mark c wallace": "mark_c_wallace_1401",
}
COMMENTS = {"\u7c73\u51ef": "2261", '"holy roman empire"': "143 143", '"godwin\'s law"': "1956 1939"}


@pytest.fixture
def history(app: Flask, snapshots: Snapshots) -> list[dict[str, Any]]:
    """Import it, and give its lines."""

    def make() -> list[dict[str, Any]]:
        done = app.test_cli_runner().invoke(args=["import", FILE])
        assert done.exit_code == 0, done.output
        return [json.loads(line) for line in gzip.decompress(Path(FILE).read_bytes()).splitlines()]

    return snapshots.of("history", make)


@pytest.fixture
def ids(history: list[dict[str, Any]], engine: Engine) -> dict[str, str]:
    """Give the ids of posts there by those that they have here."""
    assert history
    with engine.connect() as connection:
        return {str(id_): name for id_, name in connection.exec_driver_sql("SELECT id, archive_id FROM posts")}


def found(client: FlaskClient, kind: str, asked: str) -> list[dict[str, Any]]:
    answer = data(client.get("/api/search", query_string={"q": asked, "kind": kind, "limit": 100}))
    items: list[dict[str, Any]] = answer["items"]
    return items


@pytest.mark.parametrize("asked", POSTS)
def test_posts(client: FlaskClient, ids: dict[str, str], history: list[dict[str, Any]], asked: str) -> None:
    expected = POSTS[asked]
    if expected is None:
        lines = [each for each in history if each["type"] == "post" and each["author"] == "mark_c_wallace_1401"]
        said = [each for each in lines if "historian" in each["body"].lower()]
        expected = " ".join(each["id"] for each in sorted(said, key=lambda each: each["created_at"], reverse=True))
        assert expected
    assert " ".join(ids[each["id"]] for each in found(client, "posts", asked)) == expected


@pytest.mark.parametrize("asked", PEOPLE)
def test_people(client: FlaskClient, ids: dict[str, str], asked: str) -> None:
    assert ids
    assert found(client, "people", asked)[0]["username"] == PEOPLE[asked]


@pytest.mark.parametrize("asked", COMMENTS)
def test_comments(client: FlaskClient, ids: dict[str, str], asked: str) -> None:
    assert " ".join(ids[each["post_id"]] for each in found(client, "comments", asked)) == COMMENTS[asked]


def test_threads_are_as_they_were_written(history: list[dict[str, Any]], ids: dict[str, str], engine: Engine) -> None:
    """A comment that begins with @ and a name answers the last one before it of whoever is called so."""
    addressed = [each for each in history if each["type"] == "comment" and each["body"].startswith("@")]
    query = (
        "SELECT comments.body, display_name FROM comments "
        "JOIN comments AS answered ON answered.id = comments.in_reply_to "
        "JOIN users ON users.id = answered.author_id"
    )
    with engine.connect() as connection:
        answers = connection.exec_driver_sql(query).all()
    assert ids
    assert len(answers) > 0.8 * len(addressed), "the others call somebody who has written nothing there before"
    for body, name in answers:
        letters = "".join(sign for sign in body[1:60] if sign.isalnum()).lower()
        assert letters[:3] == "".join(sign for sign in name if sign.isalnum()).lower()[:3], (body[:40], name)
