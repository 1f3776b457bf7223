"""Who may make an account, as the settings of the site say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.errors import SignUpClosedError

if TYPE_CHECKING:
    from feedapp.reading.site import SiteReader


class Door:
    """Asked by every sign-up that is not an operator's."""

    def __init__(self, site: SiteReader) -> None:
        self._site = site

    def require_open(self) -> None:
        """Raise SignUpClosedError unless anybody may make an account."""
        if self._site.current().signup != "open":
            raise SignUpClosedError("Nobody can make an account here at present.")
