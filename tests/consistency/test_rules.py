"""Every template is taken out of every rule of invalidation in turn: each time something stale is found.

So the list of writes in tests/integration/test_staleness.py, and the views that it reads, miss none.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest

from feedapp.cache.catalogue import invalidation
from feedapp.services.operations.cache_verification import CacheVerification
from tests.integration.test_staleness import WRITES
from tests.support.touring import community, stale, tour

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from feedapp.cache.catalogue.keys import Key
    from feedapp.wiring import Services
    from tests.support.people import Somebody


def rules() -> dict[str, Callable[..., list[Key]]]:
    """Give every rule by its name."""
    found = inspect.getmembers(invalidation, inspect.isfunction)
    return {name: rule for name, rule in found if rule.__module__ == invalidation.__name__ and not name.startswith("_")}


ARGUMENTS: dict[str, Any] = {
    **dict.fromkeys(("post_id", "author_id", "user_id", "follower_id", "followee_id", "comment_id"), 1),
    **dict.fromkeys(("follower_ids", "liker_ids", "comment_ids", "hashes", "author_ids", "post_ids", "user_ids"), (1,)),
    **dict.fromkeys(("username", "old", "new"), "ada"),
    "users": (("ada", 1),),
    "likes": ((1, 1),),
    "tokens": ((1, "a"),),
}
RULES = {
    "sign up": "users_signed_up",
    "leave": "user_deleted",
    "sweep tokens": "tokens_changed",
    "import": "past_imported past_comments_imported past_likes_imported past_follow_imported",
    "repair the counts": "user_counters_repaired post_counters_repaired",
    "publish": "post_published",
    "edit a post": "post_edited",
    "delete a post": "post_deleted",
    "like": "post_liked",
    "unlike": "post_unliked",
    "comment": "comment_added",
    "edit a comment": "comment_edited",
    "delete a comment": "comment_deleted",
    "follow": "follow_added",
    "unfollow": "follow_ended",
    "edit a profile": "user_edited",
    "rename": "user_renamed",
    "log out": "tokens_revoked",
    "log in": "token_issued",
    "end a token": "tokens_revoked",
}
PROTECTED = {"feed", "posts_by", "comments", "likes", "followers", "following"}
"""Pages that a rule deletes by name are protected by their stamps: left out of a rule, they are not valid either."""


def named_by(rule: str) -> set[str]:
    """Give the templates that a rule names."""
    function = getattr(invalidation, rule)
    arguments = {name: ARGUMENTS[name] for name in inspect.signature(function).parameters}
    return {key.template.name for key in function(**arguments)} - PROTECTED


SEEN_ELSEWHERE = {("sign up", "username"), ("sign up", "user")}
"""Only somebody who gives up a name at that moment, or an id that comes again, shows why: see test_cache_protocol.py,
test_ids_again.py."""
PAIRS = [
    (write, template)
    for write, rules_of_it in RULES.items()
    for template in sorted(set[str]().union(*map(named_by, rules_of_it.split())))
    if (write, template) not in SEEN_ELSEWHERE
]


@pytest.mark.parametrize(("write", "template"), PAIRS)
def test_each_template_that_a_rule_might_forget_is_missed(
    app: Flask,
    client: FlaskClient,
    services: Services,
    people: Callable[..., Somebody],
    write: str,
    template: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    everybody = community(client, people)
    tour(client, everybody)
    for name, rule in rules().items():
        monkeypatch.setattr(invalidation, name, without(rule, template))
    WRITES[write](app, client, everybody)
    monkeypatch.setattr(CacheVerification, "_orphans", lambda *_: [])  # what is left of a deleted post counts here
    assert stale(services), f"{write}: {template} is deleted for nothing"


def without(rule: Callable[..., list[Key]], template: str) -> Callable[..., list[Key]]:
    """Leave every key of one template out of a rule, and the pages it names, so that stamps alone protect them."""

    def forgetful(**ids: Any) -> list[Key]:
        return [key for key in rule(**ids) if key.template.name not in {template, *PROTECTED}]

    return forgetful
