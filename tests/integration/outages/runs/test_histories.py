"""What was copied from another history of the database is never served, whatever ids come again."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from flask_migrate import upgrade
from sqlalchemy import create_engine, text

from feedapp.embedded import Postgres
from feedapp.errors import UnauthenticatedError
from feedapp.postgres import database
from feedapp.reading.viewers import Credentials
from tests.integration.outages.processes import (
    ANONYMOUS,
    likes,
    process,
    serving,
)
from tests.support.people import newcomer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from config import Settings
    from feedapp.wiring import Services


def sign_up(services: Services, name: str) -> Credentials:
    user_id = newcomer(services, name)
    return Credentials.of(services.accounts.issue(user_id, "api").token, kind="api")


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Postgres]:
    started = Postgres(tmp_path / "postgres", durable=False)
    started.start()
    yield started
    started.stop()


@pytest.fixture
def restorable(running_app: Flask, postgres: Postgres, by_this_server: Settings) -> Settings:
    """The settings of a site whose PostgreSQL can be put back to an older state."""
    settings = replace(by_this_server, database_url=postgres.url)
    with process(settings):
        upgrade()
    return settings


def put_back_files(postgres: Postgres, backup: Path) -> None:
    """Replace what is in the directory, not the directory: by that the place of the socket is named."""
    postgres.stop()
    data = postgres.directory / "data"
    for each in data.iterdir():
        shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()
    shutil.copytree(backup, data, symlinks=True, dirs_exist_ok=True)
    postgres.start()


def back_up_files(postgres: Postgres, backup: Path) -> None:
    postgres.stop()
    shutil.copytree(postgres.directory / "data", backup, symlinks=True)
    postgres.start()


def copy_database(postgres: Postgres, *, source: str, target: str) -> None:
    """Make one database out of another, as a restore from a dump does: the same rows in new tables."""
    engine = create_engine(
        database.address(postgres.url).replace("/feedapp?", "/postgres?"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {target} WITH (FORCE)"))
        connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{source}'"))
        connection.execute(text(f"CREATE DATABASE {target} TEMPLATE {source}"))
    engine.dispose()


@pytest.mark.parametrize("way", ["files", "dump"])
def test_what_a_restored_database_has_lost_is_shown_by_nobody_and_acts_for_nobody(
    restorable: Settings, postgres: Postgres, tmp_path: Path, way: str
) -> None:
    """Ids of lost rows come again. One process goes on through the restore, another one starts after it."""
    with process(restorable) as first:
        ada = sign_up(first, "ada")
    if way == "files":
        back_up_files(postgres, tmp_path / "backup")
    else:
        copy_database(postgres, source="feedapp", target="backup")
    with process(restorable) as own:
        with serving(own):
            lost, mallory = own.posts.publish(ada, body="lost").id, sign_up(own, "mallory")
            assert own.posts.show(ANONYMOUS, lost).body == "lost"
            assert own.viewers.require(mallory).person.username == "mallory"
        if way == "files":
            put_back_files(postgres, tmp_path / "backup")
        else:
            copy_database(postgres, source="backup", target="feedapp")
        for engine in own.engines:
            engine.dispose()
        with process(restorable) as other:
            new = other.posts.publish(ada, body="new").id
            arrived = newcomer(other, "newcomer")
            assert (new, arrived) == (lost, 2), "ids have come again"
            assert other.posts.show(ANONYMOUS, new).body == "new"
            assert own.posts.show(ANONYMOUS, new).body == "new", "by the process that was there before"
            for services in (own, other):
                with pytest.raises(UnauthenticatedError):
                    services.viewers.require(mallory)


def test_a_write_into_another_history_ends_the_trust_before_it_is_answered(
    restorable: Settings, postgres: Postgres
) -> None:
    """A pooler may lead a connection that is open to another server; the write itself says where it was written."""
    with process(restorable) as own:
        ada = sign_up(own, "ada")
        post_id = own.posts.publish(ada, body="first").id
        assert likes(own, post_id) == 0
        run = own.backend.trust.run
        assert run is not None
        own.backend.trust.run = run._replace(database="that of before")
        own.likes.like(ada, post_id)
        assert own.backend.trust.run is not run
        assert likes(own, post_id) == 1


def test_a_history_that_changed_ends_reading_at_the_next_look(own: Services, post_id: int) -> None:
    """Whoever only reads learns of it, too."""
    with serving(own):
        run = own.backend.trust.run
        assert run is not None
        own.backend.trust.run = run._replace(database="that of before")
        own.relay.work()
        assert own.backend.trust.run is None
