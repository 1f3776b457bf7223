"""Pictures in an archive: of posts, and of people, with their content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from feedapp.archive.batches import Batch, Record
from feedapp.cache.catalogue.invalidation.content import picture_changed
from feedapp.cache.catalogue.invalidation.people import user_edited
from feedapp.lengths import MOST_PICTURES_OF_POST
from feedapp.pictures.formats import DIGEST
from feedapp.schemas import texts

if TYPE_CHECKING:
    from feedapp.archive.fields import Fields


@dataclass(frozen=True, slots=True)
class Picture(Record):
    """A picture of a post, or somebody's avatar if it names no post. `digest` names its files, here and there."""

    kind = "picture"
    digest: str
    owner: str
    post: str | None
    place: int
    alt: str
    content: bytes

    @classmethod
    def read(cls, fields: Fields, line: int) -> Picture:
        """Check what a line says. Raise ValueError."""
        digest, owner = fields.text("id", _digest), fields.username("owner")
        post = fields.archive_id("post") if fields.has("post") else None
        place = fields.number("place", most=MOST_PICTURES_OF_POST - 1) if post else 0
        return cls(line, digest, owner, post, place, fields.optional("alt", texts.alt, ""), fields.content("content"))

    def usernames(self) -> tuple[str, ...]:
        """Name the people in it."""
        return (self.owner,)

    def posts(self) -> tuple[str, ...]:
        """Give the archive ids of the posts in it."""
        return () if self.post is None else (self.post,)

    @classmethod
    def bring(cls, batch: Batch) -> None:
        """Bring in those whose files were kept, and that are not there yet."""
        rows: dict[str, dict[str, Any]] = {}
        avatars: dict[int, str] = {}
        for each, (owner_id, post_id) in batch.named(cls, lambda each: _ids(batch, each)):
            files = batch.files.get(each.digest)
            if files is None:
                continue
            if post_id is None:
                avatars.setdefault(owner_id, each.digest)
            else:
                rows.setdefault(
                    each.digest,
                    {
                        "n": len(rows),
                        "digest": each.digest,
                        "owner_id": owner_id,
                        "post_id": post_id,
                        "place": each.place,
                        "width": files.width,
                        "height": files.height,
                        "bytes": files.bytes,
                        "alt": each.alt,
                    },
                )
        post_ids = batch.rows.add_pictures(list(rows.values())) if rows else []
        user_ids = batch.rows.add_avatars(avatars) if avatars else []
        batch.brought(cls, len(post_ids) + len(user_ids))
        for post_id in set(post_ids):
            batch.work.stales(picture_changed(post_id=post_id))
        for user_id in user_ids:
            batch.work.stales(user_edited(user_id=user_id))


def _ids(batch: Batch, each: Picture) -> tuple[int, int | None]:
    owner_id = batch.users.id(each.owner, each.line)
    return owner_id, None if each.post is None else batch.posts.id(each.post, each.line)


def _digest(text: str) -> str:
    if not DIGEST.fullmatch(text):
        raise ValueError("must be 32 hexadecimal digits")
    return text
