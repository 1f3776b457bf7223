"""The secret in the address of one's home feed for feed readers (`/home/<secret>/feed.atom`).

It follows from the user and from how often the address was renewed, so it is there before anything was stored, and all
that was given out before is void once the count is another one. It is signed: the database alone does not give it away.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class HomeSecrets:
    """Makes them, in the form of a token. `secret` is the site's own."""

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), b"feedapp home feed", sha256)

    def of(self, user: Mapping[str, Any]) -> str:
        """Give the secret of somebody, given by the cached fact `keys.USER`."""
        named = f"{user['key']} {user['home_renewals']}"
        signed = hmac.digest(self._key, named.encode(), sha256)
        return f"{user['id']}.{urlsafe_b64encode(signed).rstrip(b'=').decode()}"
