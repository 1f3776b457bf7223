"""Runs of the launcher in a copy of the project."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.error import URLError

import psutil
import psycopg2

from feedapp.embedded import attach
from tests.support.deployments.ports import free_port

ROOT = Path(__file__).resolve().parents[3]


PARTS = ("config.py", "wsgi.py", "feedapp", "migrations", "templates", "static")


OWN_SETTINGS = {
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "HOST",
    "WEB_THREADS",
    "LOG_FORMAT",
    "PROMETHEUS_MULTIPROC_DIR",
    "PYTHONDONTWRITEBYTECODE",  # nobody else needs the folder clean, and each of many starts would compile everything
}


LAUNCHER = [sys.executable, "-m", "feedapp.embedded"]


class Run:
    """A launcher, or a program that starts one, in a session of its own as in a terminal of its own."""

    def __init__(self, folder: Path, command: list[str], settings: dict[str, str]) -> None:
        environment = {name: value for name, value in os.environ.items() if name not in OWN_SETTINGS}
        self.port = settings.get("PORT") or str(free_port())
        self.output = folder / f"output-{time.monotonic_ns()}.txt"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                env={**environment, "WEB_WORKERS": "1", "PORT": self.port, **settings},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def text(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def wait_until_ready(self) -> list[psutil.Process]:
        """Return every process of the run."""
        deadline = time.monotonic() + 180  # a first start makes a database and a community
        while "feedapp is ready" not in self.text():
            assert self.process.poll() is None, self.text()
            assert time.monotonic() < deadline, self.text()
            time.sleep(0.05)
        started = psutil.Process(self.process.pid)
        return [started, *started.children(recursive=True)]

    def wait(self) -> int:
        return self.process.wait(30)

    def get(self, path: str) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return int(answer.status)


Start = Callable[..., Run]


def told_at(port: int) -> str:
    """Read the figures, once a process of the site has taken their port."""
    deadline = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
                return str(answer.read().decode())
        except URLError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def copy_project(folder: Path) -> Path:
    """Copy what runs, with what Python has compiled of it: a first start would compile for seconds.

    What another process is compiling at this moment has a number behind its name, and is gone the next.
    """
    folder.mkdir()
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("*.pyc.[0-9]*"))
        else:
            shutil.copy(source, folder / part)
    return folder


def assert_all_gone(processes: list[psutil.Process], *, seconds: float = 0) -> None:
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    assert not alive


def wait_for(run: Run, said: str) -> None:
    deadline = time.monotonic() + 20
    while said not in run.text():
        assert run.process.poll() is None, run.text()
        assert time.monotonic() < deadline, run.text()
        time.sleep(0.05)


def is_ready(run: Run) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{run.port}/readyz", timeout=10) as answer:
            return bool(json.loads(answer.read())["status"] == "ok")
    except urllib.error.HTTPError:
        return False


def people_of(folder: Path) -> int:
    """Count the accounts of a run."""
    found = attach(folder / "var")
    assert found
    assert found.database_url
    with closing(psycopg2.connect(found.database_url)) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT count(*) FROM users")
        return int(cursor.fetchone()[0])
