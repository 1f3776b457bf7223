"""Names of hosts as requests and settings give them, in one form in which the same are equal.

Case, a final dot, a default port and the spelling of an IPv6 address make no difference (RFC 3986, 6.2; RFC 6454, 4).
"""

from __future__ import annotations

import re
import unicodedata
from ipaddress import AddressValueError, IPv6Address
from typing import NamedTuple
from urllib.parse import urlsplit

LONGEST = 253
"""Characters of a host's name with its port: no name is longer, and every link in an answer has it."""
DEFAULT_PORTS = {"http": 80, "https": 443}
_LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"  # underscores: Docker and Kubernetes make such names
_FORM = re.compile(
    rf"(?:(?P<name>{_LABEL}(?:\.{_LABEL})*)\.?|\[(?P<v6>[0-9a-f:.]{{2,45}})\])(?::(?P<port>[0-9]{{0,5}}))?",
    re.IGNORECASE,
)
_LARGEST_PORT = 65_535
_DOTS = re.compile("[.\u3002\uff0e\uff61]")
_KEPT_LETTERS = frozenset("\xdf\u1e9e\u03c2\u200c\u200d")
"""Sharp s, the sigma at an end, and joiners: they stay what they are."""


class Host(NamedTuple):
    """A name in small letters, an IPv6 address in brackets; `port` is None if none is given."""

    name: str
    port: int | None

    @property
    def netloc(self) -> str:
        """Write it as it stands in an address."""
        return self.name if self.port is None else f"{self.name}:{self.port}"

    def port_by(self, scheme: str) -> int | None:
        """Give the port, or the scheme's own."""
        return DEFAULT_PORTS.get(scheme) if self.port is None else self.port


class Origin(NamedTuple):
    """A scheme, a host's name and a port: what has to be the same for two addresses to be of one site."""

    scheme: str
    name: str
    port: int | None

    @classmethod
    def of(cls, scheme: str, host: Host) -> Origin:
        """Put one together."""
        return cls(scheme, host.name, host.port_by(scheme))

    @property
    def root(self) -> str:
        """Write it as an address, with a slash at the end."""
        return f"{self.scheme}://{self.netloc}/"

    @property
    def netloc(self) -> str:
        """Write host and port, a default port left out."""
        return self.name if self.port == DEFAULT_PORTS.get(self.scheme) else f"{self.name}:{self.port}"


def read_host(text: str) -> Host | None:
    """Read a name with or without a port, as in the header Host; None for what is none."""
    found = _FORM.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        return None
    port = int(found["port"]) if found["port"] else None
    if port is not None and port > _LARGEST_PORT:
        return None
    if found["v6"] is None:
        return Host(found["name"].lower(), port)
    try:
        return Host(f"[{IPv6Address(found['v6']).compressed}]", port)
    except AddressValueError:
        return None


def read_origin(address: str) -> Origin | None:
    """Read which site an address belongs to, as in the headers Origin and Referer; None for what belongs to none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    host = read_host(parts.netloc)
    if host is None or parts.scheme not in DEFAULT_PORTS:
        return None
    return Origin.of(parts.scheme, host)


def in_ascii(name: str) -> str:
    """Write an international name as requests do (IDNA). Raise ValueError for what has no such form."""
    return name if name.isascii() else ".".join(map(_label_in_ascii, _DOTS.split(name)))


def _label_in_ascii(label: str) -> str:
    """Write a label as browsers do: Python's codec makes others of some letters (UTS 46, 7)."""
    if _KEPT_LETTERS.isdisjoint(label):
        return label.encode("idna").decode()
    lower = unicodedata.normalize("NFC", label.replace("\u1e9e", "\xdf").lower())
    return f"xn--{lower.encode('punycode').decode()}"
