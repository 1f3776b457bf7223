"""The network that an address belongs to, spelled in one way: whoever counts, logs or compares clients uses this."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address, IPv6Network, ip_address

UNKNOWN = "unknown"
"""The one network of everything that cannot be read."""
HOME_PREFIX = 64
"""Bits of an IPv6 address that name a home's or a server's network; the rest is any device's to choose."""

_WITH_PORT = re.compile(r"(?:\[(?P<v6>[^\[\]]*)\]|(?P<v4>[0-9.]+))(?::[0-9]{1,5})?")
_NAT64 = IPv6Network("64:ff9b::/96")


@lru_cache(maxsize=4_096)
def network_of(address: str) -> str:
    """Give the network of a client: `203.0.113.7` for an IPv4 address, `2001:db8:0:1::/64` for an IPv6 one.

    Ports, brackets and zones are nobody's network, and an IPv4 address inside an IPv6 one is that IPv4 address.
    """
    text = address.strip().strip('"').strip()
    found = _WITH_PORT.fullmatch(text)
    text = (found["v6"] or found["v4"] or "") if found else text
    if ":" not in text:
        try:
            return str(IPv4Address(text))
        except AddressValueError:
            return UNKNOWN
    try:
        whole = IPv6Address(text.partition("%")[0])
    except AddressValueError:
        return UNKNOWN
    inside = whole.ipv4_mapped or whole.sixtofour or _translated(whole)
    return str(inside or IPv6Network((whole, HOME_PREFIX), strict=False))


def is_public(address: str) -> bool:
    """Tell whether an address is one of the internet, and not of this machine, of a network behind it, or of many.

    An IPv4 address inside an IPv6 one is that IPv4 address.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found.sixtofour or _translated(found) or found
    return found.is_global and not (found.is_multicast or found.is_reserved)


def _translated(address: IPv6Address) -> IPv4Address | None:
    """Give the IPv4 address of a client that came by a translator (RFC 6052)."""
    return IPv4Address(int(address) & 0xFFFF_FFFF) if address in _NAT64 else None
