"""A standby that lacks the last writes takes over: ids come again, and nothing of what was lost is served."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from flask_migrate import upgrade

from feedapp.errors import UnauthenticatedError
from feedapp.reading.viewers import Credentials
from tests.integration.outages.processes import ANONYMOUS, process
from tests.support.deployments.standby import Server, both, standby_of
from tests.support.people import newcomer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from config import Settings
    from feedapp.wiring import Services


@pytest.fixture
def primary(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path / "primary") as started:
        yield started


@pytest.fixture
def standby(primary: Server, tmp_path: Path) -> Iterator[Server]:
    with standby_of(primary, tmp_path / "standby") as started:
        yield started


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
        written = primary.ask("SELECT pg_current_wal_lsn()")
        while not standby.ask(f"SELECT pg_last_wal_replay_lsn() >= '{written}'"):
            pass
        standby.follow_nobody()
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
            standby.ask("SELECT pg_promote()")
            # Sequences go in steps of 32 into the log, so a standby may skip some; here all ids come again.
            standby.ask("SELECT setval(pg_get_serial_sequence('posts', 'id'), 1, false)")
            standby.ask(f"SELECT setval(pg_get_serial_sequence('users', 'id'), {mallory_id}, false)")
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
