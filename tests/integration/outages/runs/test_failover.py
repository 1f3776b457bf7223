"""A standby that lacks the last writes takes over: ids come again, and nothing of what was lost is served."""

from __future__ import annotations

import os
import shutil
import signal
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from flask_migrate import upgrade
from sqlalchemy import create_engine, text

from feedapp.embedded import Postgres, postgres
from feedapp.errors import UnauthenticatedError
from feedapp.postgres import database
from feedapp.reading.viewers import Credentials
from tests.integration.outages.processes import ANONYMOUS, process
from tests.support.people import newcomer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from config import Settings
    from feedapp.wiring import Services

REPLICATED = {"wal_level": "replica", "max_wal_senders": "4", "hot_standby": "on"}


class Server(Postgres):
    """One that may be a standby: it counts as started when it can be read from."""

    def _is_ready(self) -> bool:
        with suppress(OSError, IndexError):
            lines = (self._data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            return lines[0] == str(self.pid) and lines[-1].strip() in {"ready", "standby"}
        return False


def ask(server: Postgres, sql: str) -> object:
    engine = create_engine(database.address(server.url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        found = connection.execute(text(sql))
        answer = found.scalar() if found.returns_rows else None
    engine.dispose()
    return answer


def both(primary: Postgres, standby: Postgres) -> str:
    """Name both in one address, as libpq does: whichever takes writes is connected to."""
    hosts = f"host={primary.sockets},{standby.sockets}&port=5432,5432"
    return f"postgresql://postgres@/feedapp?{hosts}&target_session_attrs=read-write"


@pytest.fixture
def primary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(postgres, "SETTINGS", {**postgres.SETTINGS, **REPLICATED})
    started = Server(tmp_path / "primary", durable=False)
    started.start()
    yield started
    started.stop()


@pytest.fixture
def standby(primary: Server, tmp_path: Path) -> Iterator[Server]:
    primary.stop()
    standby = Server(tmp_path / "standby", durable=False)
    shutil.copytree(primary.directory / "data", standby.directory / "data", symlinks=True)
    primary.start()
    (standby.directory / "data" / "standby.signal").touch()
    with (standby.directory / "data" / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"primary_conninfo = 'host={primary.sockets} user=postgres'\n")
    owner = (primary.directory / "data").stat()
    for file in (standby.directory / "data").rglob("*"):
        os.chown(file, owner.st_uid, owner.st_gid)
    os.chown(standby.directory / "data", owner.st_uid, owner.st_gid)
    standby.start()
    yield standby
    standby.stop()


def sign_up(services: Services, name: str) -> tuple[int, Credentials]:
    user_id = newcomer(services, name)
    return user_id, Credentials.of(services.accounts.issue(user_id, "api").token, kind="api")


def test_what_a_failover_has_lost_is_shown_by_nobody_and_acts_for_nobody(
    running_app: Flask, primary: Server, standby: Server, by_this_server: Settings
) -> None:
    settings = replace(by_this_server, database_url=both(primary, standby))
    with process(settings) as own, process(settings) as other:
        upgrade()
        _, ada = sign_up(own, "ada")
        written = ask(primary, "SELECT pg_current_wal_lsn()")
        while not ask(standby, f"SELECT pg_last_wal_replay_lsn() >= '{written}'"):
            pass
        ask(standby, "ALTER SYSTEM SET primary_conninfo = ''")
        ask(standby, "SELECT pg_reload_conf()")
        while ask(standby, "SELECT count(*) FROM pg_stat_wal_receiver"):
            pass
        for services in (own, other):
            services.relay.start()
        try:
            lost = own.posts.publish(ada, body="lost").id
            mallory_id, mallory = sign_up(own, "mallory")
            for services in (own, other):
                assert services.posts.show(ANONYMOUS, lost).body == "lost"
                assert services.viewers.require(mallory).id == mallory_id
            assert primary.pid is not None
            os.kill(primary.pid, signal.SIGQUIT)
            ask(standby, "SELECT pg_promote()")
            # Sequences go in steps of 32 into the log, so a standby may skip some; here all ids come again.
            ask(standby, "SELECT setval(pg_get_serial_sequence('posts', 'id'), 1, false)")
            ask(standby, f"SELECT setval(pg_get_serial_sequence('users', 'id'), {mallory_id}, false)")
            new, newcomer = write_again(own, ada)
            assert (new, newcomer) == (lost, mallory_id)
            for services in (own, other):
                assert services.posts.show(ANONYMOUS, new).body == "new"
                with pytest.raises(UnauthenticatedError):
                    services.viewers.require(mallory)
        finally:
            for services in (own, other):
                services.relay.stop()


def write_again(services: Services, ada: Credentials) -> tuple[int, int]:
    """Write as soon as the new primary takes it; connections to the old one break first."""
    while True:
        with suppress(Exception):
            new = services.posts.publish(ada, body="new").id
            return new, newcomer(services, "newcomer")
