"""What clients record, and the whole history made of it. Times are `time.monotonic_ns()`, the same in all processes."""

from __future__ import annotations

import pickle
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SECOND = 1_000_000_000


class Write(NamedTuple):
    """A register was given a value. `end` is None if no answer said so: it may have happened, at any time since.

    `early`: the answer says that it has happened, but not that readers see it, such as that to a repeated request.
    `again`: an attempt of it was not answered, so it may take effect once more, at any time, until the history ends.
    """

    register: int
    value: int
    start: int
    end: int | None
    client: int
    early: bool = False
    again: bool = False

    @property
    def seen_from(self) -> int | None:
        """From when on no reader may miss it; None for never."""
        return None if self.early else self.end


class Read(NamedTuple):
    """One request and what it showed: (register, value) after (register, value). `status` is 0 if no answer came."""

    start: int
    end: int
    client: int
    process: int
    view: str
    status: int
    seen: bytes

    def observations(self) -> Iterable[tuple[int, int]]:
        """Give the (register, value) pairs."""
        flat = array("i", self.seen)
        return zip(flat[::2], flat[1::2], strict=True)


def packed(observations: Iterable[tuple[int, int]]) -> bytes:
    """Store pairs the way `Read` keeps them."""
    return array("i", [number for pair in observations for number in pair]).tobytes()


@dataclass
class History:
    """All that was recorded.

    `failed_writes` counts attempts; `oddities` are answers that should not have come, `errors` what answers 5xx said.
    """

    reads: list[Read] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    failed_writes: int = 0
    oddities: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def save(self, file: Path) -> None:
        """Write it for `load`."""
        file.write_bytes(pickle.dumps(self))

    def add(self, other: History) -> None:
        """Take in what another client recorded."""
        self.reads += other.reads
        self.writes += other.writes
        self.failed_writes += other.failed_writes
        self.oddities += other.oddities
        self.errors += other.errors


def load(files: Iterable[Path]) -> History:
    """Put the histories of all client processes together, reads in the order in which they began."""
    whole = History()
    for file in files:
        whole.add(pickle.loads(file.read_bytes()))  # noqa: S301  (our own files, of this run)
    whole.reads.sort(key=lambda read: read.start)
    return whole
