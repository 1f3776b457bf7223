"""`python -m feedapp.web [TARGET]`: serve by the settings, as `flask --app wsgi serve` and `make run` do."""

from __future__ import annotations

import os
import sys

from config import VAR, SettingError
from feedapp import logs
from feedapp.embedded.errors import EmbeddedServerError
from feedapp.embedded.launch_settings import LaunchSettings
from feedapp.embedded.web import check_port
from feedapp.web.supervisor import Supervisor, Target

WRONG_SETTING = 2
DEFAULT_TARGET = "wsgi:app"


def main(target: str = DEFAULT_TARGET) -> int:
    """Return the exit status: 0 when told to end, 1 when something failed, 2 for a wrong setting."""
    try:
        settings = LaunchSettings.from_environment(os.environ, directory=VAR)
        check_port(settings)
        logs.configure(log_format="json" if settings.json_logs else "text", level=settings.log_level)
        return Supervisor(Target(target, settings.host, settings.port, settings.workers, settings.threads)).run()
    except SettingError as error:
        sys.stderr.write(f"feedapp: {error}\n")
        return WRONG_SETTING
    except EmbeddedServerError as error:
        sys.stderr.write(f"feedapp: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
