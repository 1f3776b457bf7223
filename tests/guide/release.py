"""The repository that the guide clones: this checkout as it stands, what is not committed included."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

from tests.guide.document import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.guide.machine import Machine

ADDRESS = "/srv/feedapp.git"
NEXT = "99.0.0"


class Release:
    """`place` is a folder for the copy."""

    def __init__(self, place: Path, machine: Machine) -> None:
        self._copy = place / "copy"
        self._bare = machine.root / ADDRESS.lstrip("/")

    def publish(self) -> None:
        """Put it where the machine finds it."""
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        for name in filter(None, listed.split("\0")):
            source, target = ROOT / name, self._copy / name
            if source.is_file() and not source.is_symlink():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)
        self._git("init", "--quiet")
        self._commit("As it stands")
        subprocess.run(["git", "clone", "--quiet", "--bare", self._copy, self._bare], check=True)

    def publish_next(self) -> None:
        """Publish another version: the same with another number."""
        project = self._copy / "pyproject.toml"
        text = re.sub(
            r'^version = ".*"$', f'version = "{NEXT}"', project.read_text(encoding="utf-8"), flags=re.MULTILINE
        )
        project.write_text(text, encoding="utf-8")
        self._commit("The next version")
        self._git("push", "--quiet", str(self._bare), "HEAD")

    def _commit(self, message: str) -> None:
        self._git("add", "--all")
        self._git("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "--quiet", "-m", message)

    def _git(self, *words: str) -> None:
        subprocess.run(["git", *words], cwd=self._copy, check=True)
