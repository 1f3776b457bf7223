"""What people do who look for something: searches, pages of a tag, active posts, what a popular author is told.

The words of a community are `w1` to `w19999`, the first of them the most frequent.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from bench.load import Request
from bench.places import SECRET_KEY
from feedapp.pagination import Cursor, CursorCodec, Position

if TYPE_CHECKING:
    from bench.ground import Ground

DEEP = 999
"""Pages before the one that is measured, of so many as there are."""
SIZE = 20
_MICROS = "(extract(epoch FROM created_at) * 1000000)::bigint"
_LISTS = {
    "tag": ("t", f"SELECT {_MICROS}, post_id FROM post_tags WHERE tag_id = 1 ORDER BY created_at DESC, post_id DESC"),
    "active": ("a", f"SELECT {_MICROS}, post_id FROM post_activity ORDER BY created_at DESC, post_id DESC"),
    "told": ("n", f"SELECT {_MICROS}, id FROM notifications WHERE recipient_id = 1 ORDER BY created_at DESC, id DESC"),
    "found": (
        "s",
        f"SELECT {_MICROS}, id FROM posts WHERE terms @@ 'w3'::tsquery ORDER BY created_at DESC, id DESC",
    ),
}
SEARCHES = {
    "a word that half of all posts have": "w1",
    "a word of one post in fifty": "w50",
    "a word of one post in six thousand": "w19000",
    "a word that is nowhere": "nowhere",
    "two frequent words": "w2 w3",
    "a frequent and a rare word": "w1 w19000",
    "two words of one post in fifty": "w50 w60",
    "a phrase": '"w1 w2"',
    "a word without another": "w20 -w1",
    "a word, by one author": "w3 from:user_1",
    "a word, with a tag": "w5 tag:topic1",
    "a tag and a rare word": "w19000 tag:topic1",
    "a word, before a day": f"w50 before:{datetime.now(tz=UTC).date() - timedelta(days=100)}",
}


class Found(NamedTuple):
    """Something to ask for: its name, its label in the report, its path, and whether its reader is the author."""

    name: str
    label: str
    path: str
    by_star: bool = False


def deep_cursors(ground: Ground, database_url: str) -> dict[str, str]:
    """Give the cursor of page 1,000 of each list, or of the last but one."""
    codec = CursorCodec(SECRET_KEY)
    cursors = {}
    for name, (kind, statement) in _LISTS.items():
        (total,) = ground.query(f"SELECT count(*) FROM ({statement}) AS listed", database_url=database_url)[0]
        place = min(DEEP, total // SIZE - 1) * SIZE - 1
        ((micros, id_),) = ground.query(f"{statement} OFFSET {place} LIMIT 1", database_url=database_url)
        cursors[name] = codec.encode(Cursor("older", Position(micros, id_)), kind=kind)
    return cursors


def _pages(name: str, label: str, path: str, *, by_star: bool = False) -> tuple[Found, Found]:
    first = Found(name, f"{label}, cold", path, by_star)
    return first, Found(f"{name}-deep", "page 1,000 of that, or its last, cold", f"{path}&cursor={{{name}}}", by_star)


FOUND = (
    *(
        Found(f"search-{number}", f"search: {label}", f"/api/search?kind=posts&limit={SIZE}&q={quote(asked)}")
        for number, (label, asked) in enumerate(SEARCHES.items(), 1)
    ),
    Found(
        "search-deep",
        "search: page 1,000 of what a frequent word finds",
        f"/api/search?kind=posts&limit={SIZE}&q=w3&cursor={{found}}",
    ),
    Found("search-comments", "search: a frequent word in comments", f"/api/search?kind=comments&limit={SIZE}&q=w1"),
    Found("search-rare", "search: a rare word in comments", f"/api/search?kind=comments&limit={SIZE}&q=w19000"),
    Found("search-people", "search: a person, with a slip", f"/api/search?kind=people&limit={SIZE}&q=usr_77"),
    Found("search-tags", "search: a tag", f"/api/search?kind=tags&limit={SIZE}&q=topic1"),
    *_pages("tag", "the tag that a tenth of all posts has", f"/api/posts?feed=tag&tag=topic1&limit={SIZE}"),
    *_pages("active", "active posts", f"/api/posts?feed=active&limit={SIZE}"),
    *_pages("told", "what the author whom everybody follows is told", f"/api/notifications?limit={SIZE}", by_star=True),
)


def request(found: Found, cursors: dict[str, str], bearer: dict[str, str]) -> Request:
    """Ask for it."""
    return Request(found.path.format(**cursors), bearer if found.by_star else {})
