"""Rows in PostgreSQL's binary form of COPY: nothing to escape here, nothing to parse there.

A row is its number of fields (int16), then each field's length in bytes (int32, -1 for NULL) and its bytes; a time is
its microseconds since 2000 (int64). https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
"""

from __future__ import annotations

from itertools import islice
from struct import Struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
BLOCK = 200

_FIELDS = Struct("!h")
_LENGTH = Struct("!i")
_NUMBER = Struct("!iq")
_TEXT_AFTER_TWO = Struct("!hiqiqi")
_TEXT_AFTER_THREE = Struct("!hiqiqiqi")
_TIME_AND_NULL = Struct("!iqi")
_TWO_TIMES = Struct("!iqiq")
_THREE_NUMBERS = Struct("!hiqiqiq")
_FOUR_NUMBERS = Struct("!hiqiqiqiq")


def user(user_id: int, texts: tuple[str | None, ...], time: int) -> bytes:
    """Users: id, any texts or NULLs, a time."""
    fields = [_FIELDS.pack(2 + len(texts)), _NUMBER.pack(8, user_id)]
    for text in texts:
        if text is None:
            fields.append(_LENGTH.pack(-1))
            continue
        encoded = text.encode()
        fields += (_LENGTH.pack(len(encoded)), encoded)
    return b"".join((*fields, _NUMBER.pack(8, time)))


def post(post_id: int, author_id: int, body: bytes, time: int, edited: int | None) -> bytes:
    """Posts: id, author, body, time, time of the last change or None."""
    times = _TIME_AND_NULL.pack(8, time, -1) if edited is None else _TWO_TIMES.pack(8, time, 8, edited)
    return _TEXT_AFTER_TWO.pack(5, 8, post_id, 8, author_id, len(body)) + body + times


def comment(comment_id: int, post_id: int, author_id: int, body: bytes, time: int) -> bytes:
    """Comments: id, post, author, body, time."""
    head = _TEXT_AFTER_THREE.pack(5, 8, comment_id, 8, post_id, 8, author_id, len(body))
    return head + body + _NUMBER.pack(8, time)


def three(first: int, second: int, third: int) -> bytes:
    """Likes, follows, the counters of posts: three numbers or times."""
    return _THREE_NUMBERS.pack(3, 8, first, 8, second, 8, third)


def four(first: int, second: int, third: int, fourth: int) -> bytes:
    """The counters of users: four numbers."""
    return _FOUR_NUMBERS.pack(4, 8, first, 8, second, 8, third, 8, fourth)


def blocks(rows: Iterable[bytes], advance: Callable[[int], None]) -> Iterator[bytes]:
    """Give the whole stream of one COPY, a few rows at a time; `advance` hears how many they were."""
    rows = iter(rows)
    yield HEADER
    while block := list(islice(rows, BLOCK)):
        yield b"".join(block)
        advance(len(block))
    yield TRAILER
