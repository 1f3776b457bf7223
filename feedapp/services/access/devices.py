"""Devices that somebody logs in from: a log-in from one that was not seen before is told to them.

A device is a network together with what a program calls itself: no cookie is kept for it. The network by itself is kept
for some days, for moderators.
"""

from __future__ import annotations

from contextvars import ContextVar
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from feedapp.writing.events import NewDevice

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.reading.site import SiteReader
    from feedapp.repositories.site.devices import DeviceRepository
    from feedapp.writing.unit_of_work import UnitOfWork, Work

SWEPT_AT_ONCE = 1_000


class Device(NamedTuple):
    """What sends a request: its network, and what it is, in words for its owner; the empty text if it does not say."""

    network: str
    family: str


_current: ContextVar[Device | None] = ContextVar("device", default=None)


def begin_request(device: Device) -> None:
    """Note what sends the request in hand."""
    _current.set(device)


def end_request() -> None:
    """Note nothing any more."""
    _current.set(None)


class KnownDevices:
    """Remembers devices by hashes that belong to one user: what two people share cannot be read from them.

    Networks are remembered as they are, for a shorter time: moderators look for who comes from the same.
    """

    def __init__(self, *, unit_of_work: UnitOfWork, site: SiteReader, devices: DeviceRepository) -> None:
        self._unit_of_work = unit_of_work
        self._site = site
        self._devices = devices

    def logs_in(self, work: Work, user_id: int) -> bool:
        """Note a log-in, as part of it, of somebody who is locked. Tell whether the device is new to them.

        The first device of all is none that anybody has to be told of; nor is there any outside of a request.
        """
        device = _current.get()
        if device is None:
            return False
        self._devices.note_network(user_id, device.network)
        is_new = self._devices.note(user_id, _hash(user_id, device))
        if is_new:
            work.emits(NewDevice(user_id, device.family, device.network))
        return is_new

    def sweep(self) -> int:
        """Forget devices and networks that were not seen for as long as the site keeps them; give how many."""
        site, devices = self._site.current(), self._devices
        kept = ((devices.clean, site.devices_days), (devices.clean_networks, site.networks_days))
        return sum(self._swept(partial(clean, days=days)) for clean, days in kept)

    def _swept(self, clean: Callable[..., int]) -> int:
        swept, total = SWEPT_AT_ONCE, 0
        while swept == SWEPT_AT_ONCE:
            with self._unit_of_work():
                swept = clean(at_most=SWEPT_AT_ONCE)
            total += swept
        return total


def _hash(user_id: int, device: Device) -> bytes:
    return sha256(f"feedapp device {user_id} {device.network} {device.family}".encode()).digest()
