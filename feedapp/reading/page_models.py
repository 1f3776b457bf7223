"""Read models of whole pages: what stands on one, and who reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feedapp.reading.read_models import CommentView, Paged, PersonView, PostView, ProfileView, Viewer


@dataclass(frozen=True, slots=True)
class PostPageView:
    """A post with a page of its comments, and who reads it."""

    viewer: Viewer | None
    post: PostView
    comments: Paged[CommentView]


@dataclass(frozen=True, slots=True)
class ProfilePageView:
    """A person with a page of their posts, and who reads it."""

    viewer: Viewer | None
    profile: ProfileView
    posts: Paged[PostView]


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
