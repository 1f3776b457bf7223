"""Codes of an authenticator (TOTP, RFC 6238): six digits, others each half minute."""

from __future__ import annotations

import hmac
from base64 import b32encode
from urllib.parse import quote, urlencode

SECONDS, DIGITS = 30, 6
SECRET_BYTES, NONCE_BYTES = 20, 16
AROUND = (0, -1, 1)
"""Steps by which the clock of an authenticator may be off."""
GROUP = 4


def secret_of(key: bytes, nonce: bytes) -> bytes:
    """Give the secret that belongs to a nonce: it follows from the site's own key, so a database alone tells none."""
    return hmac.digest(key, b"feedapp totp " + nonce, "sha256")[:SECRET_BYTES]


def code_at(secret: bytes, step: int) -> str:
    """Give the code of a step, which is a time in half minutes."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 15
    return str((int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF) % 10**DIGITS).zfill(DIGITS)


def step_of(secret: bytes, code: str, *, now: float, after: int) -> int | None:
    """Give the step that a code is of, if that is about now (in seconds) and after the step of the last one used."""
    given = "".join(code.split()).encode()
    current = int(now) // SECONDS
    steps = [each + current for each in AROUND]
    found = [step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), given)]
    return next((step for step in found if step > after), None)


def spelled(secret: bytes) -> str:
    """Write a secret for typing, in groups of four."""
    text = b32encode(secret).decode()
    return " ".join(text[at : at + GROUP] for at in range(0, len(text), GROUP))


def address(secret: bytes, *, site: str, username: str) -> str:
    """Write a secret as an address that authenticators open."""
    label = quote(f"{site.replace(':', ' ')}:{username}")
    return f"otpauth://totp/{label}?" + urlencode(
        {"secret": b32encode(secret).decode(), "issuer": site}, quote_via=quote
    )
