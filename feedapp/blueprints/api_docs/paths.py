"""Paths of the document, from rules of Flask."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CHOICE = re.compile(r"<any\(([^)]*)\):(\w+)>")
_NAMED = re.compile(r"<(\w+)>")


@dataclass(frozen=True, slots=True)
class PathOfCall:
    """An address with `{name}` for what varies. `chosen`: what stands in it for a rule that has a choice of words."""

    path: str
    names: tuple[str, ...]
    chosen: Mapping[str, str]


def addresses(rule: str) -> Iterator[PathOfCall]:
    """Give the addresses of a rule: one for each word that `<any(…):…>` lets stand there."""
    choice = _CHOICE.search(rule)
    for word in choice[1].split(",") if choice else ("",):
        given = word.strip()
        one = rule if choice is None else rule.replace(choice[0], given)
        chosen = {} if choice is None else {choice[2]: given}
        yield PathOfCall("/api" + _NAMED.sub(r"{\1}", one), tuple(_NAMED.findall(one)), chosen)
