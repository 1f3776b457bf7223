"""Cached values: JSON in a versioned envelope, or a marker that readers treat as a miss.

A value is `[version,data]`. Raise VERSION when the shape of any cached value changes: values of another version are
misses, so old and new processes can run side by side, both deleting the same keys. Markers begin with a letter, and no
envelope does: `L` is a reader's lease, `W` the writers that hold the key while they commit.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from zlib import crc32

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable

VERSION = 8
SPREAD = 0.1
LEASE, HOLD = b"L", b"W"
MARKER = re.compile(rb"L[0-9a-f]{16}|W(?: [0-9a-f]+@[0-9]+)+")
MISS: Any = type("Miss", (), {"__repr__": lambda _: "MISS", "__bool__": lambda _: False})()


def encode(data: object) -> bytes:
    """Wrap JSON data for storing."""
    return orjson.dumps([VERSION, data])


def packed(values: Iterable[tuple[str, object, int]]) -> dict[str, tuple[bytes, int]]:
    """Wrap many for storing: of each its name, the data, and its lifetime in seconds, as `encode` and `spread` do."""
    dumps = orjson.dumps
    return {
        name: (dumps([VERSION, data]), int(1_000 * lifetime * (1 - SPREAD * crc32(name.encode()) / 2**32)))
        for name, data, lifetime in values
    }


def decode(stored: bytes | None) -> Any:
    """Unwrap what a key holds; MISS for nothing, a marker, another version or anything that cannot be read."""
    if stored is None or not is_value(stored):
        return MISS
    try:
        envelope = orjson.loads(stored)
    except orjson.JSONDecodeError:
        return MISS
    if len(envelope) != 2 or envelope[0] != VERSION:  # noqa: PLR2004  (version and data)
        return MISS
    return envelope[1]


def is_value(stored: bytes) -> bool:
    """Tell a value from a marker."""
    return stored[:1] == b"["


def is_marker(stored: bytes | None) -> bool:
    """Tell whether the key holds a marker: somebody is loading or writing its value."""
    return stored is not None and MARKER.fullmatch(stored) is not None


def is_hold(stored: bytes | None) -> bool:
    """Tell whether the key is held by a writer."""
    return stored is not None and stored[:1] == HOLD and is_marker(stored)


class Serializer:
    """The envelope as a cachelib serialiser, for plain `get` and `set`; None is a miss."""

    def dumps(self, value: object) -> bytes:
        """Wrap a value."""
        return encode(value)

    def loads(self, bvalue: bytes | None) -> Any:
        """Unwrap a value, None for a miss."""
        value = decode(bvalue)
        return None if value is MISS else value


def spread(lifetime: int, name: str) -> int:
    """Shorten a lifetime in seconds by up to a tenth, so that keys filled together do not expire together; in ms.

    The amount depends on the name alone, so the remaining lifetime of a key also tells its age.
    """
    return packed([(name, None, lifetime)])[name][1]
