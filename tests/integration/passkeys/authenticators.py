"""A device that makes passkeys and shows them, as browsers do: WebAuthn with ES256, without attestation."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from secrets import token_bytes
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Authenticator:
    """Has one passkey. `verifies`: it knows its person; `counts`: it counts how often it was used."""

    def __init__(self, origin: str = "http://localhost", *, verifies: bool = True, counts: bool = True) -> None:
        self.origin = origin
        self.verifies = verifies
        self.counts = counts
        self.count = 0
        self.credential_id = token_bytes(32)
        self.handle = b""
        self._key = ec.generate_private_key(ec.SECP256R1())

    def make(self, options: str) -> str:
        """Make the passkey for what a page asks, and give what its browser would send."""
        given = json.loads(options)
        self.handle = unwritten(given["user"]["id"])
        numbers = self._key.public_key().public_numbers()
        x, y = (each.to_bytes(32, "big") for each in (numbers.x, numbers.y))
        key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + key
        data = self._data(given["rp"]["id"], ATTESTED) + attested
        said = {"attestationObject": cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})}
        return self._credential(said, "webauthn.create", given["challenge"])

    def show(self, options: str) -> str:
        """Show the passkey for what a page asks, and give what its browser would send."""
        given = json.loads(options)
        data = self._data(given["rpId"], 0)
        client = self._client("webauthn.get", given["challenge"])
        signature = self._key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        said = {"authenticatorData": data, "signature": signature, "userHandle": self.handle}
        return self._credential(said, "webauthn.get", given["challenge"])

    def _data(self, host: str, more: int) -> bytes:
        self.count += self.counts
        flags = PRESENT | (VERIFIED if self.verifies else 0) | more
        return sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _credential(self, said: dict[str, bytes], kind: str, challenge: str) -> str:
        response: dict[str, Any] = {name: written(value) for name, value in said.items()}
        response["clientDataJSON"] = written(self._client(kind, challenge))
        known = written(self.credential_id)
        return json.dumps({"id": known, "rawId": known, "type": "public-key", "response": response})


def written(given: bytes) -> str:
    """Write bytes as WebAuthn does."""
    return urlsafe_b64encode(given).decode().rstrip("=")


def unwritten(text: str) -> bytes:
    """Read them."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
