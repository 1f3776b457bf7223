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


@dataclass(frozen=True, slots=True)
class User(Record):
    """A person, `username` folded."""

    kind = "user"
    username: str
    display_name: str
    bio: str
    created_at: datetime

    @classmethod
    def read(cls, fields: Fields, line: int) -> User:
        """Check what a line says. Raise ValueError."""
        username = fields.username("username")
        display_name = fields.optional("display_name", texts.display_name, username)
        return cls(line, username, display_name, fields.optional("bio", texts.bio, ""), fields.created_at())

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
                "username": user.username,
                "display_name": user.display_name,
                "bio": user.bio,
                "created_at": user.created_at,
            }
            for n, user in enumerate(first.values())
        ]
        added = batch.rows.add_users(rows) if rows else {}
        just_taken = (
            batch.rows.user_ids([name for name in first if name not in added]) if len(added) < len(first) else {}
        )
        batch.users.bring(added | just_taken, {user.username: user.line for user in first.values()})
        batch.brought(cls, len(added))
        if added:
            batch.work.stales(users_signed_up(users=added.items()))
