"""Read models of whole pages: what stands on one, and who reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feedapp.reading.read_models import Paged, Person, PersonView, PostView, ProfileView, Viewer
    from feedapp.reading.threads import CommentView


@dataclass(frozen=True, slots=True)
class PostPageView:
    """A post with a page of its comments, and who reads it."""

    viewer: Viewer | None
    post: PostView
    comments: Paged[CommentView]


@dataclass(frozen=True, slots=True)
class CommentPageView:
    """A comment with what it answers and a page of its answers, whose post it is under, and who reads it.

    `answered` is None also if that is out of the viewer's sight.
    """

    viewer: Viewer | None
    comment: CommentView
    post_author_id: int
    answered: CommentView | None
    answers: Paged[CommentView]


@dataclass(frozen=True, slots=True)
class ProfilePageView:
    """A person with a page of their posts, and who reads it."""

    viewer: Viewer | None
    profile: ProfileView
    posts: Paged[PostView]
    pinned: PostView | None = None
    """The post at the top of the first page, which stands at its place in the list as well."""


@dataclass(frozen=True, slots=True)
class PeoplePageView:
    """A person with a page of followers or followed people, and who reads it."""

    viewer: Viewer | None
    profile: ProfileView
    people: Paged[PersonView]


@dataclass(frozen=True, slots=True)
class HomePageView:
    """A home feed, with suggestions whom to follow if its owner follows few people."""

    viewer: Viewer
    posts: Paged[PostView]
    suggestions: list[PersonView]


@dataclass(frozen=True, slots=True)
class OwnPeopleView:
    """A page of people whom the viewer has put on a list of their own: whom they block, or mute."""

    viewer: Viewer
    people: Paged[PersonView]


@dataclass(frozen=True, slots=True)
class UnderPost:
    """A comment, with whose post it is under, and what that says."""

    comment: CommentView
    post_author: Person
    post_body: str


@dataclass(frozen=True, slots=True)
class CommentsByView:
    """A person with a page of their comments, and who reads it."""

    viewer: Viewer | None
    profile: ProfileView
    comments: Paged[UnderPost]
