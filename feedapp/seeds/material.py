"""Reads `material/`: lists of lines, and templates with the words that go into their slots.

A file with templates has its slots first (`name = one | two`), then a line of three dashes, then a template a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

FOLDER = Path(__file__).parent / "material"
_SLOT = re.compile(r"{(\w+?)\d*}")


@dataclass(frozen=True)
class Templates:
    """Sentences with slots, and what may stand in them."""

    slots: dict[str, list[str]]
    lines: list[str]

    def render(self, line: str, random: Random) -> str:
        """Fill the slots of one line; it begins with a capital, whatever stands first."""
        text = _SLOT.sub(lambda slot: random.choice(self.slots[slot[1]]), line)
        return text[0].upper() + text[1:]


def lines(name: str) -> list[str]:
    """Read a file of plain lines."""
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def templates(name: str) -> Templates:
    """Read a file of slots and templates; the templates may be missing."""
    slots: dict[str, list[str]] = {}
    rest = iter(lines(name))
    for line in rest:
        if line == "---":
            break
        slot, _, words = line.partition(" = ")
        slots[slot] = words.split(" | ")
    return Templates(slots, list(rest))


def topics() -> list[Templates]:
    """Read what people write about, in the order of the files' names."""
    return [templates(f"topics/{path.stem}") for path in sorted((FOLDER / "topics").glob("*.txt"))]
