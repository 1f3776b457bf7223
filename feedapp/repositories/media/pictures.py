"""Pictures: which there are, whose, and in which posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.extensions import ScopedSession


class Kept(NamedTuple):
    """A picture as it is stored."""

    id: int
    owner_id: int
    post_id: int | None
    digest: str
    width: int
    height: int
    alt: str


class Taken(NamedTuple):
    """How much somebody's pictures take."""

    pictures: int
    bytes: int


_COLUMNS = "id, owner_id, post_id, digest, width, height, alt"


class PictureRepository:
    """Pictures, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def lock_owner(self, owner_id: int) -> bool:
        """Let nobody else add pictures of this user until the transaction ends; False if there is no such user."""
        query = text("SELECT true FROM users WHERE id = :id FOR NO KEY UPDATE")
        return self._session.scalar(query, {"id": owner_id}) is True

    def taken(self, owner_id: int) -> Taken:
        """Add up what somebody has: of an index alone, and no longer than the quota lets it become."""
        query = text("SELECT count(*), coalesce(sum(bytes), 0)::bigint FROM pictures WHERE owner_id = :id")
        return Taken(*self._session.execute(query, {"id": owner_id}).one())

    def add(self, *, owner_id: int, digest: str, width: int, height: int, size: int, alt: str) -> Kept:
        """Add one that is in no post yet."""
        row = {"owner": owner_id, "digest": digest, "width": width, "height": height, "size": size, "alt": alt}
        added = text(
            "INSERT INTO pictures (owner_id, digest, width, height, bytes, alt) "  # noqa: S608
            f"VALUES (:owner, :digest, :width, :height, :size, :alt) RETURNING {_COLUMNS}"
        )
        return Kept(*self._session.execute(added, row).one())

    def own(self, owner_id: int, picture_ids: Sequence[int]) -> list[Kept]:
        """Give those of these pictures that are somebody's and in no post, in this order."""
        query = text(
            f"SELECT {_COLUMNS} FROM pictures WHERE id = ANY(:ids) AND owner_id = :owner AND post_id IS NULL"  # noqa: S608
        )
        found = self._session.execute(query, {"ids": list(picture_ids), "owner": owner_id})
        by_id = {row.id: Kept(*row) for row in found}
        return [by_id[each] for each in picture_ids if each in by_id]

    def get(self, picture_id: int) -> Kept | None:
        """Give one."""
        return self._one(f"SELECT {_COLUMNS} FROM pictures WHERE id = :id", picture_id)  # noqa: S608

    def lock(self, picture_id: int) -> Kept | None:
        """Give one and keep others from changing or deleting it until the transaction ends."""
        return self._one(f"SELECT {_COLUMNS} FROM pictures WHERE id = :id FOR UPDATE", picture_id)  # noqa: S608

    def describe(self, picture_id: int, alt: str) -> None:
        """Set what it shows, in words."""
        self._session.execute(text("UPDATE pictures SET alt = :alt WHERE id = :id"), {"id": picture_id, "alt": alt})

    def delete(self, picture_ids: Sequence[int]) -> None:
        """Delete some."""
        self._session.execute(text("DELETE FROM pictures WHERE id = ANY(:ids)"), {"ids": list(picture_ids)})

    def attach(self, post_id: int, *, owner_id: int, picture_ids: Sequence[int]) -> list[Kept]:
        """Put pictures into a new post, in this order. Give those that were somebody's own and in no post before."""
        attached = text(
            "UPDATE pictures SET post_id = :post, place = wanted.place - 1 "
            "FROM unnest(CAST(:ids AS bigint[])) WITH ORDINALITY AS wanted(picture_id, place) "
            "WHERE id = picture_id AND owner_id = :owner AND post_id IS NULL "
            "RETURNING id, owner_id, post_id, digest, width, height, alt"
        )
        given = {"post": post_id, "ids": list(picture_ids), "owner": owner_id}
        by_id = {row.id: Kept(*row) for row in self._session.execute(attached, given)}
        return [by_id[each] for each in picture_ids if each in by_id]

    def remove_from(self, post_id: int) -> list[Kept]:
        """Delete the pictures of a post that is locked, and give them."""
        removed = text(f"DELETE FROM pictures WHERE post_id = :id RETURNING {_COLUMNS}")  # noqa: S608
        return [Kept(*row) for row in self._session.execute(removed, {"id": post_id})]

    def of_owner(self, owner_id: int, *, at_most: int) -> list[Kept]:
        """Give some of somebody's pictures, locked."""
        query = text(
            f"SELECT {_COLUMNS} FROM pictures WHERE owner_id = :id ORDER BY id LIMIT :most FOR UPDATE"  # noqa: S608
        )
        return [Kept(*row) for row in self._session.execute(query, {"id": owner_id, "most": at_most})]

    def has_of(self, owner_id: int) -> bool:
        """Tell whether somebody has a picture."""
        query = text("SELECT EXISTS (SELECT FROM pictures WHERE owner_id = :id)")
        return bool(self._session.scalar(query, {"id": owner_id}))

    def unused(self, *, for_seconds: float, at_most: int) -> list[Kept]:
        """Give some pictures that have been in no post for so long, locked, without those that others have locked."""
        query = text(
            f"SELECT {_COLUMNS} FROM pictures WHERE post_id IS NULL "  # noqa: S608
            "AND created_at < clock_timestamp() - make_interval(secs => :seconds) "
            "ORDER BY created_at, id LIMIT :most FOR UPDATE SKIP LOCKED"
        )
        return [Kept(*row) for row in self._session.execute(query, {"seconds": for_seconds, "most": at_most})]

    def set_avatar(self, user_id: int, digest: str | None) -> tuple[bool, str | None]:
        """Set somebody's avatar. Give whether they exist, and which files they had before."""
        found = self._session.execute(
            text("SELECT avatar FROM users WHERE id = :id FOR NO KEY UPDATE"), {"id": user_id}
        ).one_or_none()
        if found is None:
            return False, None
        if found.avatar != digest:
            self._session.execute(
                text("UPDATE users SET avatar = :avatar WHERE id = :id"), {"id": user_id, "avatar": digest}
            )
        return True, found.avatar

    def _one(self, query: str, picture_id: int) -> Kept | None:
        row = self._session.execute(text(query), {"id": picture_id}).one_or_none()
        return None if row is None else Kept(*row)
