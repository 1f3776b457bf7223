"""What is photographed beside the tour: what stands out in a community, what is empty, open or refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg2

from tests.consistency.sites.app import App

if TYPE_CHECKING:
    from tests.browser.tour import Stop
    from tests.browser.visitors import Visitor
    from tests.consistency.sites.site import Site

_EXTREMES = {
    "longest post": "SELECT '/posts/' || id FROM posts ORDER BY char_length(body) DESC, id LIMIT 1",
    "busiest post": "SELECT '/posts/' || post_id FROM post_counters ORDER BY comments DESC, post_id LIMIT 1",
    "busiest post by time": (
        "SELECT '/posts/' || post_id || '?order=newest' FROM post_counters ORDER BY comments DESC, post_id LIMIT 1"
    ),
    "longest comment": (
        "SELECT '/posts/' || post_id || '/comments/' || id FROM comments ORDER BY char_length(body) DESC, id LIMIT 1"
    ),
    "deepest comment": (
        "SELECT '/posts/' || post_id || '/comments/' || id FROM comments ORDER BY octet_length(path) DESC, id LIMIT 1"
    ),
    "post with pictures": (
        "SELECT '/posts/' || post_id FROM pictures WHERE post_id > 0 GROUP BY post_id ORDER BY count(*) DESC LIMIT 1"
    ),
    "most used tag": "SELECT '/tags/' || name FROM tags ORDER BY posts DESC, id LIMIT 1",
    "busiest writer": (
        "SELECT '/@' || username FROM users JOIN user_counters ON user_id = users.id"
        " ORDER BY posts DESC, user_id LIMIT 1"
    ),
    "most followed": (
        "SELECT '/@' || username || '/followers' FROM users JOIN user_counters ON user_id = users.id"
        " ORDER BY followers DESC, user_id LIMIT 1"
    ),
    "longest name": "SELECT '/@' || username FROM users ORDER BY char_length(display_name) DESC, id LIMIT 1",
}
_EMPTY = {
    "home, empty": "/",
    "bookmarks, empty": "/bookmarks",
    "notifications, empty": "/notifications",
    "followers, empty": "/@{name}/followers",
    "following, empty": "/@{name}/following",
    "profile, empty": "/@{name}",
    "likes, empty": "/@{name}/likes",
    "blocks, empty": "/settings/blocks",
    "search, empty": "/search",
    "search, nothing found": "/search?q=xyzzyplugh",
}


@dataclass(frozen=True)
class View:
    """A page as somebody sees it: `who` is None for nobody in particular, `opened` what is clicked first."""

    name: str
    address: str
    who: str | None
    opened: str = ""


def of_the_tour(stops: list[Stop], who: str) -> list[View]:
    """Give the stops of the tour as somebody sees them."""
    return [View(stop.name, stop.address, who if stop.signed_in else None) for stop in stops]


def of_the_community(site: Site, who: str) -> list[View]:
    """Find what stands out in what was brought in."""
    with psycopg2.connect(site.database.direct_url) as connection, connection.cursor() as cursor:
        found = []
        for name, query in _EXTREMES.items():
            cursor.execute(query)
            row = cursor.fetchone()
            if row:
                found.append(View(name, row[0], who))
        cursor.execute("SELECT body FROM posts ORDER BY char_length(body) DESC LIMIT 1")
        words = re.findall(r"[a-z]{6,}", cursor.fetchone()[0])
    word = max(words, key=words.count)
    kinds = {"posts": "", "comments": "&kind=comments", "people": "&kind=people", "tags": "&kind=tags"}
    asked = {"posts": word, "comments": word, "people": "a", "tags": "a"}
    return [*found, *(View(f"search, {kind}", f"/search?q={asked[kind]}{kinds[kind]}", who) for kind in kinds)]


def of_a_newcomer(newcomer: Visitor, who: str) -> list[View]:
    """Give what is empty for somebody new."""
    return [View(name, address.format(name=newcomer.name), who) for name, address in _EMPTY.items()]


def opened(who: str, somebody: str) -> list[View]:
    """Give what lies over a page."""
    return [
        View("menu of a card, opened", "/public", who, "[data-menu]"),
        View("menu of the account, opened", "/public", who, ".you > summary"),
        View("composer, opened", "/tags", who, ".to-write"),
        View("menu of a person, opened", f"/@{somebody}", who, ".profile .menu > summary"),
    ]


def refused(site: Site, visitor: Visitor, who: str) -> tuple[App, View]:
    """Start a process that has had enough of somebody, and give its answer as a view."""
    limits = {"RATE_LIMITS": "1", "RATE_LIMIT_FIGURES": "uncached-reads=1/hour"}
    app = App(len(site.apps), site.directory, site.environment() | limits, "wsgi:app")
    app.launch()
    app.wait()
    address = f"http://127.0.0.1:{app.port}/search?q=enough"
    for number in range(20):
        if visitor.context.request.get(f"{address}{number}").status == 429:
            return app, View("too many", f"{address}{number}", who)
    raise AssertionError("it has not had enough")
