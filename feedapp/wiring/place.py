"""Where the site is, for commands that print a link."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from config import VAR
from feedapp.embedded.launch.launch_settings import LaunchSettings

if TYPE_CHECKING:
    from config import Settings


def site_address(settings: Settings) -> str:
    """Give SITE_URL or, where that is not set, what listens by HOST and PORT, without a slash at the end."""
    if settings.site_url is not None:
        return settings.site_url.root.rstrip("/")
    return LaunchSettings.from_environment(os.environ, directory=VAR).address
