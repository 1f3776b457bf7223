"""A client process: several clients in threads, each in turn reading anything and writing what it owns.

python -m tests.consistency.load.client PLAN
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from random import Random

from tests.consistency.checking.history import SECOND, History
from tests.consistency.load import world
from tests.consistency.load.http11 import Connection
from tests.consistency.load.plan import Plan, owned
from tests.consistency.load.reading import Reads
from tests.consistency.load.talk_writing import TALK_KINDS, talk
from tests.consistency.load.writing import Place, Switch, Writes

LOOK_AFTER = 0.5
"""How often a client looks at once at what it has just changed."""
SEARCH_AFTER = 0.2
"""How often that is a search, after a post or a comment."""


class Client(threading.Thread):
    """One client; `history` is what it recorded. What goes wrong in it ends the process with status 1."""

    def __init__(self, plan: Plan, number: int) -> None:
        super().__init__(name=f"client {number}", daemon=True)
        self.history = History()
        self.error: Exception | None = None
        self._plan = plan
        self._rng = Random(f"{plan.seed} {number}")
        self._connections = [Connection(place, patience=plan.patience) for place in plan.places]
        self._reads = Reads(plan, number, self.history, self._connections, self._rng)
        self._writes = Writes(plan, number, self.history, self._connections, self._rng)
        self._written = [
            (target, kind, ids)
            for kind, targets in owned(number, plan.of_clients).items()
            for ids in targets
            if not (plan.steady and _comes_and_goes(kind, ids[0]))
            for target in [talk(self._writes, kind, *ids) if kind in TALK_KINDS else self._owned(kind, *ids)]
        ]

    def run(self) -> None:
        """Read and write from `begin` until `until`."""
        try:
            time.sleep(max(0, self._plan.begin - time.monotonic_ns()) / SECOND)
            while time.monotonic_ns() < self._plan.until:
                if self._written and self._rng.random() < self._plan.write_share:
                    self._write()
                else:
                    self._reads.any()
        except Exception as error:  # noqa: BLE001  (told by the process)
            self.error = error
        finally:
            for connection in self._connections:
                connection.close()

    def _write(self) -> None:
        target, kind, ids = self._rng.choice(self._written)
        target.step()
        if self._rng.random() < LOOK_AFTER:
            if kind in TALK_KINDS:
                self._reads.talks.after(kind, ids[0])
            elif kind in {"post", "comment"} and self._rng.random() < SEARCH_AFTER:
                self._reads.search()
            else:
                self._look(kind, ids)

    def _look(self, kind: str, ids: tuple[int, ...]) -> None:
        """Read what was just written."""
        match kind:
            case "post" if ids[0] < world.STABLE:
                self._reads.post(ids[0])
            case "post":
                self._reads.feed(self._rng.choice(("public", f"by {world.author(ids[0])}")))
            case "comment":
                self._reads.comments(world.post_of(ids[0]))
            case "like":
                self._rng.choice((self._reads.post, self._reads.likers))(ids[0])
            case "bookmark":
                self._rng.choice((lambda: self._reads.post(ids[0]), lambda: self._reads.bookmarks(ids[1])))()
            case "block":
                self._reads.shut(ids[0])
            case "mute":
                self._reads.deaf()
            case "fan":
                self._reads.fan()
            case "judged":
                self._reads.judged(ids[0])
            case _:
                self._reads.feed("home", ids[0])

    def _owned(self, kind: str, first: int, second: int = 0) -> Place | Switch:
        writes, plan = self._writes, self._plan
        match kind:
            case "post":
                return Place(writes, kind="p", number=first, base="/api/posts", user=world.author(first))
            case "comment":
                under = f"/api/posts/{plan.posts[world.post_of(first)]}/comments"
                return Place(writes, kind="c", number=first, base=under, user=world.commenter(first))
            case "like":
                path = f"/api/posts/{plan.posts[first]}/likes"
                return Switch(writes, register=world.LIKE[first][second], path=path, user=second)
            case "bookmark":
                path = f"/api/posts/{plan.posts[first]}/bookmarks"
                return Switch(writes, register=world.BOOKMARK[first][second], path=path, user=second)
            case "block" | "mute" | "fan" | "judged":
                return self._judged(first) if kind == "judged" else self._kept_apart(kind, first)
            case _:
                path = f"/api/users/{plan.people[second].username}/followers"
                on = world.follows_first(first, second)
                return Switch(writes, register=world.FOLLOW[first][second], path=path, user=first, on=on)

    def _kept_apart(self, kind: str, user: int) -> Switch:
        """Switch on and off what somebody does not see."""
        register, by, of, what = {
            "block": (world.BLOCK[user % world.USERS], user, world.SHUT, "blocks"),
            "mute": (world.MUTE[user % world.USERS], world.DEAF, user, "mutes"),
            "fan": (world.FAN_FOLLOWS, world.FAN, world.KEEPER, "followers"),
        }[kind]
        path = f"/api/users/{self._plan.people[of].username}/{what}"
        return Switch(self._writes, register=register, path=path, user=by)

    def _judged(self, what: int) -> Switch:
        """Switch on and off what a moderator does."""
        plan, ids = self._plan, self._plan.judged
        name = plan.people[world.JUDGED_BY[what]].username
        path = {
            world.HIDDEN: f"/api/posts/{ids[what]}/hiding",
            world.HIDDEN_COMMENT: f"/api/posts/{ids[world.SILENCED]}/comments/{ids[what]}/hiding",
            world.SUSPENDED: f"/api/users/{name}/suspension",
            world.SILENCED: f"/api/users/{name}/silence",
        }[what]
        return Switch(self._writes, register=world.JUDGED[what], path=path, user=world.MODERATOR, reason="spam")


def _comes_and_goes(kind: str, first: int) -> bool:
    return kind in {"comment", "answer", "heard"} or (kind == "post" and first >= world.STABLE)


def main() -> int:
    """Run the clients of a plan and save their history."""
    plan = Plan.from_json(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.setswitchinterval(0.0005)
    clients = [Client(plan, number) for number in plan.clients]
    whole = History()
    for client in clients:
        client.start()
    for client in clients:
        client.join()
        if client.error:
            raise client.error
        whole.add(client.history)
    whole.save(Path(plan.file))
    return 0


if __name__ == "__main__":
    sys.exit(main())
