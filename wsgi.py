"""The entry point of `flask --app wsgi`, of the workers that its `serve` starts, and of other WSGI servers."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from itertools import pairwise
from multiprocessing.util import Finalize

from config import VAR, SettingError
from feedapp import embedded
from feedapp.embedded.launch import metrics_directory
from feedapp.embedded.launch.launch_settings import FILLED_IN
from feedapp.observability import logs, standard_streams

FROM_COMMAND_LINE = os.environ.get("FLASK_RUN_FROM_CLI") == "true"
OPTIONS_WITH_VALUES = {"--app", "-A", "--env-file", "-e"}
COMMAND = next(
    (word for before, word in pairwise(sys.argv) if not word.startswith("-") and before not in OPTIONS_WITH_VALUES), ""
)
SERVES = not FROM_COMMAND_LINE or COMMAND == "run"
NEEDS_NO_SERVER = {"reload", "setup"}
"""Commands that speak to no PostgreSQL and no Redis."""
STARTS_SERVERS = FROM_COMMAND_LINE and COMMAND != "serve"
"""Whether this process lasts as long as servers that it starts: `serve` becomes another program."""


def _share_figures() -> None:
    """Let all workers of one server, the children of one parent, write their figures into one directory."""
    given, name = metrics_directory.given(), metrics_directory.SETTING
    if FROM_COMMAND_LINE and given is None:
        os.environ.pop(name, None)  # prometheus_client would take "" for the folder it is in
    else:
        try:
            os.environ[name] = given or str(metrics_directory.join_server(os.getppid()))
        except OSError:  # the disk is full: a process that counts for itself alone is better than none
            os.environ.pop(name, None)


def _find_servers() -> None:
    """Use the servers of this folder's `make run` where no address is given."""
    missing = {name: not os.environ.get(name, "").strip() for name in ("DATABASE_URL", "REDIS_URL")}
    if not any(missing.values()):
        return
    found: embedded.Addresses | None
    if FROM_COMMAND_LINE and ("--help" in sys.argv or COMMAND in NEEDS_NO_SERVER):
        os.environ.update(
            {name: filling for name, filling in FILLED_IN.items() if not os.environ.get(name, "").strip()}
        )
        return
    if STARTS_SERVERS:
        wanted = {"postgres": missing["DATABASE_URL"], "redis": missing["REDIS_URL"]}
        found = embedded.servers_for_command(VAR, **wanted, say=_say)
        os.environ["SECRET_KEY"] = os.environ.get("SECRET_KEY") or embedded.secret_key(VAR)
    else:
        found = embedded.attach(VAR)
    urls = {"DATABASE_URL": found and found.database_url, "REDIS_URL": found and found.redis_url}
    os.environ.update({name: url for name, url in urls.items() if url and missing[name]})


def _say(line: str) -> None:
    if COMMAND == "doctor":  # which says what is wrong, and if nothing is, that in one line
        return
    with suppress(OSError):
        sys.stderr.write(f"feedapp: {line}\n")


if not (SERVES or COMMAND == "serve"):
    standard_streams.guard()
try:
    _share_figures()  # before anything imports prometheus_client
    _find_servers()
    from feedapp.app import create_app

    app = create_app()
    if SERVES:
        logs.never_wait()
        services = app.extensions["feedapp"]
        services.start()
        Finalize(None, services.stop, exitpriority=1)  # atexit is not run in the workers of every server
except (SettingError, embedded.EmbeddedServerError) as error:
    sys.exit(f"feedapp: {error}")
