"""How messages to webhooks are signed: as Standard Webhooks says (https://www.standardwebhooks.com)."""

from __future__ import annotations

import hmac
from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING

from standardwebhooks import Webhook

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

NONCE_BYTES = 24


class WebhookSecrets:
    """Secrets follow from the site's own key and a nonce: so none is in the database, nor in a backup of it."""

    def __init__(self, secret: str) -> None:
        self._key = sha256(b"feedapp webhook " + secret.encode()).digest()

    def secret(self, nonce: bytes) -> str:
        """Give the secret of a nonce, as its receiver needs it."""
        return "whsec_" + b64encode(hmac.digest(self._key, b"feedapp webhook " + nonce, "sha256")).decode()

    def headers(self, nonces: Iterable[bytes], *, key: str, moment: datetime, body: str) -> dict[str, str]:
        """Sign a message by the secrets of some nonces: whoever has one of them can check it."""
        signatures = [Webhook(self.secret(nonce)).sign(key, moment, body) for nonce in nonces]
        return {
            "webhook-id": key,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": " ".join(signatures),
        }
