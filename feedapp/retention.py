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
    "An account that was deleted: out of sight at once, and until then its owner can take it back",
    14,
    "account_deletions",
    "deletion_grace_days",
    least=0,
    most=90,
    none="deleted within minutes",
)
NOTIFICATIONS = Kept("What you were told, once you have read it", 90, "read_notifications", "notifications_days")
DEVICES = Kept(
    "Of a device that you logged in from only a hash, to tell you of a new one: after the last time",
    365,
    "known_devices",
    "devices_days",
)
NETWORKS = Kept(
    "From which networks you signed up or logged in, for moderators and nobody else: after the last time",
    30,
    "known_devices",
    "networks_days",
    most=90,
)
REFUSED = Kept(
    "Who asked for an account and was not let in, to tell them so",
    30,
    "refused_applications",
    "refused_days",
    most=365,
)
CHANGES = Kept(
    "Which posts, comments and people were new, changed or deleted, without texts: for copies of the site",
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
SESSIONS = Kept("A session, at most; it ends after 14 days without use", 30, "ended_tokens")
TOKENS = Kept("A token of a program, unless its owner chose another end", 365, "ended_tokens")
NAMES = Kept("The hash of a username that you gave up, so that nobody is taken for you", 90, "former_usernames")
SWEPT = Kept(
    "What a moderator removed with everything that somebody wrote, in case it was a mistake", 30, "swept_texts"
)
FIGURES = Kept("How much the site was used, hour by hour, of nobody in particular", 366, "site_figures")
LINKS = Kept("A link by which somebody sets a new password", 1, "reset_links")
PICTURES = Kept("A picture that is in no post", 1, "unused_pictures")
ARCHIVES = Kept("An archive of yourself that was too large to be made at once", 1, "fetched_archives")
ANSWERS = Kept("The answer to a request that a program may send again (Idempotency-Key)", 1, "idempotency_records")
WEBHOOKS = Kept("What programs elsewhere were told of changes, without texts", 30, "webhook_deliveries")
RETENTION = (
    *(DELETED_ACCOUNTS, NOTIFICATIONS, DEVICES, NETWORKS, REFUSED, CHANGES, MODERATION),
    *(SESSIONS, TOKENS, NAMES, SWEPT, FIGURES, LINKS, PICTURES, ARCHIVES, ANSWERS, WEBHOOKS),
)
SETTINGS = tuple(each for each in RETENTION if each.setting)
