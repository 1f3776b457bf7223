"""What mails say: each letter is a function of what it is about, in words that stand in text and HTML alike.

A letter is **registered** in LETTERS under its name in `Mailer.to_member`. Its facts are texts. The greeting, and who
sends it, are added to each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Link(NamedTuple):
    """Where a mail leads; `path` begins with a slash."""

    label: str
    path: str


class Item(NamedTuple):
    """Something that happened: what, the beginning of a text that it is about, and where it is seen."""

    text: str
    quote: str
    path: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail without its frame."""

    subject: str
    paragraphs: tuple[str, ...]
    link: Link | None = None
    after: tuple[str, ...] = ()
    """What stands below the link."""
    items: tuple[Item, ...] = ()
    """A list between the paragraphs and the link."""
    ends: Link | None = None
    """Where mails of this kind are ended without a log-in: in the last line, and in List-Unsubscribe."""


NOT_YOU = "If that was not you, set a new password and look through your sessions: somebody else may have your account."
SETTINGS = Link("Your settings", "/settings")
SESSIONS = Link("Your sessions", "/settings/tokens")


def verify(facts: Mapping[str, str]) -> Letter:
    """Ask whether an address is somebody's."""
    return Letter(
        "Confirm your mail address",
        (f"@{facts['username']} wants mails to go to this address. Open the link to confirm that it is yours.",),
        Link("Confirm this address", f"/verify?link={facts['code']}"),
        ("The link is good for a day and for one use. If you are not that person, do nothing: nothing more is sent.",),
    )


def address_taken(facts: Mapping[str, str]) -> Letter:
    """Tell the owner of an address that it is verified for another account."""
    return Letter(
        "Your mail address was given by another account",
        (
            f"@{facts['username']} wants mails to go to this address, which is that of another account here.",
            "Nothing was changed.",
            "If both accounts are yours, take the address off the other one first. If not, do nothing.",
        ),
    )


def reset(facts: Mapping[str, str]) -> Letter:
    """Let somebody set a new password."""
    return Letter(
        "Set a new password",
        (f"Somebody, and we hope you, asked for a new password for @{facts['username']}.",),
        Link("Set a new password", f"/reset?link={facts['code']}"),
        ("The link is good for an hour and for one password. If it was not you, do nothing: your password stays.",),
    )


def let_in(facts: Mapping[str, str]) -> Letter:
    """Tell somebody who asked for an account that they have one."""
    return Letter(
        "You were let in",
        (f"You asked for an account as @{facts['username']}, and a moderator has agreed.",),
        Link("Log in", "/login"),
        ("No other mail goes to this address unless you give it in your settings.",),
    )


def not_let_in(facts: Mapping[str, str]) -> Letter:
    """Tell somebody who asked for an account that they have none."""
    said = (facts["refusal"],) if facts["refusal"] else ()
    return Letter(
        "You were not let in",
        (f"You asked for an account as @{facts['username']}, and a moderator has not agreed.", *said),
        after=("This address is deleted now: no other mail goes to it.",),
    )


def address_changed(facts: Mapping[str, str]) -> Letter:
    """Tell the address that mails went to before."""
    return Letter(
        "Your mail address was changed",
        (f"Mails for @{facts['username']} go to {facts['new']} from now on, and not to this address.", NOT_YOU),
        SETTINGS,
    )


def address_removed(facts: Mapping[str, str]) -> Letter:
    """Tell an address that no mails go to it any more."""
    return Letter(
        "Your mail address was removed",
        (f"@{facts['username']} took this address off: this is the last mail that goes here.", NOT_YOU),
        SETTINGS,
    )


def password_changed(facts: Mapping[str, str]) -> Letter:
    """Tell somebody that they have another password."""
    return Letter(
        "Your password was changed",
        (
            f"@{facts['username']} has a new password since {facts['at']}. Other devices were signed out.",
            NOT_YOU,
        ),
        Link("Set a new password", "/reset"),
    )


def second_factor_on(facts: Mapping[str, str]) -> Letter:
    """Tell somebody that log-ins take a code."""
    return Letter(
        "An authenticator was put on",
        (f"Since {facts['at']} a log-in as @{facts['username']} takes a code beside the password.", NOT_YOU),
        Link("Your authenticator", "/settings/second-factor"),
    )


def second_factor_off(facts: Mapping[str, str]) -> Letter:
    """Tell somebody that log-ins take no code any more."""
    return Letter(
        "Your authenticator was taken off",
        (f"Since {facts['at']} the password alone lets somebody in as @{facts['username']}.", NOT_YOU),
        Link("Your authenticator", "/settings/second-factor"),
    )


def passkey_added(facts: Mapping[str, str]) -> Letter:
    """Tell somebody that a passkey lets them in."""
    return Letter(
        "A passkey was added",
        (f"Since {facts['at']} the passkey “{facts['passkey']}” lets somebody in as @{facts['username']}.", NOT_YOU),
        Link("Your passkeys", "/settings/passkeys"),
    )


def passkey_removed(facts: Mapping[str, str]) -> Letter:
    """Tell somebody that a passkey does not let them in any more."""
    return Letter(
        "A passkey was removed",
        (f"Since {facts['at']} the passkey “{facts['passkey']}” of @{facts['username']} lets nobody in.", NOT_YOU),
        Link("Your passkeys", "/settings/passkeys"),
    )


def new_device(facts: Mapping[str, str]) -> Letter:
    """Tell somebody of a log-in from a device that was not seen before."""
    return Letter(
        "A log-in from a new device",
        (
            f"Somebody logged in as @{facts['username']} at {facts['at']}: {facts['device']}, from {facts['network']}.",
            "If that was you, there is nothing to do.",
            NOT_YOU,
        ),
        SESSIONS,
    )


def webhook_disabled(facts: Mapping[str, str]) -> Letter:
    """Tell an admin that changes are no longer sent to a webhook."""
    return Letter(
        "A webhook was disabled",
        (
            f"Nothing more is sent to the webhook “{facts['name']}” at {facts['url']}. {facts['why']}",
            "Enable it once its receiver works again: what it missed is sent then, for as long as changes are kept.",
        ),
        Link("The webhook", f"/admin/webhooks/{facts['id']}"),
    )


LETTERS: dict[str, Callable[[Mapping[str, str]], Letter]] = {
    each.__name__: each
    for each in (
        *(verify, address_taken, reset, address_changed, address_removed),
        *(password_changed, second_factor_on, second_factor_off, new_device),
        *(passkey_added, passkey_removed, webhook_disabled),
        *(let_in, not_let_in),
    )
}
