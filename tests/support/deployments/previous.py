"""The release before this one, which sites run while they upgrade: `.ci/previous-release` names its commit.

A commit, since tags do not travel with every clone. Where the clone is too shallow to have it, tests are skipped.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def release() -> tuple[str, str]:
    """Give its name and its commit."""
    name, commit = (ROOT / ".ci" / "previous-release").read_text(encoding="utf-8").split()
    return name, commit


def lacking() -> str:
    """Say why it cannot be had; nothing if it can."""
    name, commit = release()
    found = subprocess.run(["git", "cat-file", "-e", f"{commit}^{{tree}}"], cwd=ROOT, capture_output=True, check=False)
    return f"this clone is too shallow to have {name} ({commit[:8]})" if found.returncode else ""


def unpack(folder: Path) -> Path:
    """Put its files there."""
    folder.mkdir(parents=True, exist_ok=True)
    packed = subprocess.run(["git", "archive", release()[1]], cwd=ROOT, capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x", "-C", folder], input=packed, check=True)
    return folder
