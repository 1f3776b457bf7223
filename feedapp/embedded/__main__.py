"""`python -m feedapp.embedded`: what `make run` starts, from the project's folder.

`--stop-with-parent` ends it when the process that started it ends, as make does.
"""

import os
import sys

from config import VAR, SettingError
from feedapp.embedded.errors import EmbeddedServerError
from feedapp.embedded.launch.launcher import launch
from feedapp.install.places import DATA, IS_CHECKOUT

WRONG_SETTING = 2


def main() -> int:
    """Return the exit status: 0 after Ctrl-C, 1 when something failed, 2 for a wrong setting."""
    if IS_CHECKOUT:
        os.chdir(DATA)  # where wsgi.py is
    try:
        launch(VAR, stop_with_parent="--stop-with-parent" in sys.argv[1:])
    except SettingError as error:
        sys.stderr.write(f"feedapp: {error}\n")
        return WRONG_SETTING
    except EmbeddedServerError as error:
        sys.stderr.write(f"feedapp: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
