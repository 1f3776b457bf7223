"""How large a community is to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.errors import FieldError, InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Mapping

PROPORTIONS = (("posts", 10, "users"), ("comments", 3, "posts"), ("likes", 10, "posts"), ("follows", 15, "users"))
"""What a community has if nothing else is wanted; fewer likes and follows where so few people cannot have so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """The numbers of rows. Raise InvalidInputError for numbers that cannot go together."""

    users: int
    posts: int
    comments: int
    likes: int
    follows: int

    @classmethod
    def believable(cls, wanted: Mapping[str, int | None]) -> Sizes:
        """Complete what is wanted (None: not said) in proportion. Raise InvalidInputError as the class does."""
        users = wanted["users"] or 0
        sizes = {"users": users}
        for name, number, whose in PROPORTIONS:
            said = wanted[name]
            sizes[name] = sizes[whose] * number if said is None else said
            if said is None and name in {"likes", "follows"}:
                possible = users * (sizes["posts"] if name == "likes" else users - 1)
                sizes[name] = min(sizes[name], possible // 2)
        return cls(**sizes)

    def __post_init__(self) -> None:
        likes, follows = self.users * self.posts, self.users * (self.users - 1)
        for field, wanted, most, why in (
            ("users", 1, self.users, "a community needs at least one"),
            ("comments", self.comments and 1, self.posts, "there must be a post to comment on"),
            ("likes", self.likes, likes, f"{self.users:,} users can like {self.posts:,} posts {likes:,} times at most"),
            ("follows", self.follows, follows, f"{self.users:,} users can follow each other {follows:,} times at most"),
        ):
            if wanted > most:
                raise InvalidInputError(FieldError(field, why))

    @property
    def rows(self) -> int:
        """All of them, with the rows of the counters."""
        return 2 * (self.users + self.posts) + self.comments + self.likes + self.follows
