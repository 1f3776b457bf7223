"""How a test asks the doctor, and what it makes wrong for it."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from shutil import which
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.front.sites import KEPT, ROOT
from tests.support.deployments.choices import client_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from feedapp.embedded import Redis

    Ask = Callable[..., tuple[int, str]]

WELL = (0, "All is well.\n")
PUBLIC = {"SITE_URL": "https://feed.example", "TRUSTED_PROXIES": "1"}
SHIFTED = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
int clock_gettime(clockid_t clock, struct timespec *told) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int status = real(clock, told);
    if (clock == CLOCK_REALTIME) told->tv_sec += 90;
    return status;
}
"""
"""A clock that is a minute and a half ahead, for one process."""
needs_compiler = pytest.mark.skipif(which("cc") is None, reason="no compiler to make a clock that is ahead")


def settings_of(database_url: str, redis_url: str) -> dict[str, str]:
    """What a process has that is set up well."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT}
    return {**kept, "DATABASE_URL": database_url, "REDIS_URL": redis_url, "SECRET_KEY": "a secret of the tests"}


def run(environment: dict[str, str], *words: str) -> tuple[int, str]:
    """Ask as an operator does."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", *words, "--app", "wsgi", "doctor"],
        cwd=ROOT, env=environment, timeout=180, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.returncode, done.stdout


def only(found: tuple[int, str], what: str, remedy: str) -> None:
    """One fault is said, in a line, and a remedy in the next."""
    all_of(found, (what, remedy))


def all_of(found: tuple[int, str], *faults: tuple[str, str]) -> None:
    """These faults are said and no other, in this order: a line each, and a remedy in the next."""
    status, said = found
    lines = said.splitlines()
    assert (status, len(lines)) == (1, 2 * len(faults)), said
    for (what, remedy), first, second in zip(faults, lines[::2], lines[1::2], strict=True):
        assert what in first, said
        assert remedy in second, said
        assert second.startswith("  "), said


@contextmanager
def configured(cache: Redis, **settings: str) -> Iterator[None]:
    """Let Redis have other settings."""
    with client_of(cache) as client:
        before: dict[str, Any] = {name: client.config_get(name)[name] for name in settings}
        for name, value in settings.items():
            client.config_set(name, value)
        try:
            yield
        finally:
            for name, value in before.items():
                client.config_set(name, value)
            client.flushall()


def clock_ahead(place: Path) -> dict[str, str]:
    """Give what a process has in its environment whose clock is ahead."""
    (place / "ahead.c").write_text(SHIFTED)
    ahead = place / "ahead.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", ahead, place / "ahead.c", "-ldl"], check=True)
    return {"LD_PRELOAD": str(ahead)}


@contextmanager
def mounted(place: Path, options: str) -> Iterator[Path]:
    """Mount a small disk there, where this user may."""
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], check=False, capture_output=True)
    if done.returncode:
        pytest.skip("this user may not mount")
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)
