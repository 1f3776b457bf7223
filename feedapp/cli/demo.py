"""Brings the written community in: what `flask seed --demo` does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import orjson

from feedapp.archive.lines import Line
from feedapp.errors import ConflictError
from feedapp.seeds.written import telling
from feedapp.seeds.written.reading import people

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from feedapp.archive.importing import Importing
    from feedapp.seeds.loading import Seeding
    from feedapp.services.people.accounts import AccountService

ALL_AT_ONCE = 1_000_000
"""Lines: what is broken off leaves nothing."""


class Demo:
    """The community of `feedapp/seeds/written/`, as an archive that is imported."""

    def __init__(self, *, seeding: Seeding, importing: Importing, accounts: AccountService) -> None:
        self._seeding = seeding
        self._importing = importing
        self._accounts = accounts

    def load(self, *, until: datetime, password: str, advance: Callable[[int], None]) -> str:
        """Add it, up to a last moment; give the username of the one who can log in. Raise ConflictError.

        `advance` hears of lines told.
        """
        usernames = [each.username for each in people()]
        if taken := self._seeding.taken(usernames):
            raise ConflictError("seed", f"The demo is here already, or somebody is called {min(taken)} as in it.")

        def lines() -> Iterator[Line]:
            for number, line in enumerate(telling.lines(until)):
                yield Line(number + 1, orjson.dumps(line))
                advance(1)

        self._importing.bring(lines(), now=datetime.now(UTC), complain=_refuse, at_once=ALL_AT_ONCE)
        self._accounts.set_password(username=usernames[0], password=password)
        return usernames[0]


def _refuse(number: int, reason: str) -> None:
    raise AssertionError(f"line {number} of the demo {reason}")
