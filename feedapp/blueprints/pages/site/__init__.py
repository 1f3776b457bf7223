"""The pages of the site itself, and of those who run it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.blueprints.pages.site import (
    about,
    appearance,
    applications,
    icon,
    invitations,
    passkeys,
    people,
    recovery,
    reset,
    reset_links,
    second_factor,
    settings,
    setup,
    well_known,
)
from feedapp.blueprints.pages.site.account import archive, mail_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Blueprint

    from feedapp.blueprints.pages.kit.changes import Members
    from feedapp.web.response_cache import ResponseCache
    from feedapp.wiring import Services


def blueprints(services: Services, members: Members, kept: ResponseCache) -> Iterator[Blueprint]:
    """Make them, one for each feature."""
    yield appearance.blueprint()
    yield well_known.blueprint()
    yield about.blueprint(services.viewers, kept)
    yield settings.blueprint(services.site_settings)
    yield icon.blueprint(services.site_icon, services.site_settings, services.picture_store, members, kept)
    yield people.blueprint(services.roles, services.joining.applications)
    yield archive.blueprint(services.archives)
    yield recovery.blueprint(services.recovery)
    yield second_factor.blueprint(services.second_factor)
    yield passkeys.blueprint(services.passkeys)
    yield mail_address.blueprint(services.mail_addresses, services.profiles, services.viewers)
    yield reset.blueprint(services.recovery, services.mail_resets)
    yield reset_links.blueprint(services.recovery)
    yield applications.blueprint(services.joining.applications)
    yield invitations.blueprint(services.joining.invitations, services.viewers)
    yield setup.blueprint(services.joining.first_admin, services.accounts, services.site_settings)
