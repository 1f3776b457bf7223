"""What follows from SECRET_KEY and is kept elsewhere is useless with another one: devices' keys, authenticators.

The site notes by which key it is served, once in ten minutes: not the key, but the public one by which push services
know the site, which each page for members shows. What was made before another one came is counted.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from feedapp import deadline
from feedapp.services.operations.doctor.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedapp.repositories.delivery.leaving import LeavingRepository
    from feedapp.repositories.figures.ring import RingRepository

EVERY = 600.0
PATIENCE = 5.0
WEEK = 7 * 86_400.0
"""Seconds in which the former key may be put back: then what was made by it is given up."""
MOST = 5


class Known(NamedTuple):
    """A key, and since when the site is served by it."""

    key: str
    since: float


class SiteKey:
    """`key` is the public one that follows from this process's SECRET_KEY."""

    def __init__(self, key: str, *, ring: RingRepository, leaving: LeavingRepository) -> None:
        self._key = key
        self._ring = ring
        self._leaving = leaving
        self._began = time.time()

    def note(self) -> None:
        """Note that the site is served by this key. After a week with another one, forget devices of the former."""
        known, now = self._known(), time.time()
        at = self._place(known)
        if at is None:  # from the beginning of this process on: who asked since then asked by this key
            kept = [*known, Known(self._key, self._began)][-MOST:]
        elif at and now - known[at].since > WEEK:
            self._leaving.forget_devices(before=known[at].since)
            kept = [known[at]]
        else:  # those after it were a mistake
            kept = known[: at + 1]
        if kept != known:
            self._ring.keep_site_keys([each._asdict() for each in kept])

    def check(self) -> Iterator[Fault]:
        """Count what another key has made. Nothing is said while PostgreSQL does not answer: its own check does."""
        try:
            with deadline.within(PATIENCE):
                known = self._known()
                at = self._place(known)
                if not known or at == 0:
                    return
                since = None if at is None else known[at].since
                devices, authenticators = self._leaving.made_before(since)
        except SQLAlchemyError:
            return
        lost = [_counted(devices, "device is", "devices are") + " told of nothing"] if devices else []
        if authenticators:
            lost.append("the codes of " + _counted(authenticators, "authenticator", "authenticators") + " are refused")
        if lost:
            begun = "now" if since is None else f"since {time.strftime('%Y-%m-%d %H:%M', time.gmtime(since))} UTC"
            yield Fault(
                f"SECRET_KEY is another one {begun}, and what was made by the former is useless: {' and '.join(lost)}.",
                "Put the former one back (settings.env of a backup has it), then `systemctl restart feedapp`. If it is "
                "lost, whoever asks for it anew at /settings has it again; after a week this is not said any more.",
            )

    def _known(self) -> list[Known]:
        return [Known(str(each["key"]), float(each["since"])) for each in self._ring.site_keys()]

    def _place(self, known: list[Known]) -> int | None:
        return next((at for at, each in enumerate(known) if each.key == self._key), None)


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
