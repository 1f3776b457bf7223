"""How large a community is to be."""

from __future__ import annotations

from dataclasses import dataclass

from feedapp.errors import FieldError, InvalidInputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """The numbers of rows. Raise InvalidInputError for numbers that cannot go together."""

    users: int
    posts: int
    comments: int
    likes: int
    follows: int

    def __post_init__(self) -> None:
        likes, follows = self.users * self.posts, self.users * (self.users - 1)
        for field, wanted, most, why in (
            ("users", 1, self.users, "a community needs at least one"),
            ("comments", self.comments and 1, self.posts, "there must be a post to comment on"),
            ("likes", self.likes, likes, f"{self.users:,} users can like {self.posts:,} posts {likes:,} times"),
            ("follows", self.follows, follows, f"{self.users:,} users can follow each other {follows:,} times"),
        ):
            if wanted > most:
                raise InvalidInputError(FieldError(field, why))

    @property
    def rows(self) -> int:
        """All of them, with the rows of the counters."""
        return 2 * (self.users + self.posts) + self.comments + self.likes + self.follows
