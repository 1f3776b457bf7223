"""A copy of the project and runs in it; processes that start the embedded servers."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from feedapp.embedded.privileges import command_as
from tests.integration.launching.children import CHILD, ROOT, StartChild
from tests.integration.launching.runs import LAUNCHER, Run, Start, copy_project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the module: its first start makes the data, the later ones find them."""
    return copy_project(tmp_path_factory.mktemp("launcher") / "a checkout")


@pytest.fixture(scope="module")
def interruptible() -> Iterator[None]:
    """Let what is started here hear of Ctrl-C: a shell that runs the tests in the background has it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def start(project: Path, interruptible: None) -> Iterator[Start]:
    runs = []

    def start_one(command: list[str] | None = None, /, **settings: str) -> Run:
        run = Run(project, command or LAUNCHER, settings)
        runs.append(run)
        return run

    yield start_one
    for run in runs:
        if run.process.poll() is None:
            os.killpg(run.process.pid, signal.SIGTERM)
            run.wait()


@pytest.fixture
def start_child() -> Iterator[StartChild]:
    children = []

    def start(directory: Path, how: str = "start", identity: str = "same") -> subprocess.Popen[str]:
        command = command_as(identity, [sys.executable, "-c", CHILD, str(directory), how])
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        children.append(child)
        return child

    yield start
    for child in children:
        child.kill()
        child.communicate()
