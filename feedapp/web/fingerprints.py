"""Fingerprints: recognise a repeated request without storing its content."""

from __future__ import annotations

import hmac
import re
from hashlib import sha256

from flask import current_app, request

from feedapp.lengths import IDEMPOTENCY_KEY_LENGTH

KEY = re.compile(rf"[\x21-\x7e](?:[\x20-\x7e]{{0,{IDEMPOTENCY_KEY_LENGTH - 2}}}[\x21-\x7e])?")
"""The form of an Idempotency-Key."""


def fingerprint(body: bytes) -> bytes:
    """Give an HMAC over method, address and body. A plain hash of a body with a password could be guessed at."""
    secret = sha256(b"feedapp fingerprint " + str(current_app.secret_key).encode()).digest()
    whole = b"\n".join((request.method.encode(), request.path.encode(), body))
    return hmac.digest(secret, whole, "sha256")
