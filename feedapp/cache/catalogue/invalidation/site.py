"""The site itself, and who may come in."""

from __future__ import annotations

from feedapp.cache.catalogue.declarations import Key
from feedapp.cache.catalogue.keys import APPLICATIONS, INVITATIONS, OPEN_REPORTS, PUBLIC_LOG, SITE
from feedapp.cache.catalogue.rules import rule


@rule
def site_changed() -> list[Key]:
    """What the site is called and says of itself, on every page."""
    return [SITE.key()]


@rule
def invitations_changed() -> list[Key]:
    """The list of invitations: one was made, used or revoked."""
    return [INVITATIONS.key()]


@rule
def applications_changed() -> list[Key]:
    """The list of those who ask for an account."""
    return [APPLICATIONS.key()]


@rule
def open_reports_changed() -> list[Key]:
    """How many reports wait: one came, was decided, or is gone with whom it was about."""
    return [OPEN_REPORTS.key()]


@rule
def public_log_changed() -> list[Key]:
    """What everybody may read of what moderators did, where the site wants that."""
    return [PUBLIC_LOG.key()]
