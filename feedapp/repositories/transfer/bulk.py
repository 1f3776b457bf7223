"""Loading many rows at once, in the session's transaction."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from feedapp.extensions import ScopedSession

PIECE = 65_536

COLUMNS = {
    "users": "id, username, display_name, bio, password_hash, created_at",
    "posts": "id, author_id, body, created_at, edited_at",
    "comments": "id, post_id, author_id, body, created_at",
    "likes": "post_id, user_id, created_at",
    "follows": "follower_id, followee_id, created_at",
    "post_counters": "post_id, likes, comments",
    "user_counters": "user_id, posts, followers, following",
}
"""What a row of each table has, in this order."""

_IDS = text(
    "SELECT min(id), max(id) FROM (SELECT id, id - row_number() OVER () AS island FROM "
    "(SELECT nextval(pg_get_serial_sequence(:table, 'id')) AS id FROM generate_series(1, :count)) AS taken) AS islands "
    "GROUP BY island ORDER BY min(id)"
)

LOCK = f"LOCK TABLE {', '.join(COLUMNS)} IN SHARE UPDATE EXCLUSIVE MODE"


class BulkRepository:
    """COPY, and its preparations."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def begin(self) -> None:
        """Record none of it as changes for mirrors: a community is seeded before anybody mirrors it.

        And keep autovacuum from analysing the tables until the transaction ends; others read and write as ever.

        It would find none of the rows that are still uncommitted, and for a table that seems empty PostgreSQL plans the
        checks of foreign keys through any index whatever: ten times slower and worse (see bench/seed.py).
        """
        self._session.execute(text("SET LOCAL feedapp.unrecorded = 'on'"))
        self._session.execute(text(LOCK))

    def has_users(self) -> bool:
        """Tell whether there are any users."""
        return bool(self._session.scalar(text("SELECT EXISTS (SELECT FROM users)")))

    def taken(self, usernames: Sequence[str]) -> set[str]:
        """Give those of the usernames that are taken."""
        query = text("SELECT username FROM users WHERE username = ANY(:usernames)")
        return set(self._session.scalars(query, {"usernames": list(usernames)}))

    def take_ids(self, table: str, count: int) -> array[int]:
        """Take ids from the table's own sequence, so that nobody else gets them; ascending, perhaps with gaps."""
        ids = array("q")
        for first, last in self._session.execute(_IDS, {"table": table, "count": count}):
            ids.extend(range(first, last + 1))
        return ids

    def copy(self, table: str, stream: Iterable[bytes]) -> None:
        """Load COLUMNS of a table from a stream in COPY's binary form, which is made while PostgreSQL stores it."""
        statement = f"COPY {table} ({COLUMNS[table]}) FROM STDIN (FORMAT binary)"
        cursor: Any = self._session.connection().connection.cursor()  # psycopg2's own
        with cursor:
            cursor.copy_expert(statement, _Stream(stream), PIECE)

    def analyse(self) -> None:
        """Analyse the new rows, so that PostgreSQL's plans fit the new sizes at once."""
        self._session.execute(text("ANALYZE " + ", ".join(COLUMNS)))


class _Stream:
    """Pieces of bytes as the file that psycopg2 reads from."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces: Iterator[bytes] = iter(pieces)
        self._rest = bytearray()

    def read(self, size: int) -> bytes:
        while len(self._rest) < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._rest += piece
        answer = bytes(self._rest[:size])
        del self._rest[:size]
        return answer
