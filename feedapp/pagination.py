"""Keyset pages: positions in a list, the signed cursors that name them, and how a page is cut and turned around.

A list has a total order by (created_at, id). A cursor is a position and a direction to walk from it; the position
itself is not part of the page. Pages are kept in the order of the walk, nearest to the cursor first.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from struct import Struct
from typing import TYPE_CHECKING, Literal, NamedTuple

from feedapp.errors import FieldError, InvalidQueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

Walk = Literal["older", "newer"]
OPPOSITE: dict[Walk, Walk] = {"older": "newer", "newer": "older"}
SMALLEST, DEFAULT, LARGEST = 1, 20, 100
KEPT = 1_024
"""How many cursors are kept once read: each request reads its own three times."""

_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


LEVEL = 15
"""Bytes of a path for each level of a thread (migration 0041)."""


class Position(NamedTuple):
    """Where an entry stands in its list: its time in microseconds since the epoch, and its id.

    In a list of threads its `path`, in hexadecimal, is what sorts.
    """

    micros: int
    id: int
    path: str = ""

    @classmethod
    def at(cls, moment: datetime, id_: int) -> Position:
        """Give the place of an entry by its time."""
        return cls((moment - _EPOCH) // _MICROSECOND, id_)

    @property
    def moment(self) -> datetime:
        """The time, exactly: PostgreSQL's own arithmetic with intervals loses microseconds before 1684."""
        return _EPOCH + self.micros * _MICROSECOND


LAST = Position.at(datetime(9999, 1, 1, tzinfo=UTC), 2**63 - 1)
"""After every entry that there can be."""
FIRST = Position.at(datetime(1, 1, 1, tzinfo=UTC), 0)
"""Before every entry that there can be."""


class Cursor(NamedTuple):
    """From where to walk, and which way."""

    walk: Walk
    position: Position


class Entry(NamedTuple):
    """One entry of a page: the id of what it is, the id of its author, and its time in microseconds.

    `limited` is 1 if nobody but its author and whoever follows them is shown it here. `path` as in a position.
    """

    id: int
    author_id: int
    micros: int
    limited: int = 0
    path: str = ""

    @property
    def position(self) -> Position:
        """Where it stands."""
        return Position(self.micros, self.id, self.path)

    @property
    def level(self) -> int:
        """How deep it stands in its thread: 0 for what answers the post."""
        return max(len(self.path) // (2 * LEVEL) - 1, 0)


@dataclass(frozen=True, slots=True)
class Slice:
    """What one statement says of a page, in the order of the walk.

    `more`: the walk goes on beyond the last entry. `behind`: something lies on the other side of where it began.
    """

    entries: tuple[Entry, ...]
    more: bool
    behind: bool


class Cut(NamedTuple):
    """A page cut from a slice: in the order of reading, with the cursors that lead on; None where nothing lies.

    `newer` is that to the newer side of a list with the newest first, also where nothing lies yet.
    """

    entries: tuple[Entry, ...]
    next: Cursor | None
    prev: Cursor | None
    newer: Cursor | None = None


def cut(page: Slice, *, limit: int, cursor: Cursor | None, onward: Walk) -> Cut:
    """Shorten a slice to `limit` entries and put it in the order of reading, which goes `onward`."""
    walk = cursor.walk if cursor else onward
    entries = page.entries[:limit]
    ahead = behind = None
    if page.more or len(page.entries) > limit:
        ahead = Cursor(walk, entries[-1].position)
    if page.behind:
        behind = Cursor(OPPOSITE[walk], entries[0].position if entries else _inclusive(cursor, walk))
    in_order, next_, prev = (entries, ahead, behind) if walk == onward else (entries[::-1], behind, ahead)
    return Cut(in_order, next_, prev, newest(in_order, cursor) if onward == "older" else None)


def newest(entries: Sequence[Entry], cursor: Cursor | None, *, first: Position = FIRST) -> Cursor:
    """Give what newer entries are asked for with, after a page with the newest first that began at a cursor."""
    if entries:
        return Cursor("newer", entries[0].position)
    if cursor is None:
        return Cursor("newer", first)
    return cursor if cursor.walk == "newer" else Cursor("newer", _inclusive(cursor, "older"))


def _inclusive(cursor: Cursor | None, walk: Walk) -> Position:
    assert cursor is not None, "nothing lies behind the start of a list"
    position = cursor.position
    path = position.path and _beside(bytes.fromhex(position.path), walk).hex()
    return Position(position.micros, position.id + (-1 if walk == "older" else 1), path)


def _beside(path: bytes, walk: Walk) -> bytes:
    """Give the place next to a path, before which or after which nothing stands that is not beyond the path itself."""
    if walk == "newer":  # after it, and before whatever is under it
        return path + bytes(LEVEL)
    before = (int.from_bytes(path, "big") - 1).to_bytes(len(path), "big")
    return before + b"\xff" * LEVEL  # after whatever is under that


def checked_limit(text: str | None) -> int:
    """Read a limit. Raise InvalidQueryError unless it is a whole number from 1 to 100."""
    if text is None:
        return DEFAULT
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST)) and SMALLEST <= int(text) <= LARGEST):
        raise InvalidQueryError(FieldError("limit", f"must be a whole number from {SMALLEST} to {LARGEST}"))
    return int(text)


class CursorCodec:
    """Turns cursors into short opaque texts and back. The signature keeps anyone from minting positions, thus keys.

    `kind` is one letter for the sort of list: a cursor of one sort is refused by another.
    """

    _FIELDS = Struct(">ccqq")
    _MAC_LENGTH = 9  # with the fields 27 bytes: 36 characters and no padding

    def __init__(self, secret: str) -> None:
        self._secret = sha256(b"feedapp cursor " + secret.encode()).digest()
        self._decoded = lru_cache(KEPT)(self._decode)

    def encode(self, cursor: Cursor, *, kind: str) -> str:
        """Write a cursor."""
        position = cursor.position
        fields = self._FIELDS.pack(kind.encode(), cursor.walk[0].encode(), position.micros, position.id)
        fields += bytes.fromhex(position.path)
        return urlsafe_b64encode(fields + self._mac(fields)).decode()

    def decode(self, text: str, *, kind: str) -> Cursor:
        """Read a cursor. Raise InvalidQueryError for one that this site did not give out for this kind of list."""
        return self._decoded(text, kind)

    def _decode(self, text: str, kind: str) -> Cursor:
        try:
            signed = urlsafe_b64decode(text.encode("ascii"))
        except (Base64Error, ValueError):
            signed = b""
        fields, mac = signed[: -self._MAC_LENGTH], signed[-self._MAC_LENGTH :]
        genuine = len(fields) >= self._FIELDS.size and urlsafe_b64encode(signed) == text.encode()
        if not genuine or not hmac.compare_digest(self._mac(fields), mac):
            raise _forged()
        found_kind, walk, micros, entry_id = self._FIELDS.unpack_from(fields)
        path = fields[self._FIELDS.size :].hex()
        if found_kind != kind.encode():
            raise _forged()
        return Cursor("older" if walk == b"o" else "newer", Position(micros, entry_id, path))

    def _mac(self, fields: bytes) -> bytes:
        return hmac.digest(self._secret, fields, "sha256")[: self._MAC_LENGTH]


def _forged() -> InvalidQueryError:
    return InvalidQueryError(
        FieldError("cursor", "is not a cursor of this list: leave it out to start at the first page")
    )
