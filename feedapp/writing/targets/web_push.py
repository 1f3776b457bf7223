"""What a push service is sent: a message that only the browser can read (RFC 8291), signed by the site (RFC 8292)."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from secrets import token_bytes
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey

CURVE = ec.SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
RECORD = 4_096
LONGEST = RECORD - 103
"""Bytes of a text that fit into one message: what a push service has to take at least, less what is around it."""
SIGNED_SECONDS = 12 * 3_600


def encoded(value: bytes) -> str:
    """Write bytes as these standards do."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def decoded(value: str) -> bytes:
    """Read that. Raise ValueError."""
    return urlsafe_b64decode(value + "=" * (-len(value) % 4))


def point(key: EllipticCurvePublicKey) -> bytes:
    """Give a public key as 65 bytes."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def public_key(p256dh: bytes) -> EllipticCurvePublicKey:
    """Read one. Raise ValueError for what is none."""
    return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, p256dh)


def encrypt(
    content: bytes,
    *,
    p256dh: bytes,
    auth: bytes,
    salt: bytes | None = None,
    own: EllipticCurvePrivateKey | None = None,
) -> bytes:
    """Encrypt for a browser. `salt` and `own` are made anew for each message; a test gives those of the RFC."""
    salt, own = salt or token_bytes(16), own or ec.generate_private_key(CURVE)
    sender = point(own.public_key())
    shared = own.exchange(ec.ECDH(), public_key(p256dh))
    key = _derived(shared, auth, b"WebPush: info\0" + p256dh + sender, 32)
    content_key = _derived(key, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(key, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + RECORD.to_bytes(4, "big") + bytes([len(sender)]) + sender
    return header + AESGCM(content_key).encrypt(nonce, content + b"\x02", None)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


class VapidKeys:
    """The key by which a push service knows the site. It follows from SECRET_KEY: each process has it, and no table."""

    def __init__(self, secret: str) -> None:
        seed = _derived(secret.encode(), b"", b"feedapp web push", 48)
        self._key = ec.derive_private_key(1 + int.from_bytes(seed, "big") % (ORDER - 1), CURVE)
        self.public = encoded(point(self._key.public_key()))
        """What a browser has to be given when it subscribes."""

    def authorization(self, endpoint: str, *, subject: str, now: float) -> str:
        """Sign for the push service of an address; `subject` is where its operators reach those of the site."""
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}",
            "exp": int(now) + SIGNED_SECONDS,
            "sub": subject,
        }
        signed = f"{encoded(orjson.dumps({'typ': 'JWT', 'alg': 'ES256'}))}.{encoded(orjson.dumps(claims))}"
        r, s = decode_dss_signature(self._key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return f"vapid t={signed}.{encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))},k={self.public}"


def topic(name: str) -> str:
    """Name what a later message takes the place of, while the browser is away: 32 signs, which say nothing."""
    return encoded(sha256(b"feedapp push " + name.encode()).digest())[:32]
