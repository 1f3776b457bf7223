"""Answers that this process put together before, given again while Redis holds the very bytes they were made from.

An answer made without a miss is a function of the request, of the bytes that were read for it, and of the clock. So it
is kept together with those bytes. The next time, all of them are read again in one round trip: if none has changed, and
no moment has passed that matters to it (`feedapp.freshness`), the answer made now would be the same. A lease, a hold, a
new stamp or an evicted key is a change like any other. What was read is not lost if something did change: the request
goes on with it as if it had been fetched ahead.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from time import time
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from feedapp import freshness

if TYPE_CHECKING:
    from collections.abc import Hashable

    from feedapp.cache.protocol.page_reads import CacheReads
    from feedapp.cache.protocol.request_cache import Record

T = TypeVar("T")


class _Entry(NamedTuple):
    value: object
    record: Record
    until: float
    size: int


class Reuse(Generic[T]):
    """Keeps answers up to `most_bytes` in all, the least used go first."""

    def __init__(self, reads: CacheReads, *, most_bytes: int) -> None:
        self._reads = reads
        self._most_bytes = most_bytes
        self._bytes = 0
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()
        self._lock = Lock()

    def find(self, request: Hashable) -> T | None:
        """Give the answer to this request if it would be made the same again; None if it has to be made."""
        entry = self._entries.get(request)
        if entry is None or not self._reads.unchanged(entry.record) or entry.until <= time():
            return None
        self._reads.count_again(entry.record)
        with self._lock:
            if request in self._entries:
                self._entries.move_to_end(request)
        freshness.holds_until(entry.until)
        return entry.value  # type: ignore[return-value]  # only `keep` puts values in

    def keep(self, request: Hashable, value: T, *, size: int) -> None:
        """Keep an answer of `size` bytes that was just made, if it was made from nothing but what Redis held."""
        record = self._reads.record()
        if record is None:
            return
        entry = _Entry(value, record, freshness.until(), size + record.size)
        with self._lock:
            self._drop(request)
            self._entries[request] = entry
            self._bytes += entry.size
            while self._bytes > self._most_bytes:
                self._drop(next(iter(self._entries)))

    def _drop(self, request: Hashable) -> None:
        entry = self._entries.pop(request, None)
        if entry is not None:
            self._bytes -= entry.size
