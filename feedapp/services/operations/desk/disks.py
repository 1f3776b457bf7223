"""The disks of this machine, as far as the site, or a PostgreSQL beside it, uses them."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.repositories.figures.server import DeskServerRepository

FULL = 0.97
MUCH = 2 * 1024**3
"""Bytes with which a disk is not full, however large it is."""


class Disk(NamedTuple):
    """What is left at a place, in bytes, and whether that is too little; whether PostgreSQL has its data there."""

    place: str
    left: int
    is_full: bool
    is_of_postgresql: bool = False


class Disks:
    """Looks at the places given, and at the data of PostgreSQL, if that says where they are."""

    def __init__(self, places: Sequence[Path], *, server: DeskServerRepository) -> None:
        self._places = places
        self._server = server
        self._data: list[Path] | None = None

    def look(self, *, may_ask: bool = True) -> list[Disk]:
        """Look at the disk of each place that exists here, once; `may_ask` says whether PostgreSQL answers."""
        if self._data is None and may_ask:
            with suppress(SQLAlchemyError):
                told = self._server.data_directory()
                self._data = [] if told is None else [Path(told)]
        found = look([*(self._data or ()), *self._places])
        return [each._replace(is_of_postgresql=Path(each.place) in (self._data or ())) for each in found]


def look(places: Sequence[Path]) -> list[Disk]:
    """Look at the disk of each place that exists here, once."""
    found, seen = [], set()
    for place in places:
        with suppress(OSError):
            disk = place.stat().st_dev
            if disk not in seen:
                seen.add(disk)
                about = os.statvfs(place)
                left, used = about.f_bavail * about.f_frsize, (about.f_blocks - about.f_bfree) * about.f_frsize
                found.append(Disk(str(place), left, left < MUCH and used > FULL * (used + left)))
    return found
