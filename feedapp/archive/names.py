"""Whom and what the lines of one batch name: ids, and from which line on they may be named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_OWN = re.compile(r"feedapp-([1-9]\d{0,17})-(-?(?:\d{1,20}|Infinity))", re.ASCII)
"""The id under which a post that was written here is exported: its id, and the microseconds since 1970."""


class Names:
    """Ids by name. What a batch itself brings may be named from the line after it."""

    def __init__(self, kind: str, known: dict[str, int]) -> None:
        self._kind = kind
        self._ids = known
        self._since: dict[str, int] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._ids

    def bring(self, added: dict[str, int], lines: dict[str, int]) -> None:
        """Add what is new, with the line of each that brought it."""
        self._ids |= added
        self._since |= lines

    def id(self, name: str, line: int) -> int:
        """Give the id of what a line names. Raise ValueError if it is not known by then."""
        if name not in self._ids or self._since.get(name, 0) > line:
            raise ValueError(f'there is no {self._kind} "{name}"' + (" before this line" if name in self._ids else ""))
        return self._ids[name]


def own_ids(names: Sequence[str]) -> list[dict[str, Any]]:
    """Give those that an export derived from our own id and time."""
    return [
        {"archive_id": name, "id": int(own[1]), "micros": own[2]} for name in names if (own := _OWN.fullmatch(name))
    ]
