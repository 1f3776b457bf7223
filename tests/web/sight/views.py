"""Every view in which Ada, or what she wrote, may stand, and what of her each shows as long as nothing is hidden.

What is shown are units: her `post`, her `comment` under Bob's post, Bob's comment `under` hers, and herself, `listed`
among people. The first two show who wrote them as well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tests.web.api.calls import data
from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from tests.web.sight.world import World

WORDS = {"post": "tulipwords", "comment": "rosewords", "under": "oakwords"}
HER = re.compile(r'"username":"ada"|@ada\b|Comments on ada')
POST, BOTH, COMMENT, UNDER, LISTED = {"post"}, {"post", "under"}, {"comment"}, {"under"}, {"listed"}
TOLD = {"post", "comment", "under", "listed"}


class View(NamedTuple):
    """A view of one reader; `kind` says what leaves somebody out of it."""

    address: str
    shows: set[str]
    kind: str = ""


API = [
    View("/api/posts?feed=public", POST, "strangers"),
    View("/api/posts?feed=active", POST, "strangers"),
    View("/api/posts?feed=tag&tag=bulbs", POST, "strangers"),
    View("/api/search?q=&tag=bulbs", POST, "search"),
    View("/api/posts?feed=user&username=ada", POST),
    View("/api/posts?ids={post},{others}", POST),
    View("/api/comments?ids={under},{comment}", {"under", "comment"}),
    View("/api/posts/{post}", POST),
    View("/api/posts/{post}/comments", UNDER),
    View("/api/posts/{post}/comments/{under}", UNDER),
    View("/api/posts/{others}/comments", COMMENT, "thread"),
    View("/api/posts/{others}/comments/{comment}", COMMENT),
    View("/api/posts/{others}/likes", LISTED),
    View("/api/users/ada/comments", COMMENT),
    View("/api/users/bob/comments", UNDER),
    View("/api/users/bob/likes", POST, "thread"),
    View("/api/users/ada", LISTED, "profile"),
    View("/api/users/by-id/{ada}", LISTED, "profile"),
    View("/api/users/bob/followers", LISTED),
    View("/api/users/bob/following", LISTED),
    View("/api/search?q=tulipwords", POST, "search"),
    View("/api/search?q=rosewords&kind=comments", COMMENT, "search"),
    View("/api/search?q=oakwords&kind=comments", UNDER),
    View("/api/search?q=ada&kind=people", LISTED, "search"),
]
PAGES = [
    View("/public", POST, "strangers"),
    View("/public?fragment=1", POST, "strangers"),
    View("/active", POST, "strangers"),
    View("/tags/bulbs", POST, "strangers"),
    View("/@ada", {"post", "listed"}, "profile"),
    View("/posts/{post}", BOTH),
    View("/posts/{post}?fragment=1", UNDER),
    View("/posts/{post}/menu", POST),
    View("/posts/{post}/comments/{under}", UNDER),
    View("/posts/{others}", COMMENT, "thread"),
    View("/posts/{others}/comments/{comment}", COMMENT),
    View("/posts/{others}/comments/{comment}/menu", COMMENT),
    View("/@ada/comments", {"comment", "listed"}),
    View("/@bob/comments", BOTH),
    View("/@bob/likes", POST, "thread"),
    View("/@bob/followers", LISTED),
    View("/@bob/following", LISTED),
    View("/search?q=tulipwords", POST, "search"),
    View("/search?q=rosewords&kind=comments", COMMENT, "search"),
    View("/search?q=oakwords&kind=comments", UNDER),
]
OWN = [
    View("/api/posts?feed=bookmarks", POST),
    View("/bookmarks", POST),
    View("/api/me/likes", POST),
    View("/complete?q=@ada", LISTED, "search"),
    View("/posts/{post}/report", POST),
    View("/posts/{post}/comments/{under}/report", UNDER),
    View("/posts/{others}/comments/{comment}/report", COMMENT),
    View("/@ada/report", LISTED, "profile"),
    View("/posts/{post}/comments/{under}/reply", UNDER),
    View("/posts/{others}/comments/{comment}/reply", COMMENT),
    View("/api/notifications", TOLD, "told"),
    View("/notifications", TOLD, "told"),
    View("/notifications?kind=mention", {"post", "comment", "under"}, "told"),
]
OF_FOLLOWERS = [
    View("/api/posts?feed=home", POST, "home"),
    View("/", POST, "home"),
    View("/newer?after={top}", POST, "home"),
]
OF_STRANGERS = [View("/api/suggestions", LISTED, "suggestions"), View("/", LISTED, "suggestions")]
OF_ANYBODY = [
    View("/feed.atom", POST, "strangers"),
    View("/feed.json", POST, "strangers"),
    View("/public/newer?after={top}", POST, "strangers"),
    View("/@ada/feed.atom", {"post", "listed"}),
    View("/tags/bulbs/feed.atom", POST, "strangers"),
    View("/tags/bulbs/feed.json", POST, "strangers"),
    View("/posts/{others}/feed.json", COMMENT, "thread"),
    View("/posts/{post}/feed.atom", BOTH),
    View("/oembed?url=http://localhost/posts/{post}", POST),
    View("/oembed?url=http://localhost/posts/{post}/comments/{under}", UNDER),
    View("/oembed?url=http://localhost/posts/{others}/comments/{comment}", COMMENT),
    View("/sitemap/posts-0.xml", POST, "search"),
    View("/sitemap/people-0.xml", LISTED, "search"),
]


def seen(world: World, address: str, reader: str | None) -> set[str]:
    """Read a view; give the units in it, and `her` if she is named."""
    address = address.format(
        post=world.post, under=world.under, others=world.others, comment=world.comment, top=world.top,
        ada=world.everybody["ada"].id,
    )  # fmt: skip
    if address.startswith("/api/"):
        headers = world.everybody[reader].headers if reader else {}
        answer = world.client.get(address, headers=headers)
        if address == "/api/notifications":
            return _told(world, data(answer)["items"])
    else:
        answer = Browser(world.client.application, world.everybody[reader].session if reader else None).get(address)
    text = answer.text
    if answer.status_code in {401, 404, 403}:
        return {unit for unit, word in WORDS.items() if word in text}
    assert answer.status_code in {200, 204}, (address, answer.status_code, text[:200])
    if "newer" in address:
        return {"post"} if "data-count" in text else set()
    if "sitemap/posts" in address:
        return {"post", "her"} if f"/posts/{world.post}<" in text else set()
    signs = _links(world) if address.startswith("/search") else WORDS
    found = {unit for unit, sign in signs.items() if sign in text}
    return found | ({"her"} if HER.search(text.replace("q=ada", "")) else set())


def _links(world: World) -> dict[str, str]:
    """Name what a page of a search leads to: it says what was searched for, whether that is found or not."""
    comments = {"comment": (world.others, world.comment), "under": (world.post, world.under)}
    return {
        "post": f'href="/posts/{world.post}"',
        **{unit: f"/posts/{post}/comments/{comment}" for unit, (post, comment) in comments.items()},
    }


def _told(world: World, items: list[dict[str, str]]) -> set[str]:
    things = {
        (world.post, None): "post",
        (world.post, world.under): "under",
        (world.others, world.comment): "comment",
    }
    found = {things[each["post_id"], each["comment_id"]] for each in items if each["kind"] == "mention"}
    hers = any(each["actor"]["username"] == "ada" for each in items)  # type: ignore[index]
    return found | ({"her"} if hers else set())
