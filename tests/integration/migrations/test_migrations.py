"""The migrations lead to the tables that the models describe, down to nothing, and up again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url

from feedapp.app import create_app
from feedapp.extensions import db
from feedapp.models import Base
from tests.support.people import newcomer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from sqlalchemy import Engine

    from config import Settings

DESCRIPTION = text(
    "SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity "
    "FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version' "
    "UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype::text, NULL, NULL "
    "FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version' "
    "UNION ALL SELECT tablename, indexname, indexdef, NULL, NULL, NULL FROM pg_indexes "
    "WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1, 2, 3"
)
OTHER = "migrations"


@pytest.fixture
def empty(settings: Settings) -> Iterator[Flask]:
    """An app on a database of its own with nothing in it."""
    admin = create_engine(
        make_url(settings.database_url).set(drivername="postgresql+psycopg2"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {OTHER} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {OTHER}"))
    other = make_url(settings.database_url).set(database=OTHER).render_as_string(hide_password=False)
    app = create_app(replace(settings, database_url=other, cache_key_prefix="migrations:"))
    with app.app_context():
        yield app
        app.extensions["feedapp"].close()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {OTHER} WITH (FORCE)"))
    admin.dispose()


def description(engine: Engine) -> list[tuple[object, ...]]:
    """Give every column, constraint and index there is."""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(DESCRIPTION)]


def test_the_migrations_make_what_the_models_describe(empty: Flask) -> None:
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
    names = set(inspect(db.engine).get_table_names())
    assert names == {*Base.metadata.tables, "alembic_version"}


def test_constraints_are_those_of_the_models_to_the_letter(empty: Flask) -> None:
    """What Alembic does not compare: checks, and what a foreign key does when its target goes."""
    upgrade()
    migrated = description(db.engine)
    Base.metadata.drop_all(db.engine)  # functions stay: models use them, and do not make them
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    Base.metadata.create_all(db.engine)
    assert description(db.engine) == migrated


def test_down_to_nothing_and_up_again_is_the_same(empty: Flask) -> None:
    upgrade()
    before = description(db.engine)
    downgrade(revision="base")
    assert description(db.engine) == []
    upgrade()
    assert description(db.engine) == before


def test_each_step_alone_leads_down_to_where_it_came_from(empty: Flask) -> None:
    seen = [description(db.engine)]
    for revision in revisions(empty):
        upgrade(revision=revision)
        seen.append(description(db.engine))
    for expected in seen[-2::-1]:
        downgrade(revision="-1")
        assert description(db.engine) == expected


def test_a_community_survives_the_last_steps_down_and_up(empty: Flask) -> None:
    upgrade()
    services = empty.extensions["feedapp"]
    user_id = newcomer(services, "ada")
    downgrade(revision="0002")
    upgrade()
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT username FROM users WHERE id = :id"), {"id": user_id}) == "ada"


def test_no_text_is_left_in_the_records_of_requests_that_were_carried_out(empty: Flask) -> None:
    upgrade(revision="0006")
    records = [
        ("/api/posts/2", '{"id":"2","body":"a secret"}'),
        ("/api/posts/2/comments/3", '{"id":"3","post_id":"2","body":"a secret"}'),
        ("/api/users/ada", '{"username":"ada","display_name":"a secret"}'),
        ("/api/users/gone", '{"username":"gone","display_name":"a secret"}'),
        (None, '{"liked":true,"likes_count":1}'),
        (None, "2026-11-27T01:31:14.987889Z"),
        ("/posts/2", ""),
    ]
    with db.engine.begin() as connection:
        connection.execute(text("INSERT INTO users (username, display_name) VALUES ('bob', 'Bob'), ('ada', 'Ada')"))
        for location, body in records:
            connection.execute(
                text(
                    "INSERT INTO idempotency_records (key, fingerprint, status, location, body) "
                    "VALUES ('key' || :body, '', 201, :location, convert_to(:body, 'UTF8'))"
                ),
                {"location": location, "body": body},
            )
    upgrade()
    with db.engine.connect() as connection:
        query = text("SELECT location, convert_from(body, 'UTF8') FROM idempotency_records ORDER BY id")
        kept = [(location, body.replace(" ", "")) for location, body in connection.execute(query)]
    made = [(None, f'{{"id":"{number}"}}') for number in (2, 3, 2, 0)]
    assert kept == [*made, *records[4:]]


def test_there_is_one_line_of_migrations(empty: Flask) -> None:
    config = empty.extensions["migrate"].migrate.get_config()
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def revisions(app: Flask) -> list[str]:
    """Give the revisions, the first one first."""
    config = app.extensions["migrate"].migrate.get_config()
    return [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()][::-1]
