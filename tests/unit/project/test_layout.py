"""A folder is taken in at one look, and a file in one sitting."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FILES = [path.relative_to(ROOT) for top in ("feedapp", "tests") for path in (ROOT / top).rglob("*.py")]
MOST_FILES, MOST_LINES = 15, 250


def test_no_folder_has_more_than_15_python_files() -> None:
    folders = [str(path.parent) for path in FILES]
    full = {each: count for each in set(folders) if (count := folders.count(each)) > MOST_FILES}
    assert full == {}


def test_no_file_has_more_than_250_lines() -> None:
    lines = {str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {path: count for path, count in lines.items() if count > MOST_LINES} == {}
