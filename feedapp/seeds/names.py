"""Names of people, and the usernames they would take."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from feedapp.seeds import material

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random


class Name(NamedTuple):
    """How somebody is called."""

    username: str
    display_name: str


def names(random: Random) -> Iterator[Name]:
    """Give names without end, no username twice; a longer run begins with the names of a shorter one."""
    words = material.templates("names").slots
    given: set[str] = set()
    while True:
        first, last = random.choice(words["first"]), random.choice(words["last"])
        thing = f"{random.choice(words['adjective'])}_{random.choice(words['noun'])}"
        lower, year = first.lower(), 60 + int(random.random() * 48)
        username = random.choice(
            (
                f"{lower}_{last.lower()}",
                f"{lower}{last.lower()}",
                f"{lower[0]}_{last.lower()}",
                f"{lower}{year % 100:02}",
                f"{lower}_{thing.partition('_')[2]}",
                thing,
            )
        )
        username = free(username, given.__contains__)
        given.add(username)
        yield Name(username, first if random.random() < 0.15 else f"{first} {last}")  # noqa: PLR2004


def free(username: str, taken: Callable[[str], bool]) -> str:
    """Put the least number behind a username that makes it free."""
    candidate, number = username, 2
    while taken(candidate):
        candidate, number = f"{username}_{number}", number + 1
    return candidate
