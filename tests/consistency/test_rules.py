"""Every template is taken out of every rule of invalidation in turn: each time something stale is found.

So the list of writes in tests/integration/protocol/test_staleness.py, and the views that it reads, miss none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from feedapp.cache.catalogue.invalidation import RULES
from feedapp.cache.catalogue.keys import LISTS
from feedapp.services.operations.cache_verification import CacheVerification
from tests.integration.protocol.test_staleness import WRITES
from tests.support.touring import stale, toured

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.wiring import Services
    from tests.support.copies import Snapshots
    from tests.support.people import Somebody


RULES_OF = {
    "sign up": "users_signed_up",
    "leave": (
        "sight_changed likes_recounted comments_recounted replies_recounted comment_likes_recounted followed_recounted "
        "tags_recounted"
    ),
    "leave as who follows others": "followers_recounted unread_recounted",
    "delete a user": "user_deleted",
    "sweep tokens": "tokens_changed",
    "import": (
        "past_tags_imported past_tag_follow_imported past_imported picture_changed user_edited "
        "past_comments_imported past_likes_imported past_bookmarks_imported past_comment_likes_imported "
        "past_follow_imported block_changed mute_changed"
    ),
    "repair the counts": "user_counters_repaired post_counters_repaired comment_counters_repaired tags_recounted",
    "publish": "post_published",
    "use a tag for the first time": "post_published used_tags_changed",
    "use a tag that is followed": "tags_changed_posts",
    "take a tag away": "post_edited tags_changed_posts used_tags_changed",
    "follow a tag": "tag_followed",
    "unfollow a tag": "tag_unfollowed",
    "edit a post": "post_edited",
    "delete a post": "post_deleted pin_changed",
    "describe a picture": "picture_changed",
    "like": "post_liked",
    "bookmark": "post_bookmarked",
    "remove a bookmark": "bookmark_removed",
    "pin": "pin_changed",
    "unpin": "pin_changed",
    "unlike": "post_unliked notifications_changed",
    "read notifications": "notifications_read",
    "refuse notifications": "refusals_changed",
    "end digests": "digest_chosen",
    "mute a conversation": "conversation_muted",
    "comment": "comment_added",
    "edit a comment": "comment_edited",
    "delete an answered comment": "comment_deleted",
    "answer a comment": "comment_answered",
    "delete the last answer": "stub_removed",
    "like a comment": "comment_liked",
    "unlike a comment": "comment_unliked",
    "follow": "follow_added",
    "unfollow": "follow_ended",
    "block": "block_changed",
    "unblock": "block_changed",
    "mute": "mute_changed",
    "mute words": "muted_words_changed",
    "silence": "silence_changed",
    "unmute": "mute_changed",
    "edit a profile": "user_edited",
    "rename": "user_renamed held_names_changed",
    "log out": "tokens_revoked",
    "log in": "token_issued",
    "end a token": "tokens_revoked",
    "give a role": "role_changed",
    "set the site": "site_changed",
    "set the icon": "site_changed",
    "hide a post": "post_hidden public_log_changed",
    "suspend otherwise": "suspension_changed",
    "hide a comment": "comment_hidden",
    "report": "open_reports_changed",
    "invite": "invitations_changed",
    "let somebody in": "applications_changed",
    "make recovery codes": "recovery_changed",
    "put a passkey on": "passkeys_changed",
    "give a mail address": "mail_address_changed",
}
PROTECTED = {list_.pages.name for list_ in LISTS.values()}
"""Pages that a rule deletes by name are protected by their stamps: left out of a rule, they are not valid either."""


def named_by(rule: str) -> set[str]:
    """Give the templates that a rule names."""
    return {key.template.name for key in RULES[rule].named(1)} - PROTECTED


OF_OPERATORS = {"feeds_of_user_cleared", "public_feed_cleared"}
"""They forget what is still right."""
OF_IDS = (
    *("username", "user", "recovery", "relations", "passkeys", "email", "unread", "refused", "digest"),
    "notifications_stamp",
)
SEEN_ELSEWHERE = {("sign up", each) for each in OF_IDS} | {
    ("delete an answered comment", "comment_replies_count"),
    ("delete an answered comment", "feed_stamp"),
}
"""Only somebody who gives up a name at that moment, or an id that comes again, shows why: see test_cache_protocol.py,
test_ids_again.py. The answers of a stub still count; the count of a comment that is gone is left behind without its
rule, which "delete a comment" in test_staleness.py shows. Only the deletion of the last comment under a post changes
the order of active posts: see test_active.py."""
PAIRS = [
    (write, template)
    for write, rules_of_it in RULES_OF.items()
    for template in sorted(set[str]().union(*map(named_by, rules_of_it.split())))
    if (write, template) not in SEEN_ELSEWHERE
]


def test_every_rule_belongs_to_a_write() -> None:
    assert {rule for rules in RULES_OF.values() for rule in rules.split()} == set(RULES) - OF_OPERATORS


@pytest.mark.parametrize(("write", "template"), PAIRS)
def test_each_template_that_a_rule_might_forget_is_missed(
    app: Flask,
    client: FlaskClient,
    services: Services,
    people: Callable[..., Somebody],
    snapshots: Snapshots,
    write: str,
    template: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    everybody = toured(client, people, snapshots)
    for rule in RULES.values():
        monkeypatch.setattr(rule, "keys", without(rule.keys, template))
    WRITES[write](app, client, everybody)
    monkeypatch.setattr(CacheVerification, "_orphans", lambda *_: [])  # what is left of a deleted post counts here
    assert stale(services), f"{write}: {template} is deleted for nothing"


def without(keys: Callable[..., list[Key]], template: str) -> Callable[..., list[Key]]:
    """Leave every key of one template out of a rule, and the pages it names, so that stamps alone protect them."""

    def forgetful(**ids: Any) -> list[Key]:
        return [key for key in keys(**ids) if key.template.name not in {template, *PROTECTED}]

    return forgetful
