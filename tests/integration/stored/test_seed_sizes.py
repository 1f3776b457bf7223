"""How large a seeded community may be, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.stored.test_seed import SIZES, UNTIL, forget, one, seed

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine


@pytest.mark.parametrize("sizes", [{"users": 1, "follows": 0}, {"users": 2}])
def test_in_the_smallest_community_somebody_can_log_in(app: Flask, client: FlaskClient, sizes: dict[str, int]) -> None:
    said = seed(app, **{"posts": 0, "comments": 0, "likes": 0, "follows": 2, **sizes}).output.strip()
    name, password = said.removeprefix("Log in as ").split(" with the password ")
    assert client.post("/api/tokens", json={"username": name, "password": password}).status_code == 201


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("9999-12-31", "is in the future"),
        ("9999-12-31T23:59:59-14:00", "does not exist"),
        ("0001-01-01", "is before 0001-01-02"),
        ("0001-01-02T00:00:00", "is too early: a community takes 270 days"),
        ("0000-01-01", "does not exist"),
        ("2016-12-30T23:59:60", "does not exist"),
        ("12026-01-01", "is not a time"),
        ("-0044-03-15", "is not a time"),
        ("infinity", "is not a time"),
    ],
)
def test_a_last_moment_that_no_import_would_read_is_refused_in_a_line(
    app: Flask, engine: Engine, until: str, said: str
) -> None:
    done = app.test_cli_runner().invoke(args=["seed", "--quiet", "--users=2", f"--until={until}"])
    assert (done.exit_code, said in done.output, one(engine, "SELECT count(*) FROM users")) == (2, True, 0), done.output


@pytest.mark.parametrize(
    "until", ["0001-09-30", "2016-12-31T23:59:60Z", "2026-01-01T00:00:00+14:00", "2026-01-01 12:00:00"]
)
def test_what_was_seeded_up_to_any_other_moment_can_be_exported_and_imported(
    app: Flask, engine: Engine, tmp_path: Path, until: str
) -> None:
    runner = app.test_cli_runner()
    done = runner.invoke(args=["seed", "--quiet", "--users=10", "--posts=200", f"--until={until}"])
    assert done.exit_code == 0, done.output
    assert runner.invoke(args=["export", str(tmp_path / "one.jsonl")]).exit_code == 0
    forget(engine)
    brought = runner.invoke(args=["import", str(tmp_path / "one.jsonl")])
    assert brought.exit_code == 0, brought.output
    assert runner.invoke(args=["export", str(tmp_path / "two.jsonl")]).exit_code == 0
    assert (tmp_path / "two.jsonl").read_bytes() == (tmp_path / "one.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ({"users": 2, "likes": 2_000}, "likes"),
        ({"users": 2, "likes": 0, "follows": 3}, "follows"),
        ({"posts": 0, "likes": 0, "comments": 1}, "comments"),
        ({"users": 0}, "--users"),
        ({"posts": -1}, "--posts"),
    ],
)
def test_numbers_that_cannot_go_together_are_refused_and_nothing_comes_in(
    app: Flask, engine: Engine, sizes: dict[str, int], told: str
) -> None:
    done = seed(app, **sizes)
    assert done.exit_code in {1, 2}
    assert told in done.output
    assert one(engine, "SELECT count(*) FROM users") == 0


@pytest.mark.parametrize("sizes", [{"posts": 0, "comments": 0, "likes": 0}, dict.fromkeys(SIZES, 0) | {"users": 1}])
def test_a_community_may_lack_nearly_everything(app: Flask, engine: Engine, sizes: dict[str, int]) -> None:
    assert seed(app, **sizes).exit_code == 0
    assert app.test_cli_runner().invoke(args=["counts", "check"]).exit_code == 0


@pytest.mark.parametrize(
    "said", [["--users=1"], ["--users=2"], ["--users=20", "--posts=30"], ["--users=5", "--likes=3"], ["--users=40"]]
)
def test_what_is_not_said_is_in_proportion(app: Flask, engine: Engine, said: list[str]) -> None:
    done = app.test_cli_runner().invoke(args=["seed", "--quiet", *said, *UNTIL])
    assert done.exit_code == 0, done.output
    for option in said:
        table, _, number = option.strip("-").partition("=")
        assert one(engine, f"SELECT count(*) FROM {table}") == int(number)
    assert one(engine, "SELECT count(*) FROM posts") == (
        30 if "--posts=30" in said else 10 * one(engine, "SELECT count(*) FROM users")
    )
    assert app.test_cli_runner().invoke(args=["counts", "check"]).exit_code == 0
