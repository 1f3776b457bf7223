"""What docs/setting-up.md tells its reader to type."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "setting-up.md"
INDENT = "    "
COMMANDS = ("apt-get", "certbot", "feedapp", "flask", "git", "journalctl", "make", "nginx", "pip", "systemctl")
_LEAD = re.compile(r"\*\*(.+?)[.]?\*\*")
_SPAN = re.compile(r"`([^`]+)`")


class Block(NamedTuple):
    """Lines that stand together, under the words in bold or the heading before them."""

    title: str
    lines: tuple[str, ...]


def blocks(text: str) -> list[Block]:
    """Give the lines to type, in the order of the document."""
    found: list[Block] = []
    title = ""
    for paragraph in re.split(r"\n{2,}", text.strip("\n")):
        lines = paragraph.splitlines()
        if all(line.startswith(INDENT) for line in lines):
            found.append(Block(title, tuple(line.removeprefix(INDENT) for line in lines)))
        elif paragraph.startswith("#"):
            title = paragraph.lstrip("# ")
        elif lead := _LEAD.match(paragraph):
            title = lead[1]
    return found


def mentioned(text: str) -> set[str]:
    """Give the commands that stand within sentences, with at least one argument."""
    prose = "\n".join(line for line in text.splitlines() if not line.startswith(INDENT))
    spans = {" ".join(span.split()) for span in _SPAN.findall(prose)}
    return {span for span in spans if span.partition(" ")[2] and span.split()[0].rpartition("/")[2] in COMMANDS}
