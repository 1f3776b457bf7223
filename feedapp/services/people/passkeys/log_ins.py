"""Log-ins by a passkey, in place of the password or as the second step after it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.people import passkeys_changed
from feedapp.errors import WrongPasskeyError
from feedapp.limits import LOG_INS, PASSWORDS_NETWORK
from feedapp.services.access import rate_limits
from feedapp.services.access.proofs import Proof
from feedapp.services.people.passkeys import ceremonies
from feedapp.services.people.passkeys.ceremonies import UnfitError

if TYPE_CHECKING:
    from feedapp.repositories.site.passkeys import PasskeyRepository
    from feedapp.services.access.challenges import Challenges
    from feedapp.services.access.rate_limits import RateLimits
    from feedapp.services.access.second_factors import SecondFactors
    from feedapp.services.access.token_issuer import IssuedToken, TokenIssuer
    from feedapp.services.people.passkeys.ceremonies import Party
    from feedapp.writing.unit_of_work import UnitOfWork

PURPOSE = "log in"
WRONG = "This passkey does not let you in here, or it took too long. Try again, or log in with your password."
log = logging.getLogger("feedapp.security")


class PasskeyLogIns:
    """Lets in whoever shows a passkey. It is two factors by itself: its device, and what that knows its person by."""

    def __init__(
        self,
        *,
        unit_of_work: UnitOfWork,
        issuer: TokenIssuer,
        rate_limits: RateLimits,
        passkeys: PasskeyRepository,
        challenges: Challenges,
        second_factors: SecondFactors,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._issuer = issuer
        self._rate_limits = rate_limits
        self._passkeys = passkeys
        self._challenges = challenges
        self._second_factors = second_factors

    def to_log_in(self, party: Party) -> str:
        """Give what a browser needs to show a passkey, in JSON: nothing of it depends on who asks."""
        return ceremonies.to_show(party, challenge=self._challenges.make(PURPOSE))

    def log_in(self, credential: str, party: Party, *, ticket: str | None = None, name: str = "") -> IssuedToken:
        """Issue a session to whoever shows a passkey; with `ticket`, as the second step of a log-in.

        Raise WrongPasskeyError, WrongCodeError for a ticket that is over, AccountLeavingError, TooManyAttemptsError.
        """
        network = rate_limits.current_network()
        if network is not None:
            self._rate_limits.count((PASSWORDS_NETWORK, network))
        expected = None if ticket is None else self._second_factors.read(ticket).user_id
        try:
            user_id = self._owner(ceremonies.shown(credential), party, expected)
        except UnfitError:
            raise WrongPasskeyError(WRONG) from None
        self._rate_limits.count((LOG_INS, str(user_id)))
        issued = self._issuer.issue(Proof(user_id), "session", name=name)
        log.info("User %d logged in by a passkey", user_id)
        return issued

    def _owner(self, shown: ceremonies.Shown, party: Party, expected: int | None) -> int:
        """Check an answer, note that the passkey was used, and give whose it is. Raise UnfitError."""
        if not self._challenges.redeem(shown.challenge, PURPOSE):
            raise UnfitError
        with self._unit_of_work() as work:
            passkey = self._passkeys.lock(shown.credential_id)
            if passkey is None or expected not in {None, passkey.user_id}:
                raise UnfitError
            user_id = passkey.user_id
            if shown.user_handle != ceremonies.handle(user_id):
                raise UnfitError
            try:
                count = ceremonies.counted(shown, party, public_key=passkey.public_key, sign_count=passkey.sign_count)
            except UnfitError:
                log.warning("A passkey of user %d was refused: its answer or its count does not fit", user_id)
                raise
            self._passkeys.use(passkey.id, sign_count=count)
            work.stales(passkeys_changed(user_id=user_id))
            return user_id
