"""People as the API sends them: never an email address, never a hash."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired

from typing_extensions import TypedDict

from feedapp.serialisers.fields import Count, Time

if TYPE_CHECKING:
    from feedapp.reading.read_models import Person, PersonView, ProfileView
    from feedapp.services.people.follows import FollowOutcome


class AuthorJson(TypedDict):
    """Who wrote something."""

    username: str
    display_name: str


class PersonJson(AuthorJson):
    """A person in a list; `following` is there for a reader with a token only."""

    bio: str
    following: NotRequired[bool]


class UserJson(PersonJson):
    """A profile."""

    created_at: Time
    posts_count: Count
    followers_count: Count
    following_count: Count


class FollowJson(TypedDict):
    """How it stands between two people."""

    following: bool
    followers_count: Count


def author(person: Person) -> AuthorJson:
    """Give who wrote something."""
    return {"username": person.username, "display_name": person.display_name}


def listed(view: PersonView) -> PersonJson:
    """Give a person in a list."""
    person = view.person
    sent: PersonJson = {"username": person.username, "display_name": person.display_name, "bio": view.bio}
    if view.following is not None:
        sent["following"] = view.following
    return sent


def user(profile: ProfileView) -> UserJson:
    """Give a profile."""
    person = profile.person
    sent: UserJson = {
        "username": person.username,
        "display_name": person.display_name,
        "bio": profile.bio,
        "created_at": profile.created_at,
        "posts_count": profile.posts_count,
        "followers_count": profile.followers_count,
        "following_count": profile.following_count,
    }
    if profile.following is not None:
        sent["following"] = profile.following
    return sent


def follow(outcome: FollowOutcome) -> FollowJson:
    """Give how it stands after following or unfollowing."""
    return {"following": outcome.following, "followers_count": outcome.followers_count}
