"""Readers of the community with tokens and sessions of their own, and the cursors of its pages."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import TYPE_CHECKING, NamedTuple

from bench.places import LIMIT, SECRET_KEY
from feedapp.blueprints.pages.kit.cookies import base_of
from feedapp.pagination import Cursor, CursorCodec, Position
from feedapp.reading.viewers import hash_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bench.ground import Ground


class Reader(NamedTuple):
    """Somebody who is signed in."""

    id: int
    username: str
    token: str
    session: str

    @property
    def bearer(self) -> dict[str, str]:
        """What their API calls carry."""
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def cookie(self) -> dict[str, str]:
        """What their browser sends."""
        return {"Cookie": f"{base_of('session', secret=SECRET_KEY)}={self.session}"}


def sign_in(ground: Ground, user_ids: Iterable[int], *, database_url: str | None = None) -> list[Reader]:
    """Give each a token and a session, past the slow check of a password."""
    listed = ",".join(map(str, user_ids))
    people = ground.query(f"SELECT id, username FROM users WHERE id IN ({listed})", database_url=database_url)
    readers = [Reader(user_id, name, *(f"{user_id}.{token_urlsafe(32)}" for _ in range(2))) for user_id, name in people]
    rows = ",".join(
        f"({each.id}, '{kind}', decode('{hash_of(text)}', 'hex'), now() + interval '1 day')"
        for each in readers
        for kind, text in (("api", each.token), ("session", each.session))
    )
    ground.run(f"INSERT INTO tokens (user_id, kind, hash, expires_at) VALUES {rows}", database_url=database_url)
    return sorted(readers)


def busiest(ground: Ground, count: int) -> list[int]:
    """Give the ids of those who follow many, in no order that means anything."""
    query = f"SELECT user_id FROM user_counters ORDER BY following DESC, user_id LIMIT {count}"
    return [user_id for (user_id,) in ground.query(query)]


def public_cursors(ground: Ground, *, database_url: str | None = None) -> list[str]:
    """Give the cursors of all pages of everyone's feed but the first, the second page first."""
    codec = CursorCodec(SECRET_KEY)
    rows = ground.query(
        "SELECT micros, id FROM (SELECT (extract(epoch FROM created_at) * 1000000)::bigint AS micros, id, "
        "row_number() OVER (ORDER BY created_at DESC, id DESC) AS number FROM posts) AS numbered "
        f"WHERE number % {LIMIT} = 0 ORDER BY number",
        database_url=database_url,
    )
    return [codec.encode(Cursor("older", Position(*row)), kind="p") for row in rows]
