"""One's own authenticator: put on with the password and a code, and taken off with the password."""

from __future__ import annotations

import logging
from secrets import token_bytes
from typing import TYPE_CHECKING, Literal, NamedTuple

from feedapp.cache.catalogue.invalidation.people import recovery_changed
from feedapp.cache.catalogue.keys import RECOVERY
from feedapp.errors import FieldError, InvalidInputError, TooLateError
from feedapp.services.access import totp
from feedapp.writing.events import SecondFactorChanged

if TYPE_CHECKING:
    from feedapp.reading.read_models import Viewer
    from feedapp.reading.reader import Reading
    from feedapp.reading.site import SiteReader
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.site.second_factors import SecondFactorRepository
    from feedapp.services.access.password_guesses import PasswordGuesses
    from feedapp.services.access.proofs import Owners, Proof
    from feedapp.services.access.second_factors import SecondFactors
    from feedapp.services.people.accounts import AccountService
    from feedapp.writing.unit_of_work import UnitOfWork

State = Literal["off", "pending", "on"]
"""`pending`: it waits for its first code."""
log = logging.getLogger("feedapp.security")


class Pending(NamedTuple):
    """An authenticator to be confirmed: its secret as it is typed, and as an address that authenticators open."""

    spelled: str
    address: str


class SecondFactorService:
    """Puts authenticators on and takes them off."""

    def __init__(
        self,
        *,
        reading: Reading,
        viewers: ViewerService,
        site: SiteReader,
        unit_of_work: UnitOfWork,
        owners: Owners,
        accounts: AccountService,
        guesses: PasswordGuesses,
        factors: SecondFactorRepository,
        checks: SecondFactors,
    ) -> None:
        self._reading = reading
        self._viewers = viewers
        self._site = site
        self._unit_of_work = unit_of_work
        self._owners = owners
        self._accounts = accounts
        self._guesses = guesses
        self._factors = factors
        self._checks = checks

    def own(self, credentials: Credentials) -> tuple[Viewer, State]:
        """Give the viewer, and how it stands with their authenticator. Raise UnauthenticatedError."""
        viewer = self._viewers.identify(credentials).viewer or self._viewers.require(credentials)
        key = RECOVERY.key(viewer.id)
        state: State = self._reading.facts([key]).get(key, {}).get("second_factor") or "off"
        return viewer, state

    def begin(self, credentials: Credentials, *, current_password: str) -> Pending:
        """Make a secret, which counts once a code of it was sent. Raise InvalidInputError, TooManyAttemptsError.

        Raise TooLateError if there is one already.
        """
        viewer = self._viewers.require(credentials)

        def begin(proof: Proof) -> Pending:
            nonce = token_bytes(totp.NONCE_BYTES)
            with self._unit_of_work() as work:
                user = self._owners.lock(proof)
                if not self._factors.begin(user.id, nonce):
                    raise TooLateError("You have an authenticator: take it off before you put another on.")
                work.stales(recovery_changed(user_id=user.id))
            return self._pending(viewer, nonce)

        return self._accounts.proofs.by_viewer(viewer, current_password, begin)

    def pending(self, credentials: Credentials) -> Pending | None:
        """Give the one that waits for its first code; None if there is none."""
        viewer = self._viewers.require(credentials)
        with self._unit_of_work():
            found = self._factors.get(viewer.id)
            nonce = found.nonce if found is not None and found.confirmed_at is None else None
        return None if nonce is None else self._pending(viewer, nonce)

    def confirm(self, credentials: Credentials, *, code: str) -> None:
        """Let the secret count, by a code of it. Raise InvalidInputError for a wrong one, TooManyAttemptsError."""
        viewer = self._viewers.require(credentials)
        with self._guesses.proof(viewer.id) as guess:
            guess.is_wrong = not self._checks.accept(viewer.id, code)
        if guess.is_wrong:
            raise InvalidInputError(
                FieldError("code", "is not the code that it shows now. Look whether the clock of that device is right.")
            )
        log.info("User %d put an authenticator on", viewer.id)

    def end(self, credentials: Credentials, *, current_password: str) -> None:
        """Take it off. Raise InvalidInputError for a wrong password, TooManyAttemptsError."""
        viewer = self._viewers.require(credentials)

        def end(proof: Proof) -> None:
            with self._unit_of_work() as work:
                user = self._owners.lock(proof)
                self._factors.remove(user.id)
                work.emits(SecondFactorChanged(user.id, is_on=False))
                log.info("User %d took the authenticator off", user.id)
                work.stales(recovery_changed(user_id=user.id))

        self._accounts.proofs.by_viewer(viewer, current_password, end)

    def _pending(self, viewer: Viewer, nonce: bytes) -> Pending:
        secret = self._checks.secret(nonce)
        address = totp.address(secret, site=self._site.current().name, username=viewer.person.username)
        return Pending(totp.spelled(secret), address)
