"""Writes a community as a file that `importing` reads. Passwords and tokens stay here."""

from __future__ import annotations

import gzip
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import orjson

from feedapp.repositories.exports import SELECTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from feedapp.repositories.exports import Snapshot

LEVEL = 6


def lines(snapshot: Snapshot) -> Iterator[bytes]:
    """Give every line; what is named comes before what names it."""
    for kind in SELECTS:
        for row in snapshot.rows(kind):
            yield _line({"type": kind, **row})


@contextmanager
def replaced(path: Path) -> Iterator[BinaryIO]:
    """Write a file, gzip if its name ends in .gz: under another name until it is whole. Same content, same bytes.

    If the block raises, what stood there before stands there still. A device or a pipe is written to as it is.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            if path.suffix == ".gz":
                with gzip.GzipFile(filename="", mode="wb", compresslevel=LEVEL, fileobj=file, mtime=0) as packed:
                    yield cast("BinaryIO", packed)
            else:
                yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _line(data: dict[str, Any]) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_APPEND_NEWLINE)
