"""A small community, a tour that reads everything there is to read, and what its keys should hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from feedapp.cache import keys, values
from feedapp.cache.keys import TEMPLATES, Key, Template
from feedapp.cache.reads import _valid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Somebody
    from flask.testing import FlaskClient

    from feedapp.wiring import Services

LISTINGS = {
    "feed": lambda owner: keys.public_feed() if owner == "public" else keys.home_feed(int(owner)),
    "posts_by": lambda owner: keys.posts_by(int(owner)),
    "comments": lambda owner: keys.comments_of(int(owner)),
    "likes": lambda owner: keys.likes_of(int(owner)),
    "followers": lambda owner: keys.followers_of(int(owner)),
    "following": lambda owner: keys.followed_by(int(owner)),
}
SOURCES = {"posts_by": "by"} | {name: name for name in ("comments", "likes", "followers", "following")}
KINDS = {"comments": "c", "likes": "l", "followers": "f", "following": "g"}
ORDER = sorted(TEMPLATES.values(), key=lambda template: ("stamp" not in template.name, template.pattern.count("{")))


def community(client: FlaskClient, people: Callable[..., Somebody]) -> dict[str, Somebody]:
    """Ada writes, Bob follows her, likes and comments; Cyd is the stranger."""
    everybody = {name: people(name) for name in ("ada", "bob", "cyd")}
    for name in ("ada", "bob", "ada"):
        client.post("/api/posts", headers=everybody[name].headers, json={"body": f"of {name}"})
    for name in ("ada", "bob"):
        client.post("/api/posts/1/comments", headers=everybody[name].headers, json={"body": f"of {name}"})
    for name in ("ada", "bob"):
        client.post("/api/posts/1/likes", headers=everybody[name].headers)
    for follower, followee in (("bob", "ada"), ("cyd", "ada"), ("bob", "cyd")):
        client.post(f"/api/users/{followee}/followers", headers=everybody[follower].headers)
    return everybody


def tour(client: FlaskClient, everybody: dict[str, Somebody]) -> None:
    """Read everything, as everybody and as nobody."""
    for headers in ({}, *(each.headers for each in everybody.values())):
        for address in (
            *("/api/posts", "/api/posts?limit=1", "/api/posts?feed=public&limit=50", "/api/me"),
            *(f"/api/users/{name}" for name in everybody),
            *(f"/api/posts?limit=1&feed=user&username={name}" for name in everybody),
            *(f"/api/users/{name}/{side}?limit=1" for name in everybody for side in ("followers", "following")),
            *("/api/suggestions", "/api/tokens"),
            *(f"/api/posts/{number}" for number in range(1, 4)),
            *(
                "/api/posts/1/comments",
                "/api/posts/1/comments?limit=1",
                "/api/posts/1/comments/1",
                "/api/posts/1/likes?limit=1",
            ),
        ):
            answer = client.get(address, headers=headers).get_json()
            for way in ("next_cursor", "prev_cursor"):  # on, and back again
                if answer.get(way):
                    answer = client.get(f"{address}&cursor={answer[way]}", headers=headers).get_json()


def kept(services: Services) -> Iterator[tuple[Key, bytes]]:
    """Give every key in Redis as an instance of the key table, with what it holds."""
    for batch in services.backend.names("*"):
        names = [name.decode().removeprefix(services.backend.name("")) for name in batch]
        for name, held in zip(names, services.backend.raw_many(names), strict=True):
            if held is not None:
                yield parse(name), held


def parse(name: str) -> Key:
    """Find the row of the table that a key belongs to."""
    for template in ORDER:
        found = re.fullmatch(re.sub(r"\\{\w+\\}", "([^:]+)", re.escape(template.pattern)), name)
        if found:
            return Key(name, template, tuple(_id(template, text) for text in found.groups()))
    raise AssertionError(f"{name} is in no row of the key table")


def _id(template: Template, text: str) -> Any:
    numbers = template.kind == "fact" and template.name not in {"username", "token"}
    return int(text) if numbers else text


def stale(services: Services) -> list[str]:
    """Give the keys whose value is not what PostgreSQL says now."""
    held = dict(kept(services))
    wrong = []
    for key, stored in held.items():
        data = values.decode(stored)
        if key.template.kind == "fact" and data is not values.MISS:
            found = services.reading._facts.load({key.template.name: [key.ids]})
            if found.get((key.template.name, key.ids)) != data:
                wrong.append(key.name)
        elif key.template.kind == "ranking" and data is not values.MISS:
            if set(data) != set(services.reading._facts.load({key.template.name: [()]})[key.template.name, ()]):
                wrong.append(key.name)
        elif key.template.kind == "page" and not _page_is_right(services, key, held):
            wrong.append(key.name)
    return wrong


def _page_is_right(services: Services, key: Key, held: dict[Key, bytes]) -> bool:
    owner, text, size = map(str, key.ids)
    listing = LISTINGS[key.template.name](owner)
    raw = {each.name: stored for each, stored in held.items()}
    watched = [*listing.stamps, *listing.settled, key]
    page = _valid(listing, key, {each.name: raw.get(each.name) for each in watched})
    if page is None:
        return True
    kind = KINDS.get(key.template.name, "p")
    cursor = None if text == keys.START else services.reading._cursors.decode(text, kind=kind)
    source = SOURCES.get(key.template.name, "public" if owner == "public" else "home")
    walk = cursor.walk if cursor else "newer" if kind == "c" else "older"
    number = None if owner == "public" else int(owner)
    now = services.reading._pages.load(source, number, size=int(size), walk=walk, cursor=cursor)
    return (page.entries, page.more, page.behind) == (now.entries, now.more, now.behind)
