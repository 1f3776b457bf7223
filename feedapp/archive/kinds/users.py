"""People in an archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.archive.batches import Batch, Record
from feedapp.cache.catalogue.invalidation.people import users_signed_up
from feedapp.schemas import texts

if TYPE_CHECKING:
    from datetime import datetime

    from feedapp.archive.fields import Fields

SANCTIONS = {"suspended": "suspension", "silenced": "silence"}
"""By the field that has the reason; another, with `_until` at its end, has the end."""


@dataclass(frozen=True, slots=True)
class User(Record):
    """A person, `username` folded. `number` is their id where they come from, 0 if unknown.

    `sanctions` are (kind, reason, until, None for good) of what moderators did.
    """

    kind = "user"
    username: str
    display_name: str
    bio: str
    created_at: datetime
    sanctions: tuple[tuple[str, str, datetime | None], ...]
    number: int

    @classmethod
    def read(cls, fields: Fields, line: int) -> User:
        """Check what a line says. Raise ValueError."""
        username = fields.username("username")
        display_name = fields.optional("display_name", texts.display_name, username)
        bio = fields.optional("bio", texts.bio, "")
        given = ((kind, *fields.sanction(name)) for name, kind in SANCTIONS.items())
        sanctions = tuple(each for each in given if each[1])
        return cls(line, username, display_name, bio, fields.created_at(), sanctions, fields.kept_id())

    def usernames(self) -> tuple[str, ...]:
        """Name the people in it."""
        return (self.username,)

    @classmethod
    def bring(cls, batch: Batch) -> None:
        """Bring in whose names are free."""
        batch.look_up_users()
        first: dict[str, User] = {}
        for user in batch.of(User):
            if user.username not in batch.users:
                first.setdefault(user.username, user)
        rows = [
            {
                "n": n,
                "id": user.number,
                "username": user.username,
                "display_name": user.display_name,
                "bio": user.bio,
                "created_at": user.created_at,
            }
            for n, user in enumerate(first.values())
        ]
        batch.keep_ids("users", rows)
        added = batch.rows.add_users(rows) if rows else {}
        just_taken = (
            batch.rows.user_ids([name for name in first if name not in added]) if len(added) < len(first) else {}
        )
        batch.users.bring(added | just_taken, {user.username: user.line for user in first.values()})
        batch.brought(cls, len(added))
        sanctions = [
            {"user_id": user_id, "kind": kind, "reason": reason, "until": until}
            for name, user_id in added.items()
            for kind, reason, until in first[name].sanctions
        ]
        if sanctions:
            batch.rows.sanction_users(sanctions)
        if added:
            batch.work.stales(users_signed_up(users=added.items()))
