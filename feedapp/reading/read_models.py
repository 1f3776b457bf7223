"""Read models: the plain values that services return, to pages and the API alike. Times are RFC 3339 texts in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from feedapp.reading.sight import ANYBODY, Sight
from feedapp.reading.tokens.views import SCOPES
from feedapp.reading.versions import version_of
from feedapp.text.language import language_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.repositories.written import Written

T = TypeVar("T")
OtherT = TypeVar("OtherT")
Visibility = Literal["public", "followers"]
"""Who sees a post: everybody, or its author and whoever follows them."""
Role = Literal["member", "moderator", "admin"]
"""As in `feedapp.models.ROLES`."""


def time_text(moment: datetime) -> str:
    """Write a time as RFC 3339 in UTC, as PostgreSQL writes those in facts."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def written_version(body: str, edited_at: str | None) -> str:
    """Name the version of a post or a comment. Likes and comments are not part of it: they are not edited."""
    return version_of(body, edited_at)


def stored_version(written: Written) -> str:
    """Name the version of a post or a comment that is locked for a change."""
    return written_version(written.body, time_text(written.edited_at) if written.edited_at else None)


@dataclass(frozen=True, slots=True)
class Person:
    """A user, as shown beside what they wrote."""

    id: int
    username: str
    display_name: str
    avatar: str | None = None
    """Names the files of their picture."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """That a moderator hid something, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Viewer:
    """The user who reads, authenticated by a token or session."""

    person: Person
    token_hash: str
    role: Role = "member"
    has_codes: bool = False
    """Whether they have made recovery codes; known on pages only."""
    sight: Sight = ANYBODY
    """Whom and what they do not see, as of this request."""
    scopes: Sequence[str] = SCOPES
    """What their token may be used for; a session is for everything."""
    unread: int = 0
    """How many notifications they have not read; known on pages only."""

    since: str = ""
    """When they signed up."""

    @property
    def age(self) -> float:
        """Give the seconds since they signed up."""
        return (datetime.now(UTC) - datetime.fromisoformat(self.since)).total_seconds() if self.since else 0.0

    @property
    def id(self) -> int:
        """The reader's user id."""
        return self.person.id

    @property
    def moderates(self) -> bool:
        """Whether they see what is hidden."""
        return self.role != "member"


def sight_of(viewer: Viewer | None) -> Sight:
    """Give what a viewer sees, also an anonymous one."""
    return ANYBODY if viewer is None else viewer.sight


@dataclass(frozen=True, slots=True)
class PictureView:
    """A picture; `digest` names its files (`feedapp.pictures.formats`), `alt` says in words what it shows."""

    id: int
    digest: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class PostView:
    """A post as one viewer sees it; `liked` and `bookmarked` are None for an anonymous one.

    `hidden` is set for its author and for moderators; others see no hidden post.
    """

    id: int
    body: str
    author: Person
    created_at: str
    edited_at: str | None
    likes_count: int
    comments_count: int
    liked: bool | None
    bookmarked: bool | None
    visibility: Visibility = "public"
    hidden: Hidden | None = None
    media: tuple[PictureView, ...] = ()
    pinned: bool = False
    """Whether its author has put it at the top of their profile."""
    chosen_language: str | None = None
    """None if nobody chose one."""

    @property
    def language(self) -> str | None:
        """Which language the text is in, as BCP 47 has it; None if that is not clear."""
        return self.chosen_language or language_of(self.body)

    @property
    def version(self) -> str:
        """Which version of the text this is."""
        return written_version(self.body, self.edited_at)


@dataclass(frozen=True, slots=True)
class OwnMail:
    """Somebody's mail addresses, for nobody else: where mails go, and the one that waits to be verified."""

    verified: str | None = None
    pending: str | None = None

    @property
    def address(self) -> str | None:
        """The address that they gave last."""
        return self.pending or self.verified

    @property
    def is_verified(self) -> bool:
        """Whether that is theirs for certain."""
        return self.pending is None and self.verified is not None


@dataclass(frozen=True, slots=True)
class ProfileView:
    """A person with counts; `following` is whether the viewer follows them, None for an anonymous viewer."""

    person: Person
    bio: str
    created_at: str
    posts_count: int
    followers_count: int
    following_count: int
    following: bool | None
    role: Role = "member"
    blocking: bool | None = None
    """Whether the viewer blocks them, or mutes them: None for an anonymous viewer."""
    muting: bool | None = None
    unread_count: int = 0
    """How many notifications they have not read; known in somebody's own profile only."""
    mail: OwnMail | None = None
    """As that."""
    home_secret: str = ""
    """As that: the secret in the address of their home feed."""
    locale: str | None = None
    """As that: the language that they chose."""
    pinned_id: int | None = None
    """Which post is at the top of their profile, if the viewer sees it."""

    @property
    def id(self) -> int:
        """The user id."""
        return self.person.id

    @property
    def version(self) -> str:
        """Which version of what its owner edits this is."""
        return version_of(self.person.username, self.person.display_name, self.bio)


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person in a list; `following` as in a profile, False for the viewer's own entry."""

    person: Person
    bio: str
    following: bool | None


@dataclass(frozen=True, slots=True)
class Paged(Generic[T]):
    """One page of a list, in reading order; a cursor is None if nothing follows in that direction.

    `newer_cursor` is what newer entries are asked for with, also where there are none yet; None if the list does not
    begin with the newest. Used for ids and for what is shown for them alike: see `of`.
    """

    items: Sequence[T]
    next_cursor: str | None
    prev_cursor: str | None
    newer_cursor: str | None = None

    def of(self, items: Sequence[OtherT]) -> Paged[OtherT]:
        """Give the same page with these entries instead."""
        return Paged(items, self.next_cursor, self.prev_cursor, self.newer_cursor)


@dataclass(frozen=True, slots=True)
class FeedView:
    """A page of a feed, and who reads it."""

    viewer: Viewer | None
    posts: Paged[PostView]
