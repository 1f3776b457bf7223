"""A client's reads: every kind of view, at any app process, as anybody."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson

from tests.consistency.checking.history import Read, packed
from tests.consistency.load import shown, world
from tests.consistency.load.http11 import NO_ANSWER
from tests.consistency.load.talk_reading import TalkReads

if TYPE_CHECKING:
    from random import Random

    from tests.consistency.checking.history import History
    from tests.consistency.load.http11 import Connection
    from tests.consistency.load.plan import Plan

OK, FORBIDDEN, NOT_FOUND, SERVER_ERROR = 200, 403, 404, 500
LIMITS = (10, 20, 100)
PAUSE_SECONDS = 0.02  # so that a process that is away is not asked all the time
IN_FEEDS = (world.HIDDEN, world.SUSPENDED, world.SILENCED)
Parse = Callable[[bytes], shown.Shown]


class Reads:
    """Chooses what to read, reads it and records what it shows."""

    def __init__(self, plan: Plan, client: int, history: History, connections: list[Connection], rng: Random) -> None:
        self._plan = plan
        self._client = client
        self._history = history
        self._connections = connections
        self._rng = rng
        self._reader = shown.Reader(plan.posts)
        self._api = [f"Authorization: Bearer {person.token}\r\n" for person in plan.people]
        self._session = [f"Cookie: {person.session}\r\n" for person in plan.people]
        self.talks = TalkReads(self, plan, rng)
        choices: list[tuple[Callable[[], None], int]] = [
            (self.post, 6), (self.feed, 5), (self.comments, 2), (self.profile, 2), (self.likers, 1),
            (self.bookmarks, 1), (self.shut, 3), (self.deaf, 1), (self.fan, 1),
            (self.judged, 3), (self.search, 1), (self.talks.any, 4),
        ]  # fmt: skip
        if plan.pages:
            choices += [(self.feed_page, 2), (self.post_page, 1), (self.profile_page, 1)]
        self._choices, self._weights = [list(each) for each in zip(*choices, strict=True)]

    def any(self) -> None:
        """Read something."""
        self._rng.choices(self._choices, self._weights)[0]()

    def post(self, post: int | None = None) -> None:
        """Read one post."""
        post = self._rng.choice(list(self._reader.ids)) if post is None else post
        viewer = self._viewer()
        if post in self._reader.ids:
            path = f"/api/posts/{self._reader.ids[post]}"
            self.read("post", path, viewer, lambda body: self._reader.post(orjson.loads(body), viewer)[1])

    def feed(self, kind: str | None = None, viewer: int | None = None, limit: int | None = None) -> None:
        """Read the first page of a feed: `public`, `home` or `by USER`."""
        kind = kind or self._rng.choice(("public", "home", "home", f"by {self._somebody()}"))
        viewer = viewer if viewer is not None else self._somebody() if kind == "home" else self._viewer()
        limit = limit or self._rng.choice(LIMITS)
        query = f"feed={kind}" if " " not in kind else f"feed=user&username={self._name(int(kind[3:]))}"

        def parse(body: bytes) -> shown.Shown:
            page = orjson.loads(body)
            return self._reader.feed(page["items"], kind, viewer, whole=page["next_cursor"] is None)

        self.read(f"feed {kind} {limit}", f"/api/posts?{query}&limit={limit}", viewer, parse)

    def comments(self, post: int | None = None) -> None:
        """Read the comments under a post."""
        number = self._rng.randrange(world.COMMENTED) if post is None else post
        path = f"/api/posts/{self._plan.posts[number]}/comments?limit={self._rng.choice(LIMITS)}"
        self.read("comments", path, self._viewer(), lambda body: shown.comments(orjson.loads(body)["items"], number))

    def likers(self, post: int | None = None) -> None:
        """Read who likes a post."""
        number = self._rng.randrange(world.STABLE) if post is None else post
        names = [person.username for person in self._plan.people[: world.USERS]]
        path = f"/api/posts/{self._plan.posts[number]}/likes"
        self.read("likers", path, self._viewer(), lambda body: shown.likers(orjson.loads(body)["items"], number, names))

    def bookmarks(self, viewer: int | None = None) -> None:
        """Read what somebody has bookmarked."""
        viewer = self._somebody() if viewer is None else viewer
        parse = self._reader.bookmarks
        path = f"/api/posts?feed=bookmarks&limit={self._rng.choice(LIMITS)}"
        self.read("bookmarks", path, viewer, lambda body: parse(orjson.loads(body)["items"], viewer))

    def shut(self, by: int | None = None) -> None:
        """Read as whom others block what each of them keeps from them, or how that stands on the other side."""
        user = self._somebody() if by is None else by
        hidden, shut = world.BLOCK[user], world.SHUT
        gone, there = [(hidden, 1)], [(hidden, 0)]
        post = self._rng.choice([p for p in range(world.STABLE) if world.author(p) == user])
        match self._rng.randrange(4):
            case 0:
                self.read("shut post", f"/api/posts/{self._plan.posts[post]}", shut, lambda _: there, missing=gone)
            case 1:
                self.read("shut profile", f"/api/users/{self._name(user)}", shut, lambda _: there, missing=gone)
            case 2:
                path = f"/api/users/{self._name(shut)}"
                self.read("shut by", path, user, lambda body: [(hidden, int(orjson.loads(body)["blocking"]))])
            case _:
                self._all_posts("shut feed", shut, world.BLOCK)

    def deaf(self) -> None:
        """Read as who mutes others."""
        self._all_posts("deaf feed", world.DEAF, world.MUTE)

    def fan(self) -> None:
        """Read as who follows, now and then, the author of a post for followers only."""
        path = "/api/posts?feed=public&limit=100"
        self.read("fan feed", path, world.FAN, lambda body: shown.secret(orjson.loads(body)["items"]))

    def judged(self, what: int | None = None) -> None:
        """Read what a moderator takes out of sight and shows again: as others, its author, and whom it is done to."""
        what = self._rng.randrange(len(world.JUDGED)) if what is None else what
        register, ids, viewer = world.JUDGED[what], self._plan.judged, self._viewer()
        there, gone = [(register, 0)], [(register, 1)]
        match what, self._rng.randrange(3):
            case world.HIDDEN_COMMENT, _:
                path = f"/api/posts/{ids[world.SILENCED]}/comments"
                self.read("judged comments", path, viewer, lambda body: shown.judged(body, [what]))
            case world.SILENCED, 1:
                self._judged_page("/public", viewer)
            case world.HIDDEN | world.SUSPENDED, 1:
                page, path = self._rng.choice(((True, f"/posts/{ids[what]}"), (False, f"/api/posts/{ids[what]}")))
                self.read("judged post", path, viewer, lambda _: there, page=page, missing=gone)
            case world.HIDDEN, 2:
                path, by = f"/api/posts/{ids[what]}", self._rng.choice((world.JUDGED_BY[what], world.MODERATOR))
                self.read(
                    "judged own", path, by, lambda body: [(register, int(orjson.loads(body)["hidden"] is not None))]
                )
            case world.SUSPENDED, 2:
                self.read("judged self", "/api/me", world.JUDGED_BY[what], lambda _: there, refused=gone)
            case _:
                path = "/api/posts?feed=public&limit=100"
                self.read("judged feed", path, viewer, lambda body: shown.judged(body, IN_FEEDS))

    def search(self) -> None:
        """Search for what is written all the time, and for what moderators take out of sight: no copy is kept of it."""
        viewer = self._viewer()
        match self._rng.randrange(4):
            case 0:
                parse = partial(shown.judged, which=[world.HIDDEN])
                self.read("search hidden", "/api/search?q=hidden", viewer, parse)
            case 1:
                parse = partial(shown.judged, which=[world.SUSPENDED, world.SILENCED])
                self.read("search somebody", "/api/search?q=somebody", viewer, parse)
            case 2:
                path = "/api/search?kind=comments&limit=100&q=operation"
                self.read("search comments", path, viewer, lambda body: shown.all_comments(orjson.loads(body)["items"]))
            case _:
                path = "/api/search?limit=100&q=operation"
                self.read("search posts", path, viewer, lambda body: self._found(orjson.loads(body), viewer))

    def _found(self, page: dict[str, Any], viewer: int | None) -> shown.Shown:
        return self._reader.feed(page["items"], "public", viewer, whole=page["next_cursor"] is None)

    def _judged_page(self, path: str, viewer: int | None) -> None:
        self.read(f"judged page {path}", path, viewer, lambda body: shown.judged(body, IN_FEEDS), page=True)

    def _all_posts(self, view: str, viewer: int, hidden: list[int]) -> None:
        parse = self._reader.by_author
        path = "/api/posts?feed=public&limit=100"
        self.read(view, path, viewer, lambda body: parse(orjson.loads(body)["items"], hidden))

    def profile(self, of: int | None = None, viewer: int | None = None) -> None:
        """Read a profile."""
        user = self._somebody() if of is None else of
        viewer = self._viewer() if viewer is None else viewer
        path = f"/api/users/{self._name(user)}"
        self.read("profile", path, viewer, lambda body: shown.profile(orjson.loads(body), user, viewer))

    def feed_page(self) -> None:
        """Read `/` or `/public`."""
        viewer = self._viewer()
        kind, path = self._rng.choice((("public" if viewer is None else "home", "/"), ("public", "/public")))
        parse = self._reader.page
        self.read(f"page {path}", path, viewer, lambda body: parse(body.decode(), kind, viewer), page=True)

    def post_page(self) -> None:
        """Read `/posts/ID`."""
        viewer, number = self._viewer(), self._rng.randrange(world.STABLE)
        parse = self._reader.post_page
        path = f"/posts/{self._plan.posts[number]}"
        self.read("page /posts/ID", path, viewer, lambda body: parse(body.decode(), viewer, number), page=True)

    def profile_page(self) -> None:
        """Read `/@name`."""
        viewer, user = self._viewer(), self._somebody()

        def parse(body: bytes) -> shown.Shown:
            html = body.decode()
            return self._reader.page(html, f"by {user}", viewer) + shown.profile_counts(html, user)

        self.read("page /@name", f"/@{self._name(user)}", viewer, parse, page=True)

    def read(
        self,
        view: str,
        path: str,
        viewer: int | None,
        parse: Parse,
        *,
        page: bool = False,
        missing: shown.Shown | None = None,
        refused: shown.Shown | None = None,
    ) -> None:
        """Read a view; `missing` is what a 404 shows, `refused` what a 403 does."""
        process = self._rng.randrange(len(self._connections))
        headers = "" if viewer is None else (self._session if page else self._api)[viewer]
        start = time.monotonic_ns()
        status, body = self._connections[process].ask("GET", path, headers=headers)
        end = time.monotonic_ns()
        instead = {NOT_FOUND: missing, FORBIDDEN: refused}.get(status)
        seen = packed(parse(body) if status == OK else instead or [])
        self._history.reads.append(Read(start, end, self._client, process, view, status, seen))
        if status == NO_ANSWER:
            time.sleep(PAUSE_SECONDS)
        if status not in (OK, NOT_FOUND, NO_ANSWER) and instead is None:
            kept = self._history.errors if status >= SERVER_ERROR else self._history.oddities
            kept.append(f"{status} for GET {path} at {start}: {body[:200]!r}")

    def _somebody(self) -> int:
        return self._rng.randrange(world.USERS)

    def _viewer(self) -> int | None:
        return self._rng.choice((None, self._somebody()))

    def _name(self, user: int) -> str:
        return self._plan.people[user].username
