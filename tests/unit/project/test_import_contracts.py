"""A violation of each import contract of pyproject.toml turns `make check` red."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"
VIOLATIONS = {
    "Imports go one way": ("feedapp/repositories/users.py", "import feedapp.services.content.posts"),
    "every room has its place": ("feedapp/attic.py", '"""A room that nobody has given a place."""'),
    "No two siblings import each other": ("feedapp/cache/redis/fences.py", "import feedapp.cache.redis.backend"),
    "The API and the pages": ("feedapp/blueprints/api/posts.py", "import feedapp.blueprints.pages.posts"),
    "Domains of the services": ("feedapp/services/people/follows.py", "import feedapp.services.content.posts"),
    "Services are rules": ("feedapp/services/people/profiles.py", "import flask"),
    "Who speaks to Redis itself": ("feedapp/services/content/posts.py", "import feedapp.cache.redis.backend"),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "feedapp", copy / "feedapp", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def lint(house: Path) -> tuple[int, str]:
    environment = {**os.environ, "PYTHONPATH": str(house)}
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],
        cwd=house,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, " ".join(done.stdout.split())


def test_all_are_kept(house: Path) -> None:
    status, told = lint(house)
    assert (status, "0 broken" in told) == (0, True), told


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_violation_is_found(house: Path, contract: str) -> None:
    name, line = VIOLATIONS[contract]
    file = house / name
    before = file.read_text(encoding="utf-8") if file.exists() else None
    file.write_text(f"{before or ''}\n{line}\n", encoding="utf-8")
    try:
        status, told = lint(house)
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_text(before, encoding="utf-8")
    assert status == 1
    assert contract in told.partition("Broken contracts")[2], told
