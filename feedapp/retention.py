"""What is kept for how long: each figure stands here and nowhere else.

`/privacy` shows all of it to everybody, at `/admin/site` an admin changes what has a setting, and the periodic job that
is named deletes what is older.
"""

from __future__ import annotations

from typing import NamedTuple

TEN_YEARS = 3_650
FOR_GOOD = 0


class Kept(NamedTuple):
    """One kind of thing, how many days it is kept unless an admin says otherwise by `setting`, and what deletes it.

    `none` is what no days mean, where that may be.
    """

    what: str
    days: int
    job: str
    setting: str = ""
    least: int = 1
    most: int = TEN_YEARS
    none: str = ""


DELETED_ACCOUNTS = Kept(
    "A deleted account: it is hidden at once, and its owner can restore it until then",
    14,
    "account_deletions",
    "deletion_grace_days",
    least=0,
    most=90,
    none="deleted within minutes",
)
NOTIFICATIONS = Kept("Notifications that you have read", 90, "read_notifications", "notifications_days")
DEVICES = Kept(
    "A hash of each device that you log in from, so that you are told of a new one; from its last use on",
    365,
    "known_devices",
    "devices_days",
)
NETWORKS = Kept(
    "The networks that you sign up and log in from, seen by moderators only; from their last use on",
    30,
    "known_devices",
    "networks_days",
    most=90,
)
REFUSED = Kept(
    "A request for an account that was refused, so that whoever asked is told",
    30,
    "refused_applications",
    "refused_days",
    most=365,
)
CHANGES = Kept(
    "Which posts, comments and people are new, changed or deleted, without texts, for copies of the site",
    30,
    "changes",
    "changes_days",
    most=365,
)
MODERATION = Kept(
    "What moderators did, and reports that were decided",
    FOR_GOOD,
    "moderation_log",
    "moderation_days",
    least=0,
    none="for good",
)
SESSIONS = Kept("A session; it ends earlier after 14 days without use", 30, "ended_tokens")
TOKENS = Kept("A token of a program, unless its owner chose another end", 365, "ended_tokens")
NAMES = Kept("The hash of a username that you gave up, so that nobody is taken for you", 90, "former_usernames")
SWEPT = Kept("Everything by one person that a moderator removed at once, in case it was a mistake", 30, "swept_texts")
FIGURES = Kept("How much the site is used, hour by hour, without saying by whom", 366, "site_figures")
LINKS = Kept("A link to set a new password", 1, "reset_links")
PICTURES = Kept("A picture that no post uses", 1, "unused_pictures")
ARCHIVES = Kept("Your archive, if it was too large to be made at once", 1, "fetched_archives")
ANSWERS = Kept("The answer to a request that a program may send again (Idempotency-Key)", 1, "idempotency_records")
WEBHOOKS = Kept("What other programs were told of changes, without texts", 30, "webhook_deliveries")
RETENTION = (
    *(DELETED_ACCOUNTS, NOTIFICATIONS, DEVICES, NETWORKS, REFUSED, CHANGES, MODERATION),
    *(SESSIONS, TOKENS, NAMES, SWEPT, FIGURES, LINKS, PICTURES, ARCHIVES, ANSWERS, WEBHOOKS),
)
SETTINGS = tuple(each for each in RETENTION if each.setting)
