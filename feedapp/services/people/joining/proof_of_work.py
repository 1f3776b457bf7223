"""Proof of work (ALTCHA): a newcomer's computer calculates for a second, which costs somebody with many accounts hours.

Nothing is kept of challenges that nobody solves: each has a signature of this site, and an end.
"""

from __future__ import annotations

from hashlib import sha256
from time import time
from typing import TYPE_CHECKING, Any

from altcha import Payload, create_challenge, verify_solution

from feedapp.errors import FieldError, ProofOfWorkError

if TYPE_CHECKING:
    from feedapp.repositories.site.passkeys import ChallengeRepository

ALGORITHM, COST = "PBKDF2/SHA-256", 5_000
PREFIX = "00"
"""What a key has to begin with: one of 256 does, so about 1.3 million rounds are calculated, and 5,000 to check it."""
SECONDS = 3_600
"""How long somebody may take to fill in the form."""
ELSE = "or say in `reason` why you would like to come in: a moderator decides then"


class ProofOfWork:
    """Makes challenges, checks what solves them, and takes each once."""

    def __init__(self, *, used: ChallengeRepository, secret: str) -> None:
        self._used = used
        self._key = sha256(b"feedapp proof of work " + secret.encode()).hexdigest()

    def challenge(self) -> dict[str, Any]:
        """Make a challenge, as JSON for whoever is to solve it."""
        made: dict[str, Any] = create_challenge(
            ALGORITHM, COST, key_prefix=PREFIX, expires_at=int(time()) + SECONDS, hmac_secret=self._key
        ).to_dict()
        return made

    def require_solved(self, proof: str) -> None:
        """Raise ProofOfWorkError, with a new challenge, unless this solves one of ours that is not over."""
        result = verify_solution(proof, self._key)
        if result.expired:
            raise self.needed("is too old: solve the new challenge")
        if not result.verified:
            raise self.needed("solves no challenge of this site: solve the new one")

    def use(self, proof: str) -> None:
        """Use a proof up that was checked, as part of the write it is for. Raise ProofOfWorkError if it was before."""
        signature = str(Payload.from_base64(proof).challenge.signature)
        if not self._used.use(sha256(b"feedapp proof of work " + signature.encode()).digest(), seconds=SECONDS):
            raise self.needed("was used before: solve the new challenge")

    def needed(self, message: str = "is required: solve the challenge") -> ProofOfWorkError:
        """Give the error that says so."""
        return ProofOfWorkError(FieldError("proof", f"{message}, {ELSE}"), challenge=self.challenge())
