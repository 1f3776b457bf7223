"""What became of the lines of an import."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Outcome:
    """How many lines of each type are new, were there already, or are bad, and what is wrong with the bad ones."""

    new: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    bad: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[int, str]] = field(default_factory=list)

    def fault(self, kind: str, line: int, reason: str) -> None:
        """Note a bad line."""
        self.bad[kind] += 1
        self.faults.append((line, reason))

    def add(self, other: Outcome) -> None:
        """Count another outcome in, without its faults."""
        self.new += other.new
        self.known += other.known
        self.bad += other.bad
