"""Whom the names in a text lead to: to whoever has them, or had them when it was written.

What a text is made with is a set of names, in lower case. One whose owner is called otherwise now stands in it as
`old>new`, since a name has letters, digits and underscores only: so the set is all that a card depends on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

_NOW = ">"


class Held(NamedTuple):
    """Who had a name from `since` to before `until`: what they are called now, "" for somebody who is not there."""

    username: str
    since: str
    until: str


class Named(frozenset[str]):
    """The names in the texts of a page that are somebody's now; `former`: who had those that were others'."""

    former: Mapping[str, Sequence[Held]]

    @classmethod
    def of(cls, names: Iterable[str], former: Mapping[str, Sequence[Held]]) -> Named:
        """Make it."""
        made = cls(names)
        made.former = former
        return made

    def __bool__(self) -> bool:
        """Tell whether any name can lead anywhere."""
        return len(self) > 0 or bool(self.former)

    def __or__(self, other: object) -> Named:
        """Give the names of both."""
        assert isinstance(other, Named)
        return Named.of(frozenset(self).union(other), {**self.former, **other.former})


def meant(people: frozenset[str], found: Iterable[str], written_at: str) -> frozenset[str]:
    """Give what the names `found` in a text lead to, which was written at a time (RFC 3339, as in facts)."""
    former = people.former if isinstance(people, Named) else {}
    if not former:
        return people.intersection(found)
    return frozenset(led for name in found if (led := _meant(people, former.get(name, ()), name, written_at)))


def _meant(people: frozenset[str], former: Sequence[Held], name: str, written_at: str) -> str:
    for each in former:
        if each.since <= written_at < each.until:
            return name if each.username == name else f"{name}{_NOW}{each.username}" if each.username else ""
    return name if name in people else ""


def leads_to(people: Container[str], name: str) -> str:
    """Give whose profile a name in a text leads to, "" if it leads nowhere."""
    if name in people:
        return name
    if not isinstance(people, frozenset):
        return ""
    mark = f"{name}{_NOW}"
    return next((each.removeprefix(mark) for each in people if each.startswith(mark)), "")
