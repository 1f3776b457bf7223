"""Imports what somebody says of themselves: the post that they pinned, the names that they had before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from feedapp.extensions import ScopedSession

_ADD_PINS = text("""
    INSERT INTO pins (user_id, post_id, created_at) SELECT user_id, post_id, new.created_at
    FROM json_to_recordset(CAST(:rows AS json)) AS new(user_id bigint, post_id bigint, created_at timestamptz)
    JOIN posts ON posts.id = post_id AND author_id = user_id ORDER BY user_id
    ON CONFLICT DO NOTHING RETURNING user_id
""")
_ADD_HELD_NAMES = text("""
    INSERT INTO held_names (user_id, username, held_from, held_until) SELECT user_id, username, held_from, held_until
    FROM json_to_recordset(CAST(:rows AS json))
        AS new(user_id bigint, username text, held_from timestamptz, held_until timestamptz)
    ORDER BY user_id, held_until ON CONFLICT DO NOTHING RETURNING username
""")


class OwnRows:
    """Such rows, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def add_pins(self, pins: Mapping[int, tuple[int, datetime]]) -> list[int]:
        """Pin posts of their own for users who have pinned none. Give who they are."""
        rows = [{"user_id": user, "post_id": post, "created_at": moment} for user, (post, moment) in pins.items()]
        return list(self._session.scalars(_ADD_PINS, {"rows": orjson.dumps(rows).decode()}))

    def add_held_names(self, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """Add names that users had from one time to another. Give those that were not there."""
        return list(self._session.scalars(_ADD_HELD_NAMES, {"rows": orjson.dumps(rows).decode()}))
