"""Runs one scenario from nothing to nothing, and gives its figures."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from feedapp.embedded.processes import Process, end, last_lines, spawn
from tests.consistency.checking import aftermath, history, loads
from tests.consistency.checking.checker import Checker
from tests.consistency.checking.history import SECOND
from tests.consistency.checking.truth import truth
from tests.consistency.faults.waiting import sleep_until
from tests.consistency.figures import Fault, Figures
from tests.consistency.hosts.site import HostedSite
from tests.consistency.load import world
from tests.consistency.load.http11 import TIMEOUT
from tests.consistency.load.plan import Plan
from tests.consistency.load.preparation import prepare
from tests.consistency.processor_time import ProcessorTime
from tests.consistency.sites import watching
from tests.consistency.sites.databases import DATABASES
from tests.consistency.sites.site import ROOT, STANDARD, Setup, Site

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.consistency.faults.scenarios import Scenario

CLIENT_PROCESSES = 2
START_SECONDS = 1.0
WARM, BROKEN = 0.2, 0.6
"""The fault begins after the first fifth of the time, and ends after three."""
END_SECONDS = 60
HOSTS_PATIENCE = 15
"""Seconds for which a client waits for a host: longer than a request may take."""


def run(
    scenario: Scenario,
    *,
    seconds: float,
    setup: Setup = STANDARD,
    workers: int = 2,
    clients: int = 12,
    seed: int = 1,
    write_share: float = 0.1,
    mistake: str = "",
    keep: Path | None = None,
) -> Figures:
    """Run it in a directory of its own, which is gone afterwards but for logs and histories, kept in `keep`.

    `mistake`: see broken_wsgi.py.
    """
    with tempfile.TemporaryDirectory(prefix="feedapp-consistency-") as name:
        directory = Path(name)
        kills = scenario.kill_probability
        with _maker(scenario, setup)(
            directory,
            processes=workers,
            setup=setup,
            proxied=scenario.proxied,
            mistake=mistake,
            kill_probability=kills,
            keyspaces=scenario.keyspaces,
            previous=scenario.previous,
            database=DATABASES[scenario.replicated],
        ) as site:
            people, posts, judged, talks = prepare(site.apps[0].place, site.database.direct_url)
            if scenario.previous:
                site.upgrade()
            begin = time.monotonic_ns() + int(START_SECONDS * SECOND)
            plan = Plan(
                places=site.places, people=people, posts=posts, judged=judged, talks=talks,
                clients=[], of_clients=clients,
                begin=begin, until=begin + int(seconds * SECOND), seed=seed,
                write_share=write_share, pages=True,
                patience=setup.patience or (HOSTS_PATIENCE if setup.hosted else TIMEOUT), file="",
                steady=scenario.replicated == "asynchronous",
            )  # fmt: skip
            site.plan = plan
            try:
                whole, fault, spent = _load(scenario, site, plan, directory)
                return _examine(scenario, site, plan, whole, fault, spent)
            finally:
                if keep:
                    _keep(directory, keep / scenario.name)


def _maker(scenario: Scenario, setup: Setup) -> Callable[..., Site]:
    if setup.hosted:
        return partial(HostedSite, wired=scenario.wired, balanced=scenario.balanced)
    return Site


def _keep(directory: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for file in [*directory.glob("*.log"), *directory.glob("history-*")]:
        shutil.copy(file, target)


def _load(
    scenario: Scenario, site: Site, plan: Plan, directory: Path
) -> tuple[history.History, Fault, dict[str, float]]:
    files = [directory / f"history-{number}" for number in range(CLIENT_PROCESSES)]
    processes: list[Process] = []
    try:
        for number, file in enumerate(files):
            processes.append(_client_process(plan, number, file))
        time_before = ProcessorTime(site, processes)
        fault = _break(scenario, site, plan)
        spent = time_before.spent_since()
        deadline = plan.until / SECOND + END_SECONDS
        for number, process in enumerate(processes):
            if process.wait(max(1, deadline - time.monotonic())):
                raise RuntimeError("a client failed:\n" + "\n".join(last_lines(directory / f"client-{number}.log", 30)))
    finally:
        for process in processes:
            end(process)
    return history.load(files), fault, spent


def _client_process(plan: Plan, number: int, file: Path) -> Process:
    clients = list(range(number, plan.of_clients, CLIENT_PROCESSES))
    own = Plan(**{**vars(plan), "clients": clients, "file": str(file)})
    given = file.with_suffix(".json")
    given.write_text(own.to_json(), encoding="utf-8")
    command = [sys.executable, "-m", "tests.consistency.load.client", str(given)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    log = file.parent / f"client-{number}.log"
    return spawn(command, log=log, death_signal=signal.SIGKILL, env=environment)


def _break(scenario: Scenario, site: Site, plan: Plan) -> Fault:
    duration = (plan.until - plan.begin) / SECOND
    sleep_until(plan.begin / SECOND + WARM * duration)
    started = time.monotonic_ns()
    scenario.run(site, plan.begin / SECOND + BROKEN * duration, Random(plan.seed))
    ended = time.monotonic_ns()
    sleep_until(plan.until / SECOND)
    return Fault(started, ended)


def _examine(
    scenario: Scenario, site: Site, plan: Plan, whole: history.History, fault: Fault, spent: dict[str, float]
) -> Figures:
    for app in site.apps:
        if app.ended:
            app.kill()
            app.launch()
            app.wait()
    disagreements = aftermath.wait_until_quiet(site)
    found = truth(site, plan)
    disagreements += aftermath.miscounted(site)
    disagreements += aftermath.differing_reads(site, plan, found)
    disagreements += aftermath.differing_keys(site)
    watched = loads.check(watching.events(site.directory.glob("watched-*")))
    back = site.reversal
    return Figures(
        scenario=scenario,
        seconds=(plan.until - plan.begin) / SECOND,
        history=whole,
        violations=back.check(whole) if back else Checker(whole.writes, world.first_values()).check(whole),
        fault=fault,
        lost=aftermath.lost_writes(back.after(whole), found, back.first_values())
        if back
        else aftermath.lost_writes(whole, found, world.first_values()),
        disagreements=disagreements,
        loads=aftermath.loads_of_a_cold_key(site, plan),
        processes=len(site.apps),
        watched=watched,
        spent=spent,
        forgotten=back.lost(whole) if back else None,
    )
