"""`python -m feedapp.server [TARGET]`: serve by the settings, as `flask --app wsgi serve` and `make run` do."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from config import VAR, SettingError
from feedapp.embedded.addresses import socket_directories
from feedapp.embedded.errors import EmbeddedServerError
from feedapp.embedded.launch import metrics_directory
from feedapp.embedded.launch.launch_settings import LaunchSettings
from feedapp.embedded.launch.web import check_port
from feedapp.embedded.launch.workers import command_prefix, share, worker_user
from feedapp.observability import logs
from feedapp.pictures.stores import SCHEME
from feedapp.server.processes.listening import is_given
from feedapp.server.processes.places import Target
from feedapp.server.processes.supervisor import Supervisor

WRONG_SETTING = 2
DEFAULT_TARGET = "wsgi:app"

log = logging.getLogger("feedapp.server")


def main(target: str = DEFAULT_TARGET) -> int:
    """Return the exit status: 0 when told to end, 1 when something failed, 2 for a wrong setting."""
    try:
        settings = LaunchSettings.from_environment(os.environ, directory=VAR)
        if not is_given():
            check_port(settings)
        logs.configure(log_format="json" if settings.json_logs else "text", level=settings.log_level)
        logs.never_wait()
        prefix = _without_root()
        place = Target(target, settings.host, settings.port, settings.workers, settings.threads, prefix)
        return Supervisor(place).run()
    except SettingError as error:
        sys.stderr.write(f"feedapp: {error}\n")
        return WRONG_SETTING
    except EmbeddedServerError as error:
        sys.stderr.write(f"feedapp: {error}\n")
        return 1


def _without_root() -> list[str]:
    """Give the prefix for workers of another user, if root starts them, and let it write metrics and pictures."""
    user = worker_user()
    if user is None:
        return []
    place = os.environ[metrics_directory.SETTING] = metrics_directory.given() or str(
        metrics_directory.join_server(os.getpid())
    )
    share(Path(place), user)
    media_url = os.environ.get("MEDIA_URL", "").strip() or str(VAR / "media")
    if not media_url.startswith(SCHEME):
        Path(media_url).mkdir(parents=True, exist_ok=True)
        share(Path(media_url), user)
    sockets = socket_directories(os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL"))
    return command_prefix(user, sockets)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
