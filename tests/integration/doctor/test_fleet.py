"""What is wrong with the processes of all hosts: another version, a clock, periodic jobs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from sqlalchemy import text

from feedapp.install.version import VERSION
from feedapp.observability import metrics
from feedapp.periodic import PeriodicJob, PeriodicJobs
from tests.integration.doctor.asking import WELL, all_of, clock_ahead, needs_compiler, only
from tests.integration.front.sites import ROOT
from tests.support.deployments.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from sqlalchemy import Engine

    from feedapp.wiring import Services

    Ask = Callable[..., tuple[int, str]]

PARTS = ("feedapp", "config.py", "wsgi.py", "templates", "static", "migrations", "deploy", "pyproject.toml")
OLD = "0.0.9"


def older(place: Path) -> Path:
    """Give a checkout of another version."""
    place.mkdir()
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, place / part)
    project = place / "pyproject.toml"
    project.write_text(project.read_text().replace(f'version = "{VERSION}"', f'version = "{OLD}"'))
    return place


@contextmanager
def serving(checkout: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with (checkout / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "serve"],
            cwd=checkout, env=environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:  # it would go on telling others of itself
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                raise


def until_told(engine: Engine, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a server has told of itself for the first time."""
    deadline = time.monotonic() + 90
    while True:
        with engine.connect() as connection:
            if connection.execute(text("SELECT count(*) FROM server_states WHERE state ? 'clock'")).scalar_one():
                return
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)


@needs_compiler
def test_another_version_whose_clock_is_ahead(
    ask: Ask, environment: dict[str, str], engine: Engine, tmp_path: Path
) -> None:
    """Two faults of one process, which is really there; when it ends, all is well at once."""
    checkout = older(tmp_path / "older")
    given = {**environment, **clock_ahead(tmp_path), "PORT": str(free_port()), "WEB_WORKERS": "1"}
    given["STATE_DIRECTORY"] = str(tmp_path / "state")
    assert ask() == WELL
    with serving(checkout, given) as process:
        until_told(engine, process, checkout / "log")
        all_of(
            ask(),
            (f"Another version serves, too: {OLD} on ", "systemctl reload feedapp"),
            ("s ahead of that of PostgreSQL", "timedatectl set-ntp true"),
        )
    assert ask() == WELL


def change(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


STARTED = (
    "UPDATE server_states SET state = jsonb_set(state, '{{processes}}', (SELECT jsonb_object_agg(key, value || "
    "jsonb_build_object('started', extract(epoch FROM now()) - {ago})) FROM jsonb_each(state->'processes')))"
)
"""All processes began so many seconds ago."""


def test_periodic_jobs_that_nobody_does(ask: Ask, services: Services, engine: Engine) -> None:
    metrics.JOB_RUNS.clear()
    services.counting.finish()  # as each minute
    for name in ("sweeps", "changes"):
        assert services.leases.take(name, lease=1)
    change(engine, "UPDATE periodic_jobs SET free_at = free_at - interval '1 hour'")
    change(engine, STARTED.format(ago=0))
    assert ask() == WELL
    change(engine, STARTED.format(ago=7200))
    only(ask(), "Periodic jobs do not run: changes, sweeps, due for ", "systemctl restart feedapp")
    change(engine, "UPDATE periodic_jobs SET free_at = clock_timestamp() - interval '1 minute'")
    assert ask() == WELL
    change(engine, "UPDATE periodic_jobs SET free_at = free_at - interval '1 hour'")
    change(engine, "UPDATE server_states SET at = at - interval '10 minutes'")
    assert ask() == WELL  # nobody serves


def test_a_periodic_job_that_fails_each_time(ask: Ask, app: Flask, services: Services, engine: Engine) -> None:
    metrics.JOB_RUNS.clear()
    name = "failing_for_this_test"

    def fail() -> int:
        with engine.connect() as connection:
            return int(connection.execute(text("SELECT count(*) FROM a_table_that_is_gone")).scalar_one())

    job = PeriodicJob(name, 5, fail, lease=1)
    jobs = PeriodicJobs(job, leases=services.leases)
    try:
        for times in (2, 1):
            for _ in range(times):
                jobs._do(job)
                change(engine, "UPDATE periodic_jobs SET free_at = clock_timestamp()")
            services.counting.finish()
            if times == 2:
                assert ask() == WELL
        only(ask(), f"Periodic jobs fail again and again: {name}", "grep 'Periodic job'")
    finally:
        metrics.JOB_RUNS.remove(name, "failed")
