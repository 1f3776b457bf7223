"""The site's settings as they are read: one fact under one key, part of the first trip of every page."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

from feedapp import retention
from feedapp.cache.catalogue.keys import SITE
from feedapp.languages import spoken
from feedapp.reading.versions import version_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.reading.reader import Reading

KEY = SITE.key()
SignupMode = Literal["open", "approval", "invitation", "closed"]


@dataclass(frozen=True, slots=True)
class Site:
    """What the site is called and says of itself, as it is before anybody set it up.

    `accent` is `#rrggbb` or empty, `icon` what the files of its icon are called by, or empty for the one it comes with.
    """

    name: str = "feedapp"
    tagline: str = ""
    description: str = ""
    rules: str = ""
    privacy: str = ""
    contact: str = ""
    accent: str = ""
    icon: str = ""
    language: str = "en"
    announcement: str = ""
    signup: SignupMode = "open"
    proof_of_work: Literal["off", "on"] = "off"
    deletion_grace_days: int = retention.DELETED_ACCOUNTS.days
    notifications_days: int = retention.NOTIFICATIONS.days
    devices_days: int = retention.DEVICES.days
    networks_days: int = retention.NETWORKS.days
    refused_days: int = retention.REFUSED.days
    changes_days: int = retention.CHANGES.days
    moderation_days: int = retention.MODERATION.days
    moderation_log: Literal["moderators", "public"] = "moderators"

    @property
    def version(self) -> str:
        """Which version of what admins edit in one form this is: so not of the icon."""
        return version_of(*(str(value) for name, value in asdict(self).items() if name != "icon"))


NAMES = tuple(each.name for each in fields(Site))
_noted: ContextVar[list[Site] | None] = ContextVar("site", default=None)
"""What the request in hand has read: none or one; None outside of a request."""


def site_of(fact: Mapping[str, Any] | None) -> Site:
    """Read the cached fact. What it has of another version of feedapp is left out."""
    return Site(**{name: value for name, value in (fact or {}).items() if name in NAMES})


class SiteReader:
    """Gives the settings, fresh as any fact is."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._last = Site()

    @staticmethod
    def begin_request() -> None:
        """Remember from now on what was read, so that a page without a cache asks PostgreSQL once."""
        _noted.set([])

    @staticmethod
    def end_request() -> None:
        """Remember nothing."""
        _noted.set(None)

    @staticmethod
    def restart() -> None:
        """After a write, read anew."""
        if _noted.get() is not None:
            _noted.set([])

    def note(self, facts: Mapping[Key, Any]) -> None:
        """Take the settings out of facts that were read along with others."""
        if KEY in facts:
            self._last = site_of(facts[KEY])
            spoken.note_site(self._last.language)
            if (noted := _noted.get()) is not None:
                noted[:] = [self._last]

    def current(self) -> Site:
        """Give the settings: at most one statement, and no trip where they came along with others."""
        if noted := _noted.get():
            return noted[0]
        facts = self._reading.facts([KEY])
        self.note(facts)
        return site_of(facts.get(KEY))

    def remembered(self) -> Site:
        """Give what this process has seen last, for a page that says that nothing can be read."""
        return self._last
