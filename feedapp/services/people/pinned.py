"""Which post is at the top of somebody's profile, for whoever sees it."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from feedapp.cache.catalogue.keys import POST, USER
from feedapp.reading.assembly import is_seen, post_audience_keys, post_keys, post_view

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.reading.read_models import PostView, ProfileView
    from feedapp.reading.reader import Reading
    from feedapp.reading.sight import Sight

REMEMBERED = 10_000


class Pinned:
    """Looks pinned posts up. Which is whose stands in the fact of a person, and is remembered for prefetching only."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._known: OrderedDict[int, int] = OrderedDict()

    def of(self, user_id: int, users: Mapping[Key, Any], sight: Sight) -> PostView | None:
        """Give the post at the top of somebody's profile; None if there is none that the viewer sees."""
        facts = {**users, **self._facts_of(users, [user_id], sight)}
        post_id = self._seen(user_id, facts, sight)
        return None if post_id is None else post_view(post_id, facts, sight)

    def ahead(self, user_ids: Iterable[int], viewer_id: int | None) -> list[Key]:
        """Name what will be needed of these people's, as far as this process knows."""
        known = (self._known.get(user_id) for user_id in user_ids)
        return [key for post_id in known if post_id is not None for key in post_keys(post_id, viewer_id)]

    def _facts_of(self, users: Mapping[Key, Any], user_ids: Sequence[int], sight: Sight) -> dict[Key, Any]:
        pinned = {user_id: post_id for user_id in user_ids if (post_id := _pinned(users, user_id)) is not None}
        for user_id in set(user_ids) - set(pinned):
            self._known.pop(user_id, None)
        if not pinned:
            return {}
        for user_id, post_id in pinned.items():
            self._known.pop(user_id, None)  # threads share this: each step holds whatever another does between two
            self._known[user_id] = post_id
        if len(self._known) > REMEMBERED:
            with suppress(KeyError):
                self._known.popitem(last=False)
        found = self._reading.facts([key for each in pinned.values() for key in post_keys(each, sight.viewer_id)])
        posts = [post for post_id in pinned.values() if (post := found.get(POST.key(post_id))) is not None]
        audience = [key for post in posts for key in post_audience_keys(post, sight.viewer_id)]
        return found | self._reading.facts(list(dict.fromkeys(audience)))

    @staticmethod
    def _seen(user_id: int, facts: Mapping[Key, Any], sight: Sight) -> int | None:
        post_id = _pinned(facts, user_id)
        post = None if post_id is None else facts.get(POST.key(post_id))
        return post_id if post is not None and is_seen(post, facts, sight) else None

    def on(self, profiles: Sequence[ProfileView], users: Mapping[Key, Any], sight: Sight) -> list[ProfileView]:
        """Give the same profiles, which say which post is pinned; `users` are the facts of these people."""
        facts = {**users, **self._facts_of(users, [each.id for each in profiles], sight)}
        return [replace(each, pinned_id=self._seen(each.id, facts, sight)) for each in profiles]


def _pinned(users: Mapping[Key, Any], user_id: int) -> int | None:
    user = users.get(USER.key(user_id))
    post_id: int | None = user["pinned"] if user else None
    return post_id
