"""What a client process has to be told, as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from tests.consistency.load import world
from tests.consistency.load.places import Place


@dataclass(frozen=True)
class Person:
    """Somebody who signed up for the load; `session` is a whole cookie, with its name."""

    username: str
    token: str
    session: str


@dataclass(frozen=True)
class Talks:
    """Ids: of the host's posts and the question below each, of the post with the other tag, of the hearer's."""

    posts: list[str]
    questions: list[str]
    landmark: str
    heard: str


@dataclass(frozen=True)
class Plan:
    """`clients`: the numbers of the clients that this process is. `begin` and `until` in monotonic nanoseconds.

    `judged`: the ids of what moderators decide about, as in `world.JUDGED_TEXTS`. `patience`: see `Connection`.
    `steady`: nothing is made or deleted, since PostgreSQL will forget it and clients cannot know.
    """

    places: list[Place]
    people: list[Person]
    posts: list[str]
    judged: list[str]
    talks: Talks
    clients: list[int]
    of_clients: int
    begin: int
    until: int
    seed: int
    write_share: float
    pages: bool
    patience: float
    file: str
    steady: bool = False

    def to_json(self) -> str:
        """Write it down."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """Read it."""
        fields = json.loads(text)
        people = [Person(**person) for person in fields["people"]]
        places = [Place(*place) for place in fields["places"]]
        return cls(**{**fields, "people": people, "places": places, "talks": Talks(**fields["talks"])})


def owned(client: int, of_clients: int) -> dict[str, list[tuple[int, ...]]]:
    """Share out what is written: each register has one writer.

    The likes of half the posts belong to one client each, so that their counts have one order; the others' are
    scattered, so that several writers change one count at once.
    """
    people, half = range(world.USERS), world.STABLE // 2
    likes = {(p, u): (p if p < half else p + u) for p in range(world.STABLE) for u in people}
    follows = [(u, v) for u in people for v in people if world.is_toggled(u, v)]
    return {
        "post": [(p,) for p in range(world.POSTS) if p % of_clients == client],
        "comment": [(c,) for c in range(world.COMMENTS) if (c + 3) % of_clients == client],
        "like": [pair for pair, number in likes.items() if (number + 5) % of_clients == client],
        "bookmark": [pair for number, pair in enumerate(likes) if (number + 2) % of_clients == client],
        "follow": [pair for number, pair in enumerate(follows) if (number + 7) % of_clients == client],
        "block": [(u,) for u in people if (u + 1) % of_clients == client],
        "mute": [(u,) for u in people if (u + 4) % of_clients == client],
        "judged": [(j,) for j in range(len(world.JUDGED)) if (j + 8) % of_clients == client],
        "fan": [(world.FAN,)] if client == 0 else [],
        **{
            kind: [(t,) for t in range(world.TALKS) if (t * 3 + shift) % of_clients == client]
            for shift, kind in enumerate(("tagged", "answer", "question"))
        },
        "tag": [(0,)] if client == 6 % of_clients else [],
        "heard": [(0,)] if client == 9 % of_clients else [],
    }
