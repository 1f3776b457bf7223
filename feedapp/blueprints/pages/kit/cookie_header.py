"""What this site's cookies are called, and finding them among all that a browser sends.

Cookies do not know ports: two sites on one host get each other's. So a name has in it a mark of this site, which
follows from SECRET_KEY, and the port by which the reader came, if it is in the address. What another program has set
may be anything: bytes that are no UTF-8, quotes that do not end, the same name twice. It must not hide what is ours.
"""

from __future__ import annotations

import hmac
import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

USUAL_PORTS = {"80", "443"}
_BETWEEN = re.compile(r"[;,]")
"""Some servers join two Cookie headers by a comma; nothing of ours has one in it."""


@lru_cache(maxsize=64)
def base_of(what: str, *, secret: str) -> str:
    """Give a cookie's name without the port, the same in every process of a site and in no other site."""
    mark = hmac.digest(secret.encode(), f"feedapp cookie {what}".encode(), "sha256").hex()[:10]
    return f"feedapp_{what}_{mark}"


def name_at(base: str, host: str) -> str:
    """Give a cookie's whole name for readers who came by this Host."""
    port = host.rpartition(":")[2]
    return f"{base}_{port}" if port.isascii() and port.isdigit() and port not in USUAL_PORTS else base


def values(header: str, base: str, name: str) -> list[str]:
    """Give the values of a cookie: first those for this port, in the order sent, then those for other ports.

    Another port is good too: it may be another process of this site.
    """
    if base not in header:
        return []
    found = list(_pairs(header))
    here = [value for key, value in found if key == name]
    return here + [value for key, value in found if key != name and (key == base or key.startswith(f"{base}_"))]


def _pairs(header: str) -> Iterator[tuple[str, str]]:
    for part in _BETWEEN.split(header):
        name, equals, value = part.partition("=")
        if equals:
            value = value.strip()
            if len(value) > 1 and value[0] == value[-1] == '"':
                value = value[1:-1]
            yield name.strip(), value
