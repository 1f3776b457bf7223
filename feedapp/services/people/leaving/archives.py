"""One's own archive: everything that one wrote and did, as gzip of JSON lines that `flask import` reads.

A small one is made while its owner waits. A large one is made by a periodic job, in parts that are kept for a day. No
process has more of either in memory than a part: what is larger goes through a temporary file.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, cast

import orjson

from feedapp.limits import EXPORTS
from feedapp.repositories.transfer.exports import SELECTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from feedapp.models import PersonalArchive
    from feedapp.reading.read_models import Viewer
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.transfer.archives import ArchiveRepository
    from feedapp.repositories.transfer.exports import ExportRepository, Snapshot
    from feedapp.services.access.rate_limits import RateLimits
    from feedapp.writing.unit_of_work import UnitOfWork

Complete = Callable[[dict[str, Any]], dict[str, Any] | None]
SMALL = 5_000
"""Rows of an archive that is made at once, in a second or two."""
PART = 512 * 1024
LEVEL = 6
WAIT_SECONDS = 60
"""After which to ask again: as often as the job looks."""
AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """An archive to be sent: `content` is closed by whoever sends it."""

    content: IO[bytes]
    size: int
    name: str


@dataclass(frozen=True, slots=True)
class ArchiveState:
    """How it stands with an archive: asked for, or made at a time and so many bytes large."""

    made_at: datetime | None
    size: int


class ArchiveService:
    """Makes archives. `exports` gives what takes a snapshot, in the app's context.

    `complete` puts into a row of a kind what is not in the database, such as a picture's content; None leaves it out.
    """

    def __init__(
        self,
        *,
        viewers: ViewerService,
        unit_of_work: UnitOfWork,
        archives: ArchiveRepository,
        exports: Callable[[], ExportRepository],
        rate_limits: RateLimits,
        complete: Mapping[str, Complete],
    ) -> None:
        self._complete = complete
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._archives = archives
        self._exports = exports
        self._rate_limits = rate_limits

    def state(self, credentials: Credentials) -> tuple[Viewer, ArchiveState | None]:
        """Give the viewer, and how it stands with a large archive of theirs; None if they asked for none."""
        viewer = self._viewers.require(credentials)
        with self._unit_of_work():
            return viewer, _state(self._archives.get(viewer.id))

    def own(self, credentials: Credentials) -> ArchiveFile | None:
        """Give the viewer's own archive; None if it is large and being made: ask again after `WAIT_SECONDS`.

        Raise UnauthenticatedError, TooManyAttemptsError.
        """
        viewer = self._viewers.require(credentials)
        self._rate_limits.count((EXPORTS, str(viewer.id)))
        name = f"{viewer.person.username}.jsonl.gz"
        with self._unit_of_work():
            state = _state(self._archives.get(viewer.id))
        if state is not None and state.made_at is not None:
            return self._kept(viewer.id, state.size, name)
        if state is None:
            with self._exports().snapshot() as snapshot:
                if snapshot.count_of(viewer.id, at_most=SMALL + 1) <= SMALL:
                    content = _temporary()
                    return ArchiveFile(content, self._write(snapshot, viewer.id, content), name)
            with self._unit_of_work():
                self._archives.ask(viewer.id)
        return None

    def make(self) -> int:
        """Make those that are waited for; give how many."""
        with self._unit_of_work():
            waiting = self._archives.waiting(at_most=AT_ONCE)
        for user_id in waiting:
            self._make(user_id)
        return len(waiting)

    def clean(self) -> int:
        """Forget those that nobody fetched within a day; give how many."""
        with self._unit_of_work():
            return self._archives.clean()

    def _make(self, user_id: int) -> None:
        """Keep an archive in parts. Interrupted, it is begun again: until the end nobody is given any of it."""
        with _temporary() as content:
            with self._exports().snapshot() as snapshot:
                size = self._write(snapshot, user_id, content)
            with self._unit_of_work():
                self._archives.begin(user_id)
            number = 0
            while data := content.read(PART):
                with self._unit_of_work():
                    self._archives.add(user_id, number, data)
                number += 1
        with self._unit_of_work():
            self._archives.finish(user_id, size=size)

    def _kept(self, user_id: int, size: int, name: str) -> ArchiveFile | None:
        content, number = _temporary(), 0
        while True:
            with self._unit_of_work():
                data = self._archives.part(user_id, number)
            if data is None:
                break
            content.write(data)
            number += 1
        if content.tell() != size:  # it ran out, or is made anew
            content.close()
            return None
        content.seek(0)
        return ArchiveFile(content, size, name)

    def _write(self, snapshot: Snapshot, user_id: int, content: IO[bytes]) -> int:
        """Write an archive to the beginning of a file, and give its size in bytes."""
        with _packed(content) as packed:
            for kind in SELECTS:
                complete = self._complete.get(kind, _as_it_is)
                for row in map(complete, snapshot.rows(kind, of=user_id)):
                    if row is not None:
                        packed.write(orjson.dumps({"type": kind, **row}, option=orjson.OPT_APPEND_NEWLINE))
        size = content.tell()
        content.seek(0)
        return size


def _as_it_is(row: dict[str, Any]) -> dict[str, Any]:
    return row


def _state(found: PersonalArchive | None) -> ArchiveState | None:
    return None if found is None else ArchiveState(found.made_at, found.size)


def _temporary() -> IO[bytes]:
    return SpooledTemporaryFile(max_size=PART)


@contextmanager
def _packed(content: IO[bytes]) -> Iterator[IO[bytes]]:
    """Compress; the same archive has the same bytes."""
    with gzip.GzipFile(filename="", mode="wb", compresslevel=LEVEL, fileobj=content, mtime=0) as packed:
        yield cast("IO[bytes]", packed)
