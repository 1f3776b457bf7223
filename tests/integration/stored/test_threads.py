"""Threads in archives: what answers what is kept, and found in archives that do not say it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.integration.stored.test_archive import run, write

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

AT = "2018-09-03T1{}:00:00Z"
WHO = [{"type": "user", "username": name} for name in ("ada", "bob", "cyd")]
POST = {"type": "post", "id": "7", "author": "ada", "body": "text", "created_at": AT.format(0)}


def line(author: str, body: str, hour: int, **more: Any) -> dict[str, Any]:
    return {
        "type": "comment", "post": "7", "author": author, "body": body, "created_at": AT.format(hour), **more
    }  # fmt: skip


def shown(client: FlaskClient) -> list[tuple[str, str | None]]:
    items = client.get("/api/posts/1/comments").get_json()["items"]
    bodies = {each["id"]: each["body"] for each in items}
    assert [each["replies_count"] for each in items] == [
        sum(1 for other in items if other["in_reply_to"] == each["id"]) for each in items
    ]
    return [(each["body"], bodies.get(each["in_reply_to"])) for each in items]


def test_a_comment_that_begins_with_what_somebody_is_called_answers_them(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    """As on sites where names have gaps, and are written without them, or only begun, after an @."""
    who = {"robert_1": "Robert Cartaino", "roberta_2": "Roberta", "zoe_3": "Zoë Q. Müller", "li_4": "李", "al_5": "Al"}
    people = [{"type": "user", "username": name, "display_name": called} for name, called in who.items()]
    lines = [
        *(line(name, f"of {name}", number) for number, name in enumerate(who, 1)),
        *(
            line("al_5", "@RobertCartaino: one", 6),
            line("al_5", "@robert - two", 6),
            line("al_5", "@ZoëQMüller three", 6),
        ),
        *(line("robert_1", "@李 four", 7), line("robert_1", "@Al five", 7), line("robert_1", "@Ro six", 7)),
        *(line("robert_1", "@Zo\u00eb\u2019s seven", 7), line("al_5", "@zoe_3 eight", 8)),
    ]
    first = [*WHO, POST, *people, *lines]
    expected = [
        *((f"of {name}", None) for name in who),
        *(
            ("@RobertCartaino: one", "of robert_1"),
            ("@robert - two", "of roberta_2"),
            ("@ZoëQMüller three", "of zoe_3"),
        ),
        *(("@李 four", "of li_4"), ("@Al five", None), ("@Ro six", None), ("@Zo\u00eb\u2019s seven", None)),
        ("@zoe_3 eight", "of zoe_3"),
    ]
    for batches in (first, [line("cyd", "@RobertCar later", 9)]):  # what is answered is in this batch, or was there
        done = run(app, "import", write(tmp_path / "archive.jsonl", batches))
        assert done.exit_code == 0, done.output
    expected.append(("@RobertCar later", "@Zo\u00eb\u2019s seven"))
    assert sorted(shown(client)) == sorted(expected)


def test_a_comment_that_begins_with_a_name_answers_that_persons_last_one_before_it(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    lines = [
        *(*WHO, POST, line("bob", "one", 1), line("bob", "two", 2), line("cyd", "@Bob, three", 3)),
        *(line("bob", "@cyd four", 4), line("bob", "so @cyd five", 5), line("ada", "@bobby six", 6)),
        *(line("cyd", "@ada seven", 5), line("cyd", "@bob eight", 8, in_reply_to="")),
        line("ada", "nine", 9, in_reply_to="bob", answers_at=AT.format(1)),
    ]
    expected = [
        *(("one", None), ("nine", "one"), ("two", None), ("@Bob, three", "two"), ("@cyd four", "@Bob, three")),
        *(("@ada seven", None), ("so @cyd five", None), ("@bobby six", None), ("@bob eight", None)),
    ]
    path = write(tmp_path / "whole.jsonl", lines)
    assert run(app, "import", path).exit_code == 0
    assert sorted(shown(client)) == sorted(expected)
    assert run(app, "import", path).exit_code == 0
    assert sorted(shown(client)) == sorted(expected), "a second time changes nothing"
    assert run(app, "counts", "check").exit_code == 0


def test_what_a_batch_answers_may_have_come_in_another(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    for number, lines in enumerate(([*WHO, POST, line("bob", "one", 1)], [line("cyd", "@bob two", 2)])):
        assert run(app, "import", write(tmp_path / f"{number}.jsonl", lines)).exit_code == 0
    assert shown(client) == [("one", None), ("@bob two", "one")]


def test_an_export_says_what_answers_what_and_who_likes_which_comment(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    lines = [
        *(*WHO, POST, line("bob", "@ada one", 1), line("cyd", "@bob two", 2)),
        {"type": "comment_like", "post": "7", "author": "bob", "commented_at": AT.format(1), "user": "cyd"},
        {"type": "comment_like", "post": "7", "author": "bob", "commented_at": AT.format(3), "user": "cyd"},
    ]
    done = run(app, "import", write(tmp_path / "whole.jsonl", lines))
    assert 'no comment of "bob"' in done.output
    assert client.get("/api/posts/1/comments/1").get_json()["likes_count"] == 1
    assert run(app, "export", tmp_path / "out.jsonl").exit_code == 0
    out = [json.loads(each) for each in (tmp_path / "out.jsonl").read_text().splitlines()]
    said = {each["body"]: (each["in_reply_to"], each.get("answers_at")) for each in out if each["type"] == "comment"}
    assert said == {"@ada one": ("", None), "@bob two": ("bob", "2018-09-03T11:00:00.000000Z")}
    assert [each["commented_at"] for each in out if each["type"] == "comment_like"] == ["2018-09-03T11:00:00.000000Z"]
