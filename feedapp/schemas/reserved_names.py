"""Usernames that nobody may take by themselves, since others would take them for the site or for those who run it.

An operator may (`flask user create`), and so may an import; whoever has one from before keeps it.
"""

from __future__ import annotations

import re

ROLES = [
    "abuse", "admin", "administration", "administrator", "administrators", "admins", "automod", "customerservice",
    "feedapp", "helpdesk", "hostmaster", "mailerdaemon", "mod", "moderation", "moderator", "moderators", "mods",
    "noreply", "official", "operator", "operators", "owner", "postmaster", "root", "security", "staff", "superuser",
    "support", "sysadmin", "sysop", "system", "webmaster",
]  # fmt: skip
"""Who could be meant to run the site: refused with digits behind and beside each other, too, as in `support_team2`."""
BESIDE = [
    "account", "bot", "customer", "desk", "head", "mail", "member", "our", "page", "real", "site", "super", "team",
    "the", "user", "web",
]  # fmt: skip
"""What does not make another name of one of these."""
WORDS = [
    "about", "account", "accounts", "active", "all", "anonymous", "api", "atom", "auth", "billing", "bookmarks",
    "channel", "comments", "complete", "contact", "deleted", "docs", "email", "everybody", "everyone", "false",
    "favicon", "feed", "feeds", "followers", "following", "ftp", "guest", "help", "here", "home", "info", "invite",
    "legal", "likes", "livez", "login", "logout", "mail", "me", "media", "metrics", "newer", "news", "nil", "nobody",
    "none", "notifications", "null", "oembed", "posts", "privacy", "public", "push", "readyz", "register", "report",
    "reports", "reset", "robots", "rules", "safety", "sales", "search", "self", "settings", "setup", "signin",
    "signout", "signup", "sitemap", "static", "status", "sudo", "suggestions", "suspended", "tags", "team", "terms",
    "theme", "true", "undefined", "unsubscribe", "verify", "void", "welcome", "www",
]  # fmt: skip
"""Addresses of the site, what mentions all, and what programs write for nothing."""

_LOOK = str.maketrans("0123456789i", "olzeasgtbgl")
_ENDS = "_0123456789"


def _look(name: str) -> str:
    """Give what a name looks like: underscores left out, digits as the letters they stand for."""
    return name.replace("_", "").translate(_LOOK).replace("rn", "m").replace("vv", "w")


def _any(words: list[str]) -> str:
    return "|".join(map(_look, words))


_WORDS = frozenset(map(_look, WORDS))
_ROLE = re.compile(rf"(?:{_any(BESIDE)})*(?:{_any(ROLES)})(?:{_any(ROLES + BESIDE)})*")


def is_reserved(username: str) -> bool:
    """Tell whether a username (folded) is one of these or could be mistaken for one."""
    looks = {_look(username), _look(username.strip(_ENDS))}
    return _look(username) in _WORDS or any(map(_ROLE.fullmatch, looks))
