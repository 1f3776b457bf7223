"""Former usernames, given up by a rename or with an account, and their last owners; and who had which name when."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from feedapp import retention
from feedapp.models import FormerUsername, HeldName
from feedapp.repositories import sight

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy import CursorResult

    from feedapp.extensions import ScopedSession

KEPT = timedelta(days=retention.NAMES.days)
"""How long a name stays reserved for its last owner."""


class FormerUsernameRepository:
    """Former usernames, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def add(self, username: str, *, user_id: int, user_key: UUID) -> None:
        """Reserve a name for the user who is giving it up."""
        values = {"digest": _digest(username), "user_id": user_id, "user_key": user_key}
        added = insert(FormerUsername).values(values)
        since_now = {**values, "given_up_at": func.clock_timestamp()}
        self._session.execute(added.on_conflict_do_update(index_elements=["digest"], set_=since_now))

    def get(self, username: str) -> FormerUsername | None:
        """Give the user for whom a name is still reserved."""
        kept = FormerUsername.given_up_at > func.clock_timestamp() - KEPT
        found = select(FormerUsername).where(FormerUsername.digest == _digest(username), kept)
        return self._session.scalar(found.execution_options(populate_existing=True))

    def remove(self, username: str) -> None:
        """Release a name."""
        self._session.execute(delete(FormerUsername).where(FormerUsername.digest == _digest(username)))

    def clean(self) -> int:
        """Delete expired reservations; give how many."""
        over = FormerUsername.given_up_at <= func.clock_timestamp() - KEPT
        return cast("CursorResult[Any]", self._session.execute(delete(FormerUsername).where(over))).rowcount


_TIME = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_SPAN = f"json_build_array(user_id, {_TIME.format('held_from')}, {_TIME.format('held_until')})"
TAKEN_NAMES = (
    "SELECT '{0}', wanted, CASE WHEN former IS NULL THEN to_json(taken) "  # noqa: S608
    "ELSE json_build_object('taken', taken, 'former', former) END FROM (SELECT wanted, "
    f"EXISTS (SELECT FROM users WHERE username = wanted AND {sight.in_sight()}) AS taken, "
    f"(SELECT json_agg({_SPAN} ORDER BY held_until, user_id) FROM held_names WHERE username = wanted) AS former "
    "FROM unnest(CAST(%({0}_0)s AS text[])) AS name(wanted)) AS known"
)
"""Of names in texts (`FactRepository`): whether each is somebody's, and who had it before, by id, if anybody did."""
_HELD = text("""
    INSERT INTO held_names (user_id, username, held_from, held_until) SELECT id, :username, greatest(created_at,
        (SELECT max(held_until) FROM held_names WHERE user_id = users.id),
        (SELECT max(given_up_at) FROM former_usernames WHERE former_usernames.user_id = users.id
            AND user_key = users.key AND digest <> :digest)), clock_timestamp()
    FROM users WHERE id = :user_id ON CONFLICT DO NOTHING
""")
"""Since when it was theirs: since they gave up the one before, which for 90 days is known of older ones too."""


class HeldNameRepository:
    """Names that people had before, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def add(self, username: str, *, user_id: int) -> None:
        """Note that a user has had a name until now."""
        given = {"username": username, "user_id": user_id, "digest": _digest(username)}
        self._session.execute(_HELD, given)

    def names_of(self, user_id: int, *, at_most: int) -> Sequence[str]:
        """Give some of the names that a user had."""
        query = select(HeldName.username).where(HeldName.user_id == user_id).distinct().order_by(HeldName.username)
        return self._session.scalars(query.limit(at_most)).all()

    def remove(self, user_id: int, usernames: Sequence[str]) -> None:
        """Forget that a user had these names."""
        gone = delete(HeldName).where(HeldName.user_id == user_id, HeldName.username.in_(usernames))
        self._session.execute(gone)


def _digest(username: str) -> bytes:
    return sha256(b"feedapp username " + username.encode()).digest()
