"""`make test-mutants`: make each change of `table.py` in a copy of the tree, and see its tests turn red.

Give names to try only these. It fails for a survivor, and for a change that no longer fits the source.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.mutants.table import MUTANTS, Mutant

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("config.py", "wsgi.py", "pyproject.toml", "feedapp", "templates", "static", "tests", "migrations")
SECONDS = 600
FAILED = 1
"""What pytest answers when a test failed; anything else is not what was asked for."""


def main(names: list[str]) -> int:
    """Try them one after the other; give the exit status."""
    survivors = []
    with tempfile.TemporaryDirectory(prefix="feedapp-mutants-") as place:
        tree = Path(place)
        for name in COPIED:
            source = ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, tree / name)
        for mutant in MUTANTS:
            if names and mutant.name not in names:
                continue
            begun = time.monotonic()
            verdict = "noticed" if _is_noticed(mutant, tree) else "SURVIVED"
            print(f"{verdict:9} {time.monotonic() - begun:5.0f} s  {mutant.name}", flush=True)  # noqa: T201
            if verdict == "SURVIVED":
                survivors.append(mutant.name)
    print(f"{len(survivors)} survivors{': ' if survivors else ''}{', '.join(survivors)}")  # noqa: T201
    return bool(survivors)


def _is_noticed(mutant: Mutant, tree: Path) -> bool:
    file = tree / mutant.file
    source = file.read_text(encoding="utf-8")
    if (times := source.count(mutant.old)) != 1:
        raise SystemExit(f"{mutant.name}: what is to be changed stands {times} times in {mutant.file}")
    file.write_text(source.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *mutant.tests],
            cwd=tree, check=False, capture_output=True, text=True, timeout=SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return True
    finally:
        file.write_text(source, encoding="utf-8")
    if done.returncode not in {0, FAILED}:
        raise SystemExit(f"{mutant.name}: pytest failed otherwise:\n{done.stdout[-2_000:]}{done.stderr[-2_000:]}")
    return done.returncode == FAILED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
