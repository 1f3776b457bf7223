"""Servers that hang or are away keep no check from being done, and the doctor says so within a time."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp.services.operations.doctor import Fault, Named, ask_all
from tests.integration.doctor.asking import all_of, only, run
from tests.support.mailserver import SilentServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from feedapp.embedded import Redis

HANGS = ("PostgreSQL: does not answer in time", "kill -CONT PID")
REDIS = ("Redis does not answer: Timeout", "kill -CONT PID")


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """Freeze a process, as a machine does that is out of breath."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.fixture
def postmaster(engine: Engine) -> int:
    with engine.connect() as connection:
        place = connection.execute(text("SHOW data_directory")).scalar_one()
    return int(Path(str(place), "postmaster.pid").read_text().splitlines()[0])


def test_a_redis_that_hangs(environment: dict[str, str], cache: Redis) -> None:
    assert cache.pid is not None
    with stopped(cache.pid):
        all_of(run(environment), REDIS)


def test_a_postgresql_that_hangs(environment: dict[str, str], postmaster: int) -> None:
    with stopped(postmaster):
        all_of(run(environment), HANGS)


def test_everything_hangs_and_what_can_be_said_is(
    environment: dict[str, str], cache: Redis, postmaster: int, tmp_path: Path
) -> None:
    """Each has a limit of its own, and none waits for another."""
    assert cache.pid is not None
    (tmp_path / "file").touch()
    with ExitStack() as stack:
        silent = [stack.enter_context(SilentServer(pause=60)) for _ in range(2)]
        for pid in (cache.pid, postmaster):
            stack.enter_context(stopped(pid))
        found = run(
            environment
            | {
                "SITE_URL": "http://feed.example",
                "SMTP_URL": f"smtp://127.0.0.1:{silent[0].port}",
                "MEDIA_URL": f"s3://pictures?endpoint=http://127.0.0.1:{silent[1].port}&region=us-east-1",
                "AWS_ACCESS_KEY_ID": "testing",
                "AWS_SECRET_ACCESS_KEY": "testing",
            }
        )
    all_of(
        found,
        ("No TLS: SITE_URL is http://feed.example/", "https://feed.example"),
        ("timed out. Whoever forgets a password", "Mend SMTP_URL"),
        HANGS,
        REDIS,
        ("(the bucket pictures: ReadTimeoutError)", "Mend bucket"),
    )


def test_a_postgresql_that_nobody_answers_for(environment: dict[str, str]) -> None:
    only(
        run(environment | {"DATABASE_URL": "postgresql://postgres@127.0.0.1:1/feedapp"}),
        "PostgreSQL: cannot be reached",
        "systemctl start postgresql",
    )


def test_a_check_that_fails_or_hangs_is_a_line_itself() -> None:
    held = Event()

    def fails() -> Iterator[Fault]:
        yield Fault("said before", "do it")
        raise LookupError("a word that was not there")

    def hangs() -> Iterator[Fault]:
        yield Fault("said before it hung", "do it")
        held.wait()

    def is_well() -> Iterator[Fault]:
        yield Fault("the last", "do that")

    try:
        found = ask_all([Named("A", fails), Named("B", hangs), Named("C", is_well)], longest=0.3)
    finally:
        held.set()
    assert [fault.what.partition(",")[0] for fault in found] == [
        "said before",
        "A could not be checked (LookupError: a word that was not there)",
        "said before it hung",
        "B could not be checked within 0 s",
        "the last",
    ]
    assert all(fault.remedy for fault in found)
