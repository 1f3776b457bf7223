"""What the ring says beside what a load generator counted: two hosts, one of them restarted under load."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep
from typing import TYPE_CHECKING, Any

import pytest

from feedapp.embedded.processes import spawn
from tests.consistency.load.http11 import Connection
from tests.consistency.sites import app as apps
from tests.consistency.sites.site import ROOT, Site

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

HOSTS = ("web1", "web2")
PATHS = ("/public", "/api/posts?limit=20", "/about", "/api/posts/404404", "/livez")
ROUTES = {
    "/public": "GET /public",
    "/api/posts?limit=20": "GET /api/posts",
    "/about": "GET /about",
    "/api/posts/404404": "GET /api/posts/<post_id>",
}
PROBE = "/livez"
SECONDS = float(os.environ.get("DESK_SECONDS", "1"))
"""Of each half of the load, before and after the restart begins."""


def named(host: str) -> list[str]:
    """Give what lets a command see a machine of that name; nothing where that is not allowed."""
    program = shutil.which("unshare")
    if program is None:
        return []
    command = [program, "--uts", "/bin/sh", "-c", f'hostname {host} && exec "$@"', "sh"]
    done = subprocess.run([*command, "true"], capture_output=True, check=False)
    return [] if done.returncode else command


@pytest.fixture
def two_hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    started = list[str]()

    def on_a_host(command: Sequence[str], **more: Any) -> Any:
        port = more["env"]["PORT"]
        if port not in started:
            started.append(port)
        return spawn([*named(HOSTS[started.index(port)]), *command], **more)

    monkeypatch.setattr(apps, "spawn", on_a_host)
    with Site(tmp_path, processes=2) as site:
        yield site


def load(port: int, is_over: Event) -> Counter[str]:
    """Ask one after another; count what was answered. Whoever is refused a connection tries again."""
    counted: Counter[str] = Counter()
    connection, number = Connection(port), 0
    while not is_over.is_set():
        path = PATHS[number % len(PATHS)]
        status, _ = connection.ask("GET", path)
        if status:
            counted[path] += 1
            number += 1
        else:
            sleep(0.02)
    connection.close()
    return counted


def test_the_ring_says_what_a_load_generator_counted(two_hosts: Site) -> None:
    apps, is_over = two_hosts.apps, Event()
    with ThreadPoolExecutor(4) as threads:
        running = [threads.submit(load, app.port, is_over) for app in apps for _ in range(2)]
        sleep(SECONDS)
        apps[0].stop()
        apps[0].launch()
        apps[0].wait()
        sleep(SECONDS)
        is_over.set()
        counted = sum((each.result() for each in running), Counter[str]())
    for app in apps:
        app.stop()  # what it counted in the minute that is not over is written now
    rows: list[Any] = list(
        two_hosts.query("SELECT source, totals, details FROM figures WHERE span = 'minute' AND source <> 'site'")
    )
    requests = sum(int(totals.get("requests", 0)) for _, totals, _ in rows)
    routes: Counter[str] = Counter()
    for _, _, details in rows:
        for route, each in details.get("routes", {}).items():
            routes[route] += sum(each["buckets"])
    answered = sum(count for path, count in counted.items() if path != PROBE)
    print(f"counted by the load generator {answered}, by the ring {requests}; {dict(routes)}")  # noqa: T201
    hosts = {str(source).partition("/")[0] for source, *_ in rows}
    assert hosts == ({*HOSTS} if named("web1") else {os.uname().nodename})
    assert len({source for source, *_ in rows}) == len(apps)
    assert len(rows) >= 3  # one for each end of a server
    assert requests == answered
    assert {route: routes[route] for route in ROUTES.values()} == {ROUTES[path]: counted[path] for path in ROUTES}
    assert in_terminal(two_hosts)["GET /public"] == f"{counted['/public']:,}"


def in_terminal(site: Site) -> dict[str, str]:
    """Give the requests of each route that `flask status` shows."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "status", "--window", "day"]
    shown = subprocess.run(command, cwd=ROOT, env=site.environment(), check=False, capture_output=True, text=True)
    table = shown.stdout.partition("Slowest routes, last day\n")[2].partition("\n\n")[0]
    return {line[: line.index("  ")]: line.split()[2] for line in table.splitlines()[1:]}
