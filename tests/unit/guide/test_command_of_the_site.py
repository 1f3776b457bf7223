"""`deploy/feedapp`, the command that setup puts in the path: what was typed reaches the program as it was typed."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

COMMAND = Path(__file__).parents[3] / "deploy" / "feedapp"
TYPED = ["user", "suspend", "ada", "--reason", "$5 scam, ${HOME} and $$", "a  b", "", "-n"]


def test_arguments_reach_the_service_manager_with_their_dollars_doubled(tmp_path: Path) -> None:
    """It takes `$$` for one, and `$5` for the name of something."""
    manager = tmp_path / "systemd-run"
    manager.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
    manager.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": "/nowhere"}
    told = subprocess.run(
        ["sh", str(COMMAND), *TYPED], env=environment, capture_output=True, text=True, check=True
    ).stdout
    given = told.split("/opt/feedapp/bin/feedapp\n")[1].split("\n")[:-1]
    assert [each.replace("$$", "$") for each in given] == TYPED
    assert given[4] == "$$5 scam, $${HOME} and $$$$"
