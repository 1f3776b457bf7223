"""The second step of a log-in: a code of an authenticator, or a recovery code in its place."""

from __future__ import annotations

from hashlib import sha256
from time import time
from typing import TYPE_CHECKING, NamedTuple

from itsdangerous import BadData, URLSafeTimedSerializer

from feedapp.cache.catalogue.invalidation.people import recovery_changed
from feedapp.errors import SecondFactorNeededError, WrongCodeError
from feedapp.schemas.recovery import typed_code
from feedapp.services.access import totp
from feedapp.writing.events import SecondFactorChanged

if TYPE_CHECKING:
    from feedapp.repositories.site.recovery import RecoveryRepository
    from feedapp.repositories.site.second_factors import SecondFactorRepository
    from feedapp.writing.unit_of_work import UnitOfWork

TICKET_SECONDS = 600
"""How long somebody may take from the password to the code."""


class Ticket(NamedTuple):
    """Who has given their password, and a digest of its hash: another password makes the ticket worthless."""

    user_id: int
    digest: str


class SecondFactors:
    """Knows who needs a second step, and checks it. `secret` is the site's own."""

    def __init__(
        self,
        *,
        unit_of_work: UnitOfWork,
        factors: SecondFactorRepository,
        recovery: RecoveryRepository,
        secret: str,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._factors = factors
        self._recovery = recovery
        self._key = sha256(b"feedapp second factor " + secret.encode()).digest()
        self._tickets = URLSafeTimedSerializer(secret, salt="feedapp second step")

    def secret(self, nonce: bytes) -> bytes:
        """Give the secret of an authenticator."""
        return totp.secret_of(self._key, nonce)

    def is_on(self, user_id: int) -> bool:
        """Tell whether somebody needs a second step, in a transaction."""
        found = self._factors.get(user_id)
        return found is not None and found.confirmed_at is not None

    def accept(self, user_id: int, code: str) -> bool:
        """Use a code up. Tell whether it was good: one of the authenticator that was not used, or a recovery code."""
        with self._unit_of_work() as work:
            factor = self._factors.lock(user_id)
            if factor is None:
                return False
            step = totp.step_of(self.secret(factor.nonce), code, now=time(), after=factor.last_step)
            if step is not None:
                if factor.confirmed_at is None:
                    work.emits(SecondFactorChanged(user_id, is_on=True))
                    work.stales(recovery_changed(user_id=user_id))
                self._factors.use(user_id, step)
                return True
            if factor.confirmed_at is None or not self._recovery.use(user_id, typed_code(code)):
                return False
            work.stales(recovery_changed(user_id=user_id))
            return True

    def needed(self, user_id: int, password_hash: str) -> SecondFactorNeededError:
        """Say that a code is needed, with a ticket for whoever has given the password already."""
        ticket = self._tickets.dumps([user_id, _digest(password_hash)])
        return SecondFactorNeededError("Your account takes a code beside the password.", ticket=str(ticket))

    def read(self, ticket: str) -> Ticket:
        """Read a ticket. Raise WrongCodeError for one that is none, or is over."""
        try:
            user_id, digest = self._tickets.loads(ticket, max_age=TICKET_SECONDS)
        except (BadData, ValueError):
            raise WrongCodeError("That took too long: log in with your password again.") from None
        return Ticket(user_id, digest)

    @staticmethod
    def fits(ticket: Ticket, password_hash: str) -> bool:
        """Tell whether the password is still the one that the ticket was given for."""
        return ticket.digest == _digest(password_hash)


def _digest(password_hash: str) -> str:
    return sha256(b"feedapp ticket " + password_hash.encode()).hexdigest()[:32]
