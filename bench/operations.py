"""What people do, as requests to a community of any size; each is made anew for each repetition."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from bench.finding import FOUND, request
from bench.load import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.communities import Community
    from bench.finding import Found
    from bench.people import Reader

PAGE_BODY = json.dumps({"body": "Written by the benchmark."})


class Town(NamedTuple):
    """A community, the people in it who act, and cursors of pages deep in its feeds."""

    community: Community
    star: Reader
    eager: Reader
    usual: Reader
    newcomers: list[Reader]
    thousandth: str
    deep_home: str
    deep_comments: str
    deep: dict[str, str]
    """The cursors of `bench.finding`."""


class Operation(NamedTuple):
    """`cold`: Redis is emptied before. `make` gives the request of the n-th repetition."""

    name: str
    label: str
    make: Callable[[Town, int], Request]
    cold: bool = True


def _get(path: str) -> Callable[[Town, int], Request]:
    return lambda town, _: Request(path.format(town=town), {})


def _own(path: str, who: str) -> Callable[[Town, int], Request]:
    return lambda town, _: Request(path.format(town=town), getattr(town, who).bearer)


def _post(path: str, body: str = "-", who: str = "") -> Callable[[Town, int], Request]:
    def make(town: Town, number: int) -> Request:
        reader = getattr(town, who) if who else town.newcomers[number % len(town.newcomers)]
        other = town.community.posts - 100 - number
        return Request(path.format(town=town, other=other), reader.bearer, "POST", body)

    return make


def _found(found: Found) -> Callable[[Town, int], Request]:
    return lambda town, _: request(found, town.deep, town.star.bearer)


PUBLIC = "/api/posts?feed=public&limit=20"
FAMOUS = "/api/posts/{town.community.famous_post}"

OPERATIONS = (
    Operation("first", "first page of everyone's feed, cold", _get(PUBLIC)),
    Operation("thousandth", "page 1,000 of it, cold", _get(PUBLIC + "&cursor={town.thousandth}")),
    Operation("first-warm", "first page, warm", _get(PUBLIC), cold=False),
    Operation("home", "home feed of one who follows 30, cold", _own("/api/posts?limit=20", "usual")),
    Operation("home-eager", "home feed of one who follows 5,000, cold", _own("/api/posts?limit=20", "eager")),
    Operation("home-deep", "page 50 of that, cold", _own("/api/posts?limit=20&cursor={town.deep_home}", "eager")),
    Operation("famous", "the post that everybody likes, cold", _get(FAMOUS)),
    Operation("comments", "its comments, cold", _get(FAMOUS + "/comments")),
    Operation(
        "comments-deep",
        "its comments from the middle, cold",
        _get(FAMOUS + "/comments?order=oldest&cursor={town.deep_comments}"),
    ),
    Operation("likes", "who likes it, cold", _get(FAMOUS + "/likes")),
    Operation("profile", "profile of the author whom everybody follows, cold", _get("/api/users/user_1")),
    Operation("by", "that author's posts, cold", _get("/api/posts?feed=user&username=user_1")),
    *(Operation(each.name, each.label, _found(each)) for each in FOUND),
    Operation("like", "like", _post("/api/posts/{other}/likes"), cold=False),
    Operation("like-famous", "like the post that everybody likes", _post(FAMOUS + "/likes"), cold=False),
    Operation("comment", "comment", _post("/api/posts/{other}/comments", PAGE_BODY), cold=False),
    Operation("comment-famous", "comment on that post", _post(FAMOUS + "/comments", PAGE_BODY), cold=False),
    Operation("publish", "post, nobody follows", _post("/api/posts", PAGE_BODY), cold=False),
    Operation("publish-star", "post, everybody follows", _post("/api/posts", PAGE_BODY, "star"), cold=False),
    Operation("follow", "follow the author whom everybody follows", _post("/api/users/user_1/followers"), cold=False),
)
