"""Notifications on devices: which browsers are told at once, and what they are told."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from feedapp.cache.catalogue.keys import NOTIFICATION
from feedapp.errors import FieldError, InvalidInputError, InvalidTokenError
from feedapp.languages.known import known
from feedapp.languages.spoken import speaking
from feedapp.lengths import PUSH_ENDPOINT_LENGTH
from feedapp.pagination import Entry, Position
from feedapp.reading.notifications import told
from feedapp.repositories.notifications.pushes import Keys
from feedapp.services.notifications.reader_of import recipient_of
from feedapp.services.notifications.wording import path_of, quoted, said
from feedapp.writing.targets.web_push import decoded, public_key

if TYPE_CHECKING:
    from feedapp.reading.reader import Reading
    from feedapp.reading.site import SiteReader
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.notifications.pushes import PushRepository
    from feedapp.writing.targets.web_push import VapidKeys
    from feedapp.writing.unit_of_work import UnitOfWork

AUTH_BYTES = 16
TITLE = 120
"""Signs of what a device shows first."""


class PushService:
    """Adds and removes the browser of the viewer's session. `private`: push services may be in networks of ours."""

    def __init__(
        self,
        *,
        viewers: ViewerService,
        unit_of_work: UnitOfWork,
        pushes: PushRepository,
        keys: VapidKeys,
        private: bool,
    ) -> None:
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._pushes = pushes
        self._private = private
        self.public_key = keys.public

    def subscribe(self, credentials: Credentials, *, endpoint: str, p256dh: str, auth: str) -> None:
        """Tell the browser of this session from now on. Raise UnauthenticatedError, InvalidInputError."""
        viewer = self._viewers.require(credentials)
        keys = Keys(self._address(endpoint), _point(p256dh), _secret(auth))
        with self._unit_of_work():
            if not self._pushes.add(viewer.id, viewer.token_hash, keys):
                raise InvalidTokenError("This session has ended: log in again.")

    def unsubscribe(self, credentials: Credentials) -> None:
        """Tell it no more. Raise UnauthenticatedError."""
        viewer = self._viewers.require(credentials)
        with self._unit_of_work():
            self._pushes.remove_of(viewer.token_hash)

    def _address(self, endpoint: str) -> str:
        schemes = ("https", "http") if self._private else ("https",)
        try:
            parts = urlsplit(endpoint)
            named = parts.hostname and (parts.port or 1)
        except ValueError:
            named = None
        plain = endpoint.isascii() and endpoint.isprintable() and " " not in endpoint
        if not named or not plain or "@" in parts.netloc or parts.scheme not in schemes:
            raise InvalidInputError(FieldError("endpoint", "must be an https address"))
        if len(endpoint) > PUSH_ENDPOINT_LENGTH:
            raise InvalidInputError(FieldError("endpoint", "is too long"))
        return endpoint


def _point(p256dh: str) -> bytes:
    try:
        key = decoded(p256dh)
        public_key(key)
    except ValueError:
        raise InvalidInputError(FieldError("p256dh", "is no key")) from None
    return key


def _secret(auth: str) -> bytes:
    try:
        secret = decoded(auth)
    except ValueError:
        secret = b""
    if len(secret) != AUTH_BYTES:
        raise InvalidInputError(FieldError("auth", "is no secret of 16 bytes"))
    return secret


class PushWriting:
    """Says what a device shows, in a thread of the courier."""

    def __init__(self, reading: Reading, site: SiteReader) -> None:
        self._reading = reading
        self._site = site

    def notice(self, user_id: int, notification_id: int) -> dict[str, str] | None:
        """Give what somebody is shown of a notification; None for what is read, taken back or out of sight by now."""
        self._reading.restart()
        reader = recipient_of(self._reading, user_id)
        key = NOTIFICATION.key(notification_id)
        fact = self._reading.facts([key]).get(key)
        if reader is None or fact is None:
            return None
        place = Position.at(datetime.fromisoformat(fact["created_at"]), notification_id)
        entry = Entry(notification_id, fact["actor_id"] or 0, place.micros)
        views = reader.wanted(told(self._reading, [entry], reader.sight, conversations=True))
        if not views:
            return None
        (view,) = views
        with speaking(known(reader.locale) or self._site.current().language):
            title, path = said(view), path_of(view, reader.username)
        return {"title": title[:TITLE], "body": quoted(view), "path": path, "tag": str(notification_id)}
