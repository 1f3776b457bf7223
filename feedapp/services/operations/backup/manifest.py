"""What a backup says of itself, and the folders that backups stand in."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from feedapp.embedded import private
from feedapp.embedded.locks import take_lock
from feedapp.errors import NotFoundError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

MANIFEST, DUMP, BASE, SETTINGS, MEDIA, WAL = (
    "manifest.json", "database.dump", "base", "settings.env", "media.tar", "wal",
)  # fmt: skip
UNFINISHED = ".unfinished-"
NAME = "%Y%m%dT%H%M%S"


@dataclass(frozen=True)
class Manifest:
    """`at` is the moment that a dump shows, or at which a base backup was complete; `rows` counts those of a dump.

    `made_by` is the version of the pg_dump that made that.
    """

    kind: str
    at: str
    postgresql: int
    migration: str
    database: str
    made_by: int = 0
    rows: Mapping[str, int] = field(default_factory=dict)
    has_media: bool = False
    has_secrets: bool = False

    @property
    def moment(self) -> datetime:
        """The same as a time."""
        return datetime.fromisoformat(self.at)


@dataclass(frozen=True)
class Backup:
    """One that is whole."""

    place: Path
    manifest: Manifest


@contextmanager
def being_made(directory: Path, now: datetime) -> Iterator[Path]:
    """Give a folder for a new backup, which gets its name when the block is over. Nothing is left if it fails.

    What a killed one left is removed. Raise UnavailableError if another is being made there.
    """
    private.make_directory(directory)
    lock = take_lock(directory / ".lock", "a backup")
    if lock is None:
        raise UnavailableError(f"Another backup into {directory} is being made: try again when that is done.")
    try:
        for left in directory.glob(f"{UNFINISHED}*"):
            shutil.rmtree(left, ignore_errors=True)
        name = now.strftime(NAME)
        place = directory / f"{UNFINISHED}{name}"
        private.make_directory(place)
        try:
            yield place
            _sync(place)
            place.rename(_free(directory, name))
            _sync_directory(directory)
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise
    finally:
        os.close(lock)


def write(place: Path, manifest: Manifest) -> None:
    """Write it last: a folder without one is no backup."""
    private.write_file(place / MANIFEST, json.dumps(asdict(manifest), indent=2) + "\n")


def backups(directory: Path) -> Sequence[Backup]:
    """Give those in a folder, or the folder itself if it is one; the oldest first. Raise NotFoundError for none."""
    places = [directory] if (directory / MANIFEST).exists() else sorted(directory.glob("[0-9]*T[0-9]*"))
    found = []
    for place in places:
        with suppress(OSError, ValueError, TypeError):
            found.append(Backup(place, Manifest(**json.loads((place / MANIFEST).read_text(encoding="utf-8")))))
    if not found:
        raise NotFoundError(f"There is no backup in {directory}.")
    return sorted(found, key=lambda each: each.manifest.moment)


def now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)


def _free(directory: Path, name: str) -> Path:
    place, number = directory / name, 1
    while place.exists():
        number += 1
        place = directory / f"{name}-{number}"
    return place


def _sync(place: Path) -> None:
    for each in place.rglob("*"):
        if each.is_file():
            with each.open("rb") as file:
                os.fsync(file.fileno())
    _sync_directory(place)


def _sync_directory(place: Path) -> None:
    descriptor = os.open(place, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
