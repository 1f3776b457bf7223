"""People as the API sends them: never an email address, never a hash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from feedapp.reading.read_models import Person, PersonView, ProfileView


def author(person: Person) -> dict[str, str]:
    """Give who wrote something."""
    return {"username": person.username, "display_name": person.display_name}


def listed(view: PersonView) -> dict[str, Any]:
    """Give a person in a list; `following` is there for a reader with a token only."""
    sent: dict[str, Any] = {**author(view.person), "bio": view.bio}
    if view.following is not None:
        sent["following"] = view.following
    return sent


def user(profile: ProfileView) -> dict[str, Any]:
    """Give a profile; `following` is there for a reader with a token only."""
    sent: dict[str, Any] = {
        **author(profile.person),
        "bio": profile.bio,
        "created_at": profile.created_at,
        "posts_count": profile.posts_count,
        "followers_count": profile.followers_count,
        "following_count": profile.following_count,
    }
    if profile.following is not None:
        sent["following"] = profile.following
    return sent


def own(profile: ProfileView) -> dict[str, Any]:
    """Give somebody their own profile, with what only they are told."""
    return {**user(profile), "role": profile.role}
