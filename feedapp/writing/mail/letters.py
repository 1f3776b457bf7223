"""What mails say: each letter is a function of what it is about, in words that stand in text and HTML alike.

A letter is **registered** in LETTERS under its name in `Mailer.to_member`. Its facts are texts. The greeting, and who
sends it, are added to each. It is written in the language that is spoken when it leaves: its recipient's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from feedapp.languages.catalogues import gettext as _
from feedapp.languages.catalogues import marked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Link(NamedTuple):
    """Where a mail leads; `path` begins with a slash. `label` is translated when the mail is written."""

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


NOT_YOU = marked(
    "If that was not you, set a new password and look through your sessions: somebody else may have your account."
)
SETTINGS = Link(marked("Your settings"), "/settings")
SESSIONS = Link(marked("Your sessions"), "/settings/tokens")


def verify(facts: Mapping[str, str]) -> Letter:
    """Ask whether an address is somebody's."""
    return Letter(
        _("Confirm your mail address"),
        (_("@%(username)s wants mails to go to this address. Open the link to confirm that it is yours.") % facts,),
        Link(marked("Confirm this address"), f"/verify?link={facts['code']}"),
        (
            _(
                "The link is good for a day and for one use. "
                "If you are not that person, do nothing: nothing more is sent."
            ),
        ),
    )


def address_taken(facts: Mapping[str, str]) -> Letter:
    """Tell the owner of an address that it is verified for another account."""
    return Letter(
        _("Your mail address was given by another account"),
        (
            _("@%(username)s wants mails to go to this address, which is that of another account here.") % facts,
            _("Nothing was changed."),
            _("If both accounts are yours, take the address off the other one first. If not, do nothing."),
        ),
    )


def reset(facts: Mapping[str, str]) -> Letter:
    """Let somebody set a new password."""
    return Letter(
        _("Set a new password"),
        (_("Somebody, and we hope you, asked for a new password for @%(username)s.") % facts,),
        Link(marked("Set a new password"), f"/reset?link={facts['code']}"),
        (_("The link is good for an hour and for one password. If it was not you, do nothing: your password stays."),),
    )


def let_in(facts: Mapping[str, str]) -> Letter:
    """Tell somebody who asked for an account that they have one."""
    return Letter(
        _("You were let in"),
        (_("You asked for an account as @%(username)s, and a moderator has agreed.") % facts,),
        Link(marked("Log in"), "/login"),
        (_("No other mail goes to this address unless you give it in your settings."),),
    )


def not_let_in(facts: Mapping[str, str]) -> Letter:
    """Tell somebody who asked for an account that they have none."""
    said = (facts["refusal"],) if facts["refusal"] else ()
    return Letter(
        _("You were not let in"),
        (_("You asked for an account as @%(username)s, and a moderator has not agreed.") % facts, *said),
        after=(_("This address is deleted now: no other mail goes to it."),),
    )


def address_changed(facts: Mapping[str, str]) -> Letter:
    """Tell the address that mails went to before."""
    return Letter(
        _("Your mail address was changed"),
        (_("Mails for @%(username)s go to %(new)s from now on, and not to this address.") % facts, _(NOT_YOU)),
        SETTINGS,
    )


def address_removed(facts: Mapping[str, str]) -> Letter:
    """Tell an address that no mails go to it any more."""
    return Letter(
        _("Your mail address was removed"),
        (_("@%(username)s took this address off: this is the last mail that goes here.") % facts, _(NOT_YOU)),
        SETTINGS,
    )


def password_changed(facts: Mapping[str, str]) -> Letter:
    """Tell somebody that they have another password."""
    return Letter(
        _("Your password was changed"),
        (
            _("@%(username)s has a new password since %(at)s. Other devices were signed out.") % facts,
            _(NOT_YOU),
        ),
        Link(marked("Set a new password"), "/reset"),
    )


def second_factor_on(facts: Mapping[str, str]) -> Letter:
    """Tell somebody that log-ins take a code."""
    return Letter(
        _("An authenticator was put on"),
        (_("Since %(at)s a log-in as @%(username)s takes a code beside the password.") % facts, _(NOT_YOU)),
        Link(marked("Your authenticator"), "/settings/second-factor"),
    )


def second_factor_off(facts: Mapping[str, str]) -> Letter:
    """Tell somebody that log-ins take no code any more."""
    return Letter(
        _("Your authenticator was taken off"),
        (_("Since %(at)s the password alone lets somebody in as @%(username)s.") % facts, _(NOT_YOU)),
        Link(marked("Your authenticator"), "/settings/second-factor"),
    )


def passkey_added(facts: Mapping[str, str]) -> Letter:
    """Tell somebody that a passkey lets them in."""
    return Letter(
        _("A passkey was added"),
        (_("Since %(at)s the passkey “%(passkey)s” lets somebody in as @%(username)s.") % facts, _(NOT_YOU)),
        Link(marked("Your passkeys"), "/settings/passkeys"),
    )


def passkey_removed(facts: Mapping[str, str]) -> Letter:
    """Tell somebody that a passkey does not let them in any more."""
    return Letter(
        _("A passkey was removed"),
        (_("Since %(at)s the passkey “%(passkey)s” of @%(username)s lets nobody in.") % facts, _(NOT_YOU)),
        Link(marked("Your passkeys"), "/settings/passkeys"),
    )


def new_device(facts: Mapping[str, str]) -> Letter:
    """Tell somebody of a log-in from a device that was not seen before."""
    return Letter(
        _("A log-in from a new device"),
        (
            _("Somebody logged in as @%(username)s at %(at)s: %(device)s, from %(network)s.") % facts,
            _("If that was you, there is nothing to do."),
            _(NOT_YOU),
        ),
        SESSIONS,
    )


def webhook_disabled(facts: Mapping[str, str]) -> Letter:
    """Tell an admin that changes are no longer sent to a webhook."""
    return Letter(
        _("A webhook was disabled"),
        (
            _("Nothing more is sent to the webhook “%(name)s” at %(url)s. %(why)s") % facts,
            _("Enable it once its receiver works again: what it missed is sent then, for as long as changes are kept."),
        ),
        Link(marked("The webhook"), f"/admin/webhooks/{facts['id']}"),
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
