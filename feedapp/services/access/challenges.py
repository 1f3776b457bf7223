"""Challenges: made here, answered elsewhere, good once and not for long.

Nothing is kept of those that nobody answers.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from secrets import token_bytes
from time import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feedapp.repositories.site.passkeys import ChallengeRepository
    from feedapp.writing.unit_of_work import UnitOfWork

SECONDS = 300
"""How long somebody may take to answer one."""
TIME_BYTES, RANDOM_BYTES, SIGNATURE_BYTES = 5, 16, 32
SWEPT_AT_ONCE = 1_000


class Challenges:
    """Makes and redeems them. Each says when it was made, and has the signature of this site for one purpose."""

    def __init__(self, *, unit_of_work: UnitOfWork, used: ChallengeRepository, secret: str) -> None:
        self._unit_of_work = unit_of_work
        self._used = used
        self._key = sha256(b"feedapp challenge " + secret.encode()).digest()

    def make(self, purpose: str) -> bytes:
        """Make one."""
        body = int(time()).to_bytes(TIME_BYTES, "big") + token_bytes(RANDOM_BYTES)
        return body + self._signature(body, purpose)

    def redeem(self, challenge: bytes, purpose: str) -> bool:
        """Use one up. Tell whether it is ours, for that purpose, still good, and was not used before.

        It is used whatever comes of the answer: so it has a transaction of its own.
        """
        body, signature = challenge[:-SIGNATURE_BYTES], challenge[-SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._signature(body, purpose)):
            return False
        if not 0 <= time() - int.from_bytes(body[:TIME_BYTES], "big") <= SECONDS:
            return False
        with self._unit_of_work():
            return self._used.use(sha256(challenge).digest(), seconds=2 * SECONDS)

    def sweep(self) -> int:
        """Forget those that are over; give how many."""
        swept, total = SWEPT_AT_ONCE, 0
        while swept == SWEPT_AT_ONCE:
            with self._unit_of_work():
                swept = self._used.clean(at_most=SWEPT_AT_ONCE)
            total += swept
        return total

    def _signature(self, body: bytes, purpose: str) -> bytes:
        return hmac.digest(self._key, body + purpose.encode(), "sha256")
