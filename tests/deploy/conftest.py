"""feedapp as others install it: a wheel in a virtual environment of its own, far from the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from feedapp.embedded import Postgres, Redis
from tests.deploy.installed import Installed

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).with_name("uv")


def install(source: Path, folder: Path) -> Path:
    """Build the wheel of a checkout and install it with what the lock names; give the environment's programs."""

    def run(*words: str | Path) -> None:
        subprocess.run(words, cwd=folder, check=True, capture_output=True)

    run(UV, "build", "--quiet", "--wheel", "--out-dir", folder / "dist", source)
    run(UV, "venv", "--quiet", "--python", sys.executable, folder / "venv")
    python = folder / "venv" / "bin" / "python"
    pip = (UV, "pip", "install", "--quiet", "--python", python)
    run(*pip, "--require-hashes", "-r", source / "requirements.txt")
    (wheel,) = (folder / "dist").glob("*.whl")
    run(*pip, "--no-deps", wheel)
    return python.parent


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(ROOT, tmp_path_factory.mktemp("installed"))


@pytest.fixture
def installed(programs: Path, tmp_path: Path) -> Iterator[Installed]:
    with Postgres(tmp_path / "postgres", durable=False) as database, Redis(tmp_path / "redis") as cache:
        home = tmp_path / "home"
        home.mkdir()
        settings = {
            **{name: value for name, value in os.environ.items() if name in {"PATH", "TMPDIR", "LANG"}},
            "HOME": str(home), "STATE_DIRECTORY": str(home / "state"), "DATABASE_URL": database.url,
            "REDIS_URL": cache.url, "SECRET_KEY": "a secret of the tests", "RATE_LIMITS": "0", "WEB_WORKERS": "2",
        }  # fmt: skip
        site = Installed(programs, home, settings, cache=cache)
        yield site
        site.stop()
        shutil.rmtree(home, ignore_errors=True)
