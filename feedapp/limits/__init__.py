"""Rate limits, declared once: what each counts, for whom, and how much of it in which time.

docs/api.md shows the same table, and RATE_LIMIT_FIGURES changes figures by the names here. Endpoints are Flask's names
of views, of the API and of the pages alike, so that whatever is done counts the same by either way.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from feedapp.limits.figures import DAY, HOUR, MINUTE, Figure, Kind, Limit, figure
from feedapp.limits.figures import kind as _kind

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DAY", "HOUR", "MINUTE", "Figure", "Kind", "Limit", "figure"]

_REPORTED = (f"pages.reports.report_{what}" for what in ("post", "comment", "person"))
_REPORTS = ("api.reports.report", "pages.sanctions.appeal", *_REPORTED)
_HIDINGS = (f"hiding.{act}_{what}" for act in ("hide", "show") for what in ("post", "comment"))
_DECISIONS = (
    *("api.reports.resolve", "pages.cases.resolve", "pages.cases.note"),
    *("pages.sanctions.begin", "pages.sanctions.end", "pages.sweeps.begin", "pages.sweeps.end"),
    *("api.sweeps.begin", "api.sweeps.end", "pages.filters.add", "pages.filters.remove"),
    *(f"api.sanctions.{act}_{kind}" for act in ("begin", "end") for kind in ("suspension", "silence")),
    *(f"{area}.{each}" for each in _HIDINGS for area in ("api", "pages")),
)
_PREVIEWS = [f"pages.{what}.{each}" for what in ("posts", "comments") for each in ("preview", "preview_edit")]
PICTURES = (
    *("api.media.upload", "api.media.set_avatar", "pages.media.send", "pages.media.change_avatar"),
    "pages.site_icon.change",
)
KINDS = (
    _kind("posts", "posts", ("api.posts.publish", "pages.posts.publish"), member=60, network=240),
    _kind("comments", "comments", ("api.comments.comment_on", "pages.comments.comment_on"), member=60, network=240),
    _kind("previews", "previews of texts", _PREVIEWS, member=60, network=240),
    _kind("pictures", "pictures", PICTURES, member=60, network=120),
    _kind(
        "edits",
        "changes",
        (
            *("api.posts.edit", "api.comments.edit", "api.me.edit_own", "api.media.describe"),
            *("pages.posts.edit", "pages.comments.edit", "pages.settings.edit_profile", "pages.settings.rename"),
            *("pages.settings.renew_feed", "pages.settings.choose_language"),
            *("api.pins.add", "api.pins.remove", "pages.pins.add", "pages.pins.remove"),
        ),
        member=60,
        network=240,
    ),
    _kind(
        "deletions",
        "deletions",
        (
            *("api.posts.delete", "api.comments.delete", "pages.posts.delete", "pages.comments.delete"),
            *("api.media.delete", "api.media.remove_avatar", "pages.media.remove_avatar"),
        ),
        member=120,
        network=240,
    ),
    _kind(
        "likes",
        "likes",
        (
            *("api.likes.like", "api.likes.unlike", "pages.likes.like", "pages.likes.unlike"),
            *(f"{area}.likes.{act}_comment" for area in ("api", "pages") for act in ("like", "unlike")),
        ),
        member=120,
        network=240,
    ),
    _kind(
        "bookmarks",
        "bookmarks",
        ("api.bookmarks.add", "api.bookmarks.remove", "pages.bookmarks.add", "pages.bookmarks.remove"),
        member=120,
        network=240,
    ),
    _kind(
        "follows",
        "follows",
        [
            f"{way}.{whom}.{do}"
            for way in ("api", "pages")
            for whom in ("people", "tags")
            for do in ("follow", "unfollow")
        ],
        member=120,
        network=240,
    ),
    _kind("reports", "reports", _REPORTS, member=20, network=60),
    _kind("moderation", "decisions of moderators", _DECISIONS, member=120, network=240),
    _kind(
        "relations",
        "blocks, mutes, their ends, and muted words",
        (
            *(f"{by}.relations.{what}" for by in ("api", "pages") for what in ("block", "unblock", "mute", "unmute")),
            *("api.muted_words.replace", "pages.muted_words.replace"),
        ),
        member=120,
        network=240,
    ),
    _kind(
        "notifications",
        "changes to notifications: read, wanted, muted, devices",
        (
            *("api.notifications.read", "api.notifications.choose"),
            *("api.notifications.mute", "api.notifications.unmute"),
            *("pages.notifications.read", "pages.notifications.choose"),
            *("pages.notifications.mute", "pages.notifications.unmute"),
            *("pages.push.subscribe", "pages.push.unsubscribe"),
        ),
        member=120,
        network=240,
    ),
    _kind(
        "tokens",
        "changes to tokens and sessions",
        (
            *("api.tokens.log_out", "api.tokens.revoke", "api.tokens.revoke_others"),
            *("pages.tokens.grant", "pages.tokens.revoke", "pages.tokens.revoke_others", "pages.sessions.log_out"),
        ),
        member=60,
        network=240,
    ),
    _kind(
        "webhooks",
        "changes to webhooks",
        (
            *(f"api.webhooks.{what}" for what in ("add", "change", "remove", "renew", "send_ping")),
            *(f"pages.webhooks.{what}" for what in ("add", "change", "switch", "remove", "renew", "send_ping")),
        ),
        member=60,
        network=240,
    ),
)
WRITES_ONLY = frozenset(
    {
        *("api.tokens.log_in", "api.people.sign_up", "api.me.change_password", "api.me.leave"),
        *("pages.sessions.log_in", "pages.accounts.sign_up", "pages.settings.change_password"),
        *("pages.account_deletion.leave", "pages.schemes.choose"),
        *("pages.admin_people.change_role", "pages.admin_site.change", "pages.setup.set_up", "pages.desk.repair"),
        *("pages.applications.approve", "pages.applications.refuse", "pages.site_icon.remove"),
        *("pages.invitations.invite", "pages.invitations.revoke"),
        *("pages.second_factor.begin", "pages.second_factor.confirm", "pages.second_factor.end"),
        *("pages.passkeys.begin", "pages.passkeys.add", "pages.passkeys.remove", "pages.sessions.log_in_by_passkey"),
        *("pages.mail_address.change", "pages.mail_address.send_again", "pages.mail_address.remove"),
        *("pages.mail_address.verify", "pages.reset.ask", "pages.digests.end"),
        *("pages.reset_links.make", "pages.recovery.make", "pages.sessions.second_step", "pages.reset.reset"),
        *("pages.sessions.restore", "pages.archive.fetch"),
    }
)
"""What counts as `writes` alone, whatever comes of it: what takes a password is counted where passwords are checked."""

NEWCOMER_POSTS = Limit("newcomer-posts", "member", Figure(20, DAY), "posts of a new member", newcomers=True)
NEWCOMER_COMMENTS = Limit("newcomer-comments", "member", Figure(60, DAY), "comments of a new member", newcomers=True)
NEWCOMER_LINKS = Limit("newcomer-links", "text", Figure(5, DAY), "links in a new member's text", newcomers=True)
NEWCOMER_MENTIONS = Limit("newcomer-mentions", "text", Figure(5, DAY), "people named in it", newcomers=True)
_OF_NETWORK = "posts and comments of new members, of all from one network"
NEWCOMERS_OF_NETWORK = Limit("newcomer-network", "network", Figure(300, DAY), _OF_NETWORK, newcomers=True)
NEWCOMERS = (NEWCOMER_POSTS, NEWCOMER_COMMENTS, NEWCOMERS_OF_NETWORK, NEWCOMER_LINKS, NEWCOMER_MENTIONS)
WRITES = Limit("writes", "network", Figure(600, MINUTE), "requests that change something, refused ones too")
TEXTS = Limit("texts-day", "member", Figure(2_000, DAY), "posts, comments and changes")
RENAMES = Limit("renames", "member", Figure(5, DAY), "changes of the username")
MAIL_ADDRESSES = Limit("mail-addresses", "member", Figure(10, HOUR), "mail addresses that are given")
MAILS_TO = Limit("mails-to", "name", Figure(6, HOUR), "mails that somebody asks for to this name or address")
RESETS = Limit("resets", "network", Figure(30, HOUR), "links by mail that somebody asks for")
UNCACHED_READS = (
    Limit("uncached-reads", "member", Figure(600, MINUTE), "pages and answers that had to be made anew"),
    Limit("uncached-reads-network", "network", Figure(1_200, MINUTE), "pages and answers that had to be made anew"),
)
PASSWORDS = Limit("passwords", "member", Figure(20, MINUTE), "passwords that are checked or set")
PASSWORDS_NETWORK = Limit("passwords-network", "network", Figure(120, MINUTE), "passwords that are checked or set")
SIGN_UPS = Limit("sign-ups", "network", Figure(30, HOUR), "new accounts")
LOG_INS = Limit("log-ins", "member", Figure(30, MINUTE), "log-ins")
WRONG_PASSWORDS = Limit("wrong-passwords", "name and network", Figure(10, 5 * MINUTE), "wrong passwords")
WRONG_PASSWORDS_NETWORK = Limit("wrong-passwords-network", "network", Figure(100, 5 * MINUTE), "wrong passwords")
WRONG_PASSWORDS_NAME = Limit(
    "wrong-passwords-name",
    "name",
    Figure(20, HOUR),
    "wrong passwords; after these, networks new to the name are slowed",
)
WRONG_PASSWORDS_SLOWED = Limit(
    "wrong-passwords-slowed", "name and network", Figure(3, HOUR), "wrong passwords from a network that is slowed"
)
WRONG_PASSWORDS_SLOWED_NAME = Limit(
    "wrong-passwords-slowed-name", "name", Figure(300, HOUR), "wrong passwords from all networks that are slowed"
)
CARDS = Limit("cards", "network", Figure(30, MINUTE), "pictures of links that are drawn anew")
CARDS_OF_ALL = Limit("cards-site", "site", Figure(120, MINUTE), "pictures of links that are drawn anew")
EXPORTS = Limit("exports", "member", Figure(20, HOUR), "archives of oneself")
WRONG_PROOFS = Limit("wrong-proofs", "member", Figure(10, 5 * MINUTE), "wrong passwords of somebody signed in")

_ALSO = {
    "posts": (TEXTS, NEWCOMER_POSTS, NEWCOMERS_OF_NETWORK),
    "comments": (TEXTS, NEWCOMER_COMMENTS, NEWCOMERS_OF_NETWORK),
    "edits": (TEXTS,),
}
LIMITS = (
    *(limit for kind in KINDS for limit in kind.limits),
    *NEWCOMERS,
    TEXTS,
    RENAMES,
    MAIL_ADDRESSES,
    MAILS_TO,
    RESETS,
    WRITES,
    *UNCACHED_READS,
    PASSWORDS,
    PASSWORDS_NETWORK,
    SIGN_UPS,
    LOG_INS,
    WRONG_PASSWORDS,
    WRONG_PASSWORDS_NETWORK,
    WRONG_PASSWORDS_NAME,
    WRONG_PASSWORDS_SLOWED,
    WRONG_PASSWORDS_SLOWED_NAME,
    WRONG_PROOFS,
    EXPORTS,
    CARDS,
    CARDS_OF_ALL,
)
OF_ENDPOINT: Mapping[str, tuple[Limit, ...]] = {
    endpoint: (*kind.limits, *_ALSO.get(kind.name, ())) for kind in KINDS for endpoint in kind.endpoints
}
"""What a write counts as, beside `WRITES`, while it is carried out."""
_OF_LOG_INS = (
    *(PASSWORDS_NETWORK, LOG_INS, WRONG_PASSWORDS, WRONG_PASSWORDS_NETWORK),
    *(WRONG_PASSWORDS_NAME, WRONG_PASSWORDS_SLOWED, WRONG_PASSWORDS_SLOWED_NAME),
)
_OF_PROOFS = (PASSWORDS, PASSWORDS_NETWORK, WRONG_PROOFS)
OF_PASSWORDS: Mapping[str, tuple[Limit, ...]] = {
    "api.tokens.log_in": _OF_LOG_INS,
    "api.people.sign_up": (SIGN_UPS, PASSWORDS_NETWORK),
    "api.me.change_password": _OF_PROOFS,
    "api.me.leave": _OF_PROOFS,
    "api.me.edit_own": (RENAMES, MAIL_ADDRESSES, MAILS_TO, *_OF_PROOFS),
    "api.me.export": (EXPORTS,),
}
"""What a call of the API counts as where it checks a password or makes an archive; services count it. For documents."""


def with_figures(figures: Mapping[str, Figure]) -> dict[str, Limit]:
    """Give every limit by its name, with other figures for some. Raise ValueError for a name that is none."""
    limits = {limit.name: limit for limit in LIMITS}
    unknown = sorted(set(figures) - set(limits))
    if unknown:
        raise ValueError(f"RATE_LIMIT_FIGURES names {unknown[0]!r}: the names are {', '.join(limits)}")
    return {name: replace(limit, figure=figures.get(name, limit.figure)) for name, limit in limits.items()}
