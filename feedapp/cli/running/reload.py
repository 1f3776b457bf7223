"""`flask --app wsgi reload`: new workers for a running `serve` or `make run`."""

from __future__ import annotations

import os
import signal
import time

import click

from config import VAR
from feedapp.embedded.launch.launch_settings import FILLED_IN, LaunchSettings
from feedapp.server.processes.reload import READY_SECONDS
from feedapp.server.processes.state import read, supervisors

LOOK_SECONDS = 0.1


@click.command("reload")
def command() -> None:
    """Replace the workers at PORT, one after another, without a failed request.

    The new ones take new code, templates and static files; settings stay as they were. If a new one cannot serve, the
    old ones stay, this says why, and ends with status 1.
    """
    given = {name: value for name, value in os.environ.items() if value.strip()}
    port = LaunchSettings.from_environment({**FILLED_IN, **given}, directory=VAR).port
    found = supervisors(port)
    if not found:
        raise click.ClickException(
            f"Nothing of yours serves at port {port}: set PORT as for `serve`, or run this as the same user."
        )
    pid, before = min(found.items())
    os.kill(pid, signal.SIGHUP)
    wanted = before.reloads + (2 if before.is_reloading else 1)  # one that had begun may have taken the code before
    deadline = time.monotonic() + READY_SECONDS * 4
    while (state := read(pid)) is not None and state.reloads < wanted:
        if time.monotonic() > deadline:
            raise click.ClickException("The workers are still being replaced: the log says what comes of it.")
        time.sleep(LOOK_SECONDS)
    if state is None:
        raise click.ClickException("The server ended meanwhile: the log says why.")
    if not state.is_new:
        raise click.ClickException(f"{state.told}.")
    click.echo(f"{state.told}.")
