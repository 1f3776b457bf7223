"""The requirements: every package that is installed is one version, and the very file that was looked at."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LOCKS = {"requirements", "requirements-dev", "requirements-bench"}
PINNED = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[A-Za-z0-9.+!]+)(?: ; (?P<marker>[^\\]+))?")
HASHES = 20
"""At least so many where a package has files for every Python and platform."""
PLATFORMS = {"granian", "orjson", "psycopg2-binary", "hiredis", "pydantic-core"}


def logical_lines(name: str) -> list[str]:
    """Give what pip reads: without comments, and lines that go on joined."""
    joined = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    return [line.strip() for line in joined.splitlines() if line.strip() and not line.strip().startswith("#")]


def folded(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(name: str) -> dict[str, set[str]]:
    """Give the versions of each package; more than one where Pythons differ."""
    found: dict[str, set[str]] = {}
    for line in logical_lines(f"{name}.txt"):
        pinned = PINNED.match(line)
        assert pinned, line
        found.setdefault(folded(pinned["name"]), set()).add(pinned["version"])
    return found


def direct(name: str) -> dict[str, str]:
    """Give the packages that a file names itself. Raise AssertionError for one that is not pinned."""
    found = {}
    for line in logical_lines(f"{name}.in"):
        if not line.startswith(("-r ", "-c ")):
            pinned = PINNED.fullmatch(line)
            assert pinned, f"{line} is not pinned"
            found[folded(pinned["name"])] = pinned["version"]
    return found


@pytest.mark.parametrize("name", sorted(LOCKS))
def test_every_package_has_one_version_and_hashes_and_no_index_is_named(name: str) -> None:
    for line in logical_lines(f"{name}.txt"):
        assert PINNED.match(line), line
        assert re.search(r" --hash=sha256:[0-9a-f]{64}", line), line
        assert "://" not in line
        assert not line.startswith("-")


@pytest.mark.parametrize("name", sorted(LOCKS))
def test_every_package_that_is_asked_for_is_pinned_and_locked_as_it_is_pinned(name: str) -> None:
    versions = locked(name)
    wanted = direct(name)
    assert wanted
    for package, version in wanted.items():
        assert versions.get(package) == {version}, f"{package}: run `make lock`"


@pytest.mark.parametrize("name", sorted(LOCKS))
def test_a_version_that_differs_by_python_has_a_marker_for_each(name: str) -> None:
    lines = logical_lines(f"{name}.txt")
    for package, versions in locked(name).items():
        if len(versions) > 1:
            own = [line for line in lines if (pinned := PINNED.match(line)) and folded(pinned["name"]) == package]
            assert all("python_full_version" in line for line in own), package


def test_what_runs_in_tests_and_benchmarks_is_what_runs_the_site() -> None:
    site = locked("requirements")
    for name in ("requirements-dev", "requirements-bench"):
        assert {package: versions for package, versions in locked(name).items() if package in site} == site


def test_packages_with_machine_code_have_the_hashes_of_every_platform() -> None:
    for line in logical_lines("requirements.txt"):
        pinned = PINNED.match(line)
        if pinned and folded(pinned["name"]) in PLATFORMS:
            assert line.count("--hash=") >= HASHES, line[:60]


def test_make_installs_nothing_without_a_hash() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    installing = [line for line in makefile.splitlines() if "pip install" in line]
    assert installing
    assert all("--require-hashes" in line for line in installing)
