"""One's own passkeys: made with the password, shown to log in, and removed with the password."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, NamedTuple

from feedapp.cache.catalogue.invalidation.people import passkeys_changed
from feedapp.cache.catalogue.keys import PASSKEYS
from feedapp.errors import FieldError, InvalidInputError, NotFoundError, TooLateError
from feedapp.services.access.proofs import Proof
from feedapp.services.people.passkeys import ceremonies
from feedapp.services.people.passkeys.ceremonies import UnfitError
from feedapp.writing.events import PasskeyChanged

if TYPE_CHECKING:
    from feedapp.reading.read_models import Viewer
    from feedapp.reading.reader import Reading
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.site.passkeys import PasskeyRepository
    from feedapp.services.access.challenges import Challenges
    from feedapp.services.access.password_proofs import PasswordProofs
    from feedapp.services.access.proofs import Owners
    from feedapp.services.people.passkeys.ceremonies import Party
    from feedapp.writing.unit_of_work import UnitOfWork

MOST = 20
"""Passkeys that one member may have."""
log = logging.getLogger("feedapp.security")


class OwnPasskey(NamedTuple):
    """A passkey as its owner sees it; `used_at` is None for one that was not used."""

    id: int
    name: str
    created_at: str
    used_at: str | None


class PasskeyService:
    """Shows, adds and removes them; `log_ins.py` lets people in by them."""

    def __init__(
        self,
        *,
        reading: Reading,
        viewers: ViewerService,
        unit_of_work: UnitOfWork,
        owners: Owners,
        proofs: PasswordProofs,
        passkeys: PasskeyRepository,
        challenges: Challenges,
    ) -> None:
        self._reading = reading
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._owners = owners
        self._proofs = proofs
        self._passkeys = passkeys
        self._challenges = challenges

    def own(self, credentials: Credentials) -> tuple[Viewer, list[OwnPasskey]]:
        """Give the viewer, and their passkeys. Raise UnauthenticatedError."""
        claimed = credentials.claimed_id
        ahead = [] if claimed is None else [PASSKEYS.key(claimed)]
        viewer = self._viewers.identify(credentials, ahead=ahead).viewer or self._viewers.require(credentials)
        key = PASSKEYS.key(viewer.id)
        return viewer, [OwnPasskey(**each) for each in self._reading.facts([key]).get(key, [])]

    def begin(self, credentials: Credentials, party: Party, *, current_password: str) -> tuple[Viewer, str]:
        """Give what a browser needs to make a passkey, in JSON.

        Raise UnauthenticatedError, InvalidInputError for a wrong password, TooManyAttemptsError, TooLateError.
        """
        viewer = self._viewers.require(credentials)

        def begin(proof: Proof) -> str:
            with self._unit_of_work():
                user = self._owners.lock(proof)
                known = self._passkeys.credential_ids(user.id)
                if len(known) >= MOST:
                    raise TooLateError(f"You have {MOST} passkeys, and that is the limit: remove one first.")
            challenge = self._challenges.make(_making(viewer))
            return ceremonies.to_make(party, viewer.person, challenge=challenge, known=known)

        return viewer, self._proofs.by_viewer(viewer, current_password, begin)

    def add(self, credentials: Credentials, party: Party, *, name: str, credential: str) -> None:
        """Add the passkey that a browser has made for what `begin` gave to this session.

        Raise UnauthenticatedError, InvalidInputError, TooLateError.
        """
        viewer = self._viewers.require(credentials)
        try:
            made = self._made(credential, party, _making(viewer))
        except UnfitError:
            raise InvalidInputError(
                FieldError("", "No passkey was added: this took too long, or your device did not say who you are.")
            ) from None
        with self._unit_of_work() as work:
            user = self._owners.lock(Proof(viewer.id, token_hash=viewer.token_hash))
            if len(self._passkeys.credential_ids(user.id)) >= MOST or not self._passkeys.add(
                user_id=user.id, name=name, **made._asdict()
            ):
                raise TooLateError("No passkey was added: it is there already, or you have as many as one may have.")
            work.emits(PasskeyChanged(user.id, is_on=True, name=name))
            work.stales(passkeys_changed(user_id=user.id))
        log.info("User %d added a passkey", viewer.id)

    def remove(self, credentials: Credentials, *, current_password: str, passkey_id: int) -> None:
        """Remove one. Sessions that it began stay. Raise InvalidInputError for a wrong password, NotFoundError."""
        viewer = self._viewers.require(credentials)

        def remove(proof: Proof) -> None:
            with self._unit_of_work() as work:
                user = self._owners.lock(proof)
                name = self._passkeys.remove(passkey_id, user_id=user.id)
                if name is None:
                    raise NotFoundError("You have no such passkey.")
                work.emits(PasskeyChanged(user.id, is_on=False, name=name))
                work.stales(passkeys_changed(user_id=user.id))
            log.info("User %d removed a passkey", viewer.id)

        self._proofs.by_viewer(viewer, current_password, remove)

    def _made(self, credential: str, party: Party, purpose: str) -> ceremonies.Made:
        challenge = ceremonies.challenge_of_made(credential)
        if not self._challenges.redeem(challenge, purpose):
            raise UnfitError
        return ceremonies.made(credential, party, challenge=challenge)


def _making(viewer: Viewer) -> str:
    """Give the purpose of a challenge for this session, which has just sent the password."""
    return f"make {viewer.id} {viewer.token_hash}"
