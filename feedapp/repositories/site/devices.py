"""Devices and networks that were seen at log-ins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from feedapp.extensions import ScopedSession

MOST = 100
"""Devices kept for a user, those seen last."""


class DeviceRepository:
    """Hashes of devices, in the session's transaction. The user is locked, so no two log-ins of theirs come at once."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def note(self, user_id: int, device: bytes) -> bool:
        """Note that a device was seen now. Tell whether there were others, and not this one."""
        given = {"user_id": user_id, "device": device}
        query = text(
            "SELECT count(*) AS others, count(*) FILTER (WHERE hash = :device) AS same FROM known_devices "
            "WHERE user_id = :user_id"
        )
        found = self._session.execute(query, given).one()
        noted = text(
            "INSERT INTO known_devices (user_id, hash) VALUES (:user_id, :device) "
            "ON CONFLICT (user_id, hash) DO UPDATE SET seen_at = clock_timestamp()"
        )
        self._session.execute(noted, given)
        if found.others >= MOST:
            forgotten = text(
                "DELETE FROM known_devices WHERE user_id = :user_id AND hash IN (SELECT hash FROM known_devices "
                "WHERE user_id = :user_id ORDER BY seen_at DESC, hash OFFSET :most)"
            )
            self._session.execute(forgotten, {"user_id": user_id, "most": MOST})
        return bool(found.others and not found.same)

    def note_network(self, user_id: int, network: str) -> None:
        """Note that somebody came from a network now."""
        noted = text(
            "INSERT INTO seen_networks (user_id, network) VALUES (:user_id, :network) "
            "ON CONFLICT (user_id, network) DO UPDATE SET seen_at = clock_timestamp()"
        )
        self._session.execute(noted, {"user_id": user_id, "network": network})

    def clean_networks(self, *, days: int, at_most: int) -> int:
        """Forget some networks from which somebody came too long ago; give how many."""
        gone = text(
            "DELETE FROM seen_networks WHERE (user_id, network) IN (SELECT user_id, network FROM seen_networks "
            "WHERE seen_at < clock_timestamp() - make_interval(days => :days) LIMIT :at_most FOR UPDATE SKIP LOCKED) "
            "RETURNING user_id"
        )
        return len(self._session.scalars(gone, {"days": days, "at_most": at_most}).all())

    def clean(self, *, days: int, at_most: int) -> int:
        """Forget some that were not seen for so long; give how many."""
        gone = text(
            "DELETE FROM known_devices WHERE (user_id, hash) IN (SELECT user_id, hash FROM known_devices "
            "WHERE seen_at < clock_timestamp() - make_interval(days => :days) LIMIT :at_most FOR UPDATE SKIP LOCKED) "
            "RETURNING user_id"
        )
        return len(self._session.scalars(gone, {"days": days, "at_most": at_most}).all())
