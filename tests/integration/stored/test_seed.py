"""`flask seed`: a community like in life, the same for the same seed, and counted right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from feedapp.models import Base
from feedapp.repositories.transfer.bulk import BulkRepository

if TYPE_CHECKING:
    from click.testing import Result
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine


SIZES = {"users": 60, "posts": 900, "comments": 700, "likes": 4_000, "follows": 500}


UNTIL = ("--until", "2026-03-01T12:00:00")


LEFT_OUT = {"outbox", "tokens", "cache_histories"}


def seed(app: Flask, *more: str, **sizes: int) -> Result:
    numbers = [f"--{name}={number}" for name, number in {**SIZES, **sizes}.items()]
    return app.test_cli_runner().invoke(args=["seed", "--quiet", *numbers, *UNTIL, *more])


def rows(engine: Engine) -> dict[str, list[str]]:
    """Give all rows, but for the salted password and the random key."""
    tables = [name for name in Base.metadata.tables if name not in LEFT_OUT]
    query = "SELECT to_jsonb(t) - 'password_hash' - 'key' FROM {} AS t ORDER BY (to_jsonb(t) - 'key')::text"
    with engine.connect() as connection:
        return {name: list(connection.scalars(text(query.format(name)))) for name in tables}


def one(engine: Engine, query: str) -> Any:
    with engine.connect() as connection:
        return connection.scalar(text(query))


def forget(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(Base.metadata.tables)} RESTART IDENTITY CASCADE"))


def test_there_are_as_many_as_were_asked_for_and_every_counter_is_right(app: Flask, engine: Engine) -> None:
    assert seed(app).exit_code == 0
    for table, number in SIZES.items():
        assert one(engine, f"SELECT count(*) FROM {table}") == number, table
    checked = app.test_cli_runner().invoke(args=["counts", "check"])
    assert (checked.exit_code, checked.output) == (0, "Every counter is correct.\n")


def test_the_same_seed_gives_the_same_community_and_another_one_another(app: Flask, engine: Engine) -> None:
    seed(app, "--seed=7")
    first = rows(engine)
    forget(engine)
    seed(app, "--seed=7")
    assert rows(engine) == first
    forget(engine)
    seed(app, "--seed=8")
    other = rows(engine)
    for table in ("users", "posts", "comments", "likes", "follows"):
        assert other[table] != first[table]


def test_a_second_community_comes_beside_the_first_but_not_the_same_twice(app: Flask, engine: Engine) -> None:
    assert seed(app).exit_code == 0
    again = seed(app)
    assert again.exit_code == 1
    assert "choose another --seed" in again.output
    assert one(engine, "SELECT count(*) FROM users") == 60
    assert seed(app, "--seed=2").exit_code == 0
    assert one(engine, "SELECT count(*) FROM users") == 120
    assert app.test_cli_runner().invoke(args=["counts", "check"]).exit_code == 0


def test_if_empty_does_nothing_when_there_is_anybody(app: Flask, client: FlaskClient, engine: Engine) -> None:
    client.post("/api/users", json={"username": "ada", "password": "a good password"})
    done = seed(app, "--if-empty")
    assert (done.exit_code, done.output) == (0, "")
    assert one(engine, "SELECT count(*) FROM users") == 1
    forget(engine)
    assert seed(app, "--if-empty").exit_code == 0
    assert one(engine, "SELECT count(*) FROM users") == 60


def test_a_few_authors_and_a_few_posts_have_most_of_everything(app: Flask, engine: Engine) -> None:
    seed(app)
    by_author = "SELECT count(*) AS n FROM posts GROUP BY author_id"
    by_post = "SELECT likes AS n FROM post_counters"
    by_person = "SELECT followers AS n FROM user_counters"
    for counted, share in ((by_author, 0.3), (by_post, 0.25), (by_person, 0.25)):
        top = one(
            engine,
            f"WITH c AS ({counted}), r AS (SELECT n, percent_rank() OVER (ORDER BY n) AS rank FROM c) "
            "SELECT sum(n) FILTER (WHERE rank >= 0.9) * 1.0 / sum(n) FROM r",
        )
        assert top > share, counted
        median = f"WITH c AS ({counted}) SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY n) FROM c"
        assert one(engine, f"WITH c AS ({counted}) SELECT max(n) FROM c") > 3 * one(engine, median), counted


def test_times_are_spread_over_months_and_nothing_comes_before_its_cause(app: Flask, engine: Engine) -> None:
    seed(app)
    assert one(engine, "SELECT max(created_at) - min(created_at) > interval '60 days' FROM posts")
    assert one(engine, "SELECT count(DISTINCT date_trunc('month', created_at)) FROM posts") >= 4
    latest = "timestamptz '2026-03-01T12:00:00Z'"
    for table in ("users", "posts", "comments", "likes", "follows"):
        assert one(engine, f"SELECT count(*) FROM {table} WHERE created_at > {latest}") == 0, table
    for before_its_cause in (
        "posts AS what JOIN users AS cause ON cause.id = what.author_id",
        "comments AS what JOIN posts AS cause ON cause.id = what.post_id",
        "comments AS what JOIN users AS cause ON cause.id = what.author_id",
        "likes AS what JOIN posts AS cause ON cause.id = what.post_id",
        "likes AS what JOIN users AS cause ON cause.id = what.user_id",
        "follows AS what JOIN users AS cause ON cause.id = what.follower_id",
        "follows AS what JOIN users AS cause ON cause.id = what.followee_id",
    ):
        query = f"SELECT count(*) FROM {before_its_cause} WHERE what.created_at < cause.created_at"
        assert one(engine, query) == 0, before_its_cause


def test_the_one_who_is_named_can_log_in(app: Flask, client: FlaskClient) -> None:
    said = seed(app).output.strip()
    name, password = said.removeprefix("Log in as ").split(" with the password ")
    assert client.post("/api/tokens", json={"username": name, "password": password}).status_code == 201


def test_no_password_that_could_be_known_beforehand_lets_anybody_in(
    app: Flask, client: FlaskClient, engine: Engine
) -> None:
    told = [seed(app, f"--seed={number}").output.strip().rpartition(" ")[2] for number in (1, 2)]
    assert told[0] != told[1]
    assert min(map(len, told)) >= 16
    assert one(engine, "SELECT count(*) FROM users WHERE password_hash IS NOT NULL") == 2
    with engine.connect() as connection:
        everybody = list(connection.scalars(text("SELECT username FROM users")))
    for password in ("demo-password", "password", "1"):
        for name in everybody[:20]:
            answer = client.post("/api/tokens", json={"username": name, "password": password})
            assert answer.status_code == 401, (name, password)


def test_somebody_else_of_them_can_log_in_once_a_password_is_set(
    app: Flask, client: FlaskClient, engine: Engine
) -> None:
    seed(app)
    name = one(engine, "SELECT username FROM users WHERE password_hash IS NULL ORDER BY id LIMIT 1")
    runner = app.test_cli_runner()
    done = runner.invoke(args=["user", "password", name, "--password-stdin"], input="quite a long one\n")
    assert done.exit_code == 0, done.output
    assert client.post("/api/tokens", json={"username": name, "password": "quite a long one"}).status_code == 201


def test_feeds_that_were_cached_show_what_came_in(app: Flask, client: FlaskClient) -> None:
    assert client.get("/api/posts").get_json()["items"] == []
    seed(app)
    assert len(client.get("/api/posts").get_json()["items"]) == 20


def test_no_autovacuum_analyses_the_tables_in_the_middle(
    app: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would find empty tables there, and the checks of foreign keys would be planned for such."""
    copy, tried = BulkRepository.copy, []
    other = create_engine(engine.url, isolation_level="AUTOCOMMIT")

    def analyse_after(self: BulkRepository, table: str, stream: Any) -> None:
        copy(self, table, stream)
        with other.connect() as connection:
            connection.execute(text("SET lock_timeout = '20ms'"))
            with pytest.raises(OperationalError, match="lock timeout"):
                connection.execute(text(f"ANALYZE {table}"))
            connection.execute(text(f"SELECT FROM {table} LIMIT 1"))
        tried.append(table)

    monkeypatch.setattr(BulkRepository, "copy", analyse_after)
    assert seed(app).exit_code == 0
    assert len(tried) == 7
    other.dispose()


def test_what_breaks_off_leaves_nothing(app: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: BulkRepository) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(BulkRepository, "analyse", fail)
    assert seed(app).exit_code != 0
    assert one(engine, "SELECT count(*) FROM users") == 0
