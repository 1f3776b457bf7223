"""People as the API sends them: a mail address to its owner only, a hash to nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, cast

from typing_extensions import TypedDict

from feedapp.reading.read_models import OwnMail
from feedapp.serialisers.addresses import avatar
from feedapp.serialisers.fields import Address, Count, Id, Time
from feedapp.services.people.joining.sign_ups import Waiting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.reading.read_models import Person, PersonView, ProfileView
    from feedapp.services.people.follows import FollowOutcome
    from feedapp.services.people.relations.blocks import BlockOutcome
    from feedapp.services.people.relations.mutes import MuteOutcome


class AuthorJson(TypedDict):
    """Who wrote something. `id` stays when the name changes; `avatar` is null for somebody without one."""

    id: Id
    username: str
    display_name: str
    avatar: Address | None


class PersonJson(AuthorJson):
    """A person in a list; `following` is there for a reader with a token only."""

    bio: str
    following: NotRequired[bool]


class UserJson(PersonJson):
    """A profile; `blocking` and `muting` are there for a reader with a token only.

    `pinned_post_id` is there if the post at the top of it is one that the reader sees.
    """

    created_at: Time
    posts_count: Count
    followers_count: Count
    following_count: Count
    blocking: NotRequired[bool]
    muting: NotRequired[bool]
    pinned_post_id: NotRequired[Id]


class OwnJson(UserJson):
    """Somebody's own profile, with what only they are told: `role` is member, moderator or admin.

    `email` is the address that they gave last, null for none; `email_verified` is whether it is theirs for certain.
    `locale` is the language that they chose for pages and mails; null for what their browser asks for.
    """

    role: str
    email: str | None
    email_verified: bool
    unread_count: Count
    locale: str | None


class WaitingJson(TypedDict):
    """That a moderator decides about a new account; `state` is `waiting`."""

    state: str


JoinedJson = cast("type", UserJson | WaitingJson)


class FollowJson(TypedDict):
    """How it stands between two people."""

    following: bool
    followers_count: Count


class BlockJson(TypedDict):
    """Whether the reader blocks somebody."""

    blocking: bool


class MuteJson(TypedDict):
    """Whether the reader mutes somebody."""

    muting: bool


class MutedWordsJson(TypedDict):
    """Words and phrases that the reader does not want to read."""

    words: list[str]


def author(person: Person) -> AuthorJson:
    """Give who wrote something."""
    return {
        "id": str(person.id),
        "username": person.username,
        "display_name": person.display_name,
        "avatar": avatar(person.avatar),
    }


def listed(view: PersonView) -> PersonJson:
    """Give a person in a list."""
    person = view.person
    sent: PersonJson = {
        "id": str(person.id),
        "username": person.username,
        "display_name": person.display_name,
        "avatar": avatar(person.avatar),
        "bio": view.bio,
    }
    if view.following is not None:
        sent["following"] = view.following
    return sent


def user(profile: ProfileView) -> UserJson:
    """Give a profile."""
    person = profile.person
    sent: UserJson = {
        "id": str(person.id),
        "username": person.username,
        "display_name": person.display_name,
        "avatar": avatar(person.avatar),
        "bio": profile.bio,
        "created_at": profile.created_at,
        "posts_count": profile.posts_count,
        "followers_count": profile.followers_count,
        "following_count": profile.following_count,
    }
    if profile.following is not None:
        sent["following"] = profile.following
    if profile.blocking is not None and profile.muting is not None:
        sent |= {"blocking": profile.blocking, "muting": profile.muting}
    if profile.pinned_id is not None:
        sent["pinned_post_id"] = str(profile.pinned_id)
    return sent


def follow(outcome: FollowOutcome) -> FollowJson:
    """Give how it stands after following or unfollowing."""
    return {"following": outcome.following, "followers_count": outcome.followers_count}


def block(outcome: BlockOutcome) -> BlockJson:
    """Give how it stands after blocking or unblocking."""
    return {"blocking": outcome.blocking}


def mute(outcome: MuteOutcome) -> MuteJson:
    """Give how it stands after muting or unmuting."""
    return {"muting": outcome.muting}


def muted_words(words: Sequence[str]) -> MutedWordsJson:
    """Give them."""
    return {"words": list(words)}


def own(profile: ProfileView) -> OwnJson:
    """Give somebody their own profile."""
    mail = profile.mail or OwnMail()
    return {
        **user(profile),
        "role": profile.role,
        "email": mail.address,
        "email_verified": mail.is_verified,
        "unread_count": profile.unread_count,
        "locale": profile.locale,
    }


def joined_or_waiting(joined: ProfileView | Waiting) -> UserJson | WaitingJson:
    """Give the profile of somebody who has just signed up, or that a moderator decides."""
    return {"state": "waiting"} if isinstance(joined, Waiting) else user(joined)
