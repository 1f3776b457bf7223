"""Logging in and out, and passwords."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.access import tokens_revoked
from feedapp.cache.catalogue.invalidation.people import user_edited
from feedapp.errors import AccountLeavingError, FieldError, InvalidInputError, NotFoundError
from feedapp.reading.tokens.views import USUAL_SCOPES
from feedapp.schemas.passwords import weakness
from feedapp.services.access.proofs import Proof
from feedapp.services.access.token_issuer import USUAL_TERMS, Terms
from feedapp.writing.events import PasswordChanged

if TYPE_CHECKING:
    from feedapp.reading.viewers import Credentials, Kind, ViewerService
    from feedapp.services.access.password_proofs import PasswordProofs
    from feedapp.services.access.proofs import Owners
    from feedapp.services.access.token_issuer import IssuedToken, TokenIssuer
    from feedapp.services.people.leaving.grace import GraceService
    from feedapp.writing.idempotency import Once
    from feedapp.writing.unit_of_work import UnitOfWork, Work

log = logging.getLogger("feedapp.security")
NOBODY = "There is nobody with that name."


class AccountService:
    """Accounts. Usernames come in folded to lower case."""

    def __init__(
        self,
        *,
        viewers: ViewerService,
        unit_of_work: UnitOfWork,
        owners: Owners,
        proofs: PasswordProofs,
        grace: GraceService,
        issuer: TokenIssuer,
    ) -> None:
        self._issuer = issuer
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._owners = owners
        self._users, self._tokens = owners.users, owners.tokens
        self.proofs = proofs
        self._grace = grace

    @staticmethod
    def refuse_weak(password: str, *, username: str, field: str) -> None:
        """Raise InvalidInputError for a password, which comes in `field`, that is guessed first."""
        if (message := weakness(password, username=username)) is not None:
            raise InvalidInputError(FieldError(field, message))

    def log_in(
        self,
        *,
        username: str,
        password: str,
        kind: Kind,
        address: str,
        name: str = "",
        terms: Terms = USUAL_TERMS,
        code: str | None = None,
        restore: bool = False,
        once: Once | None = None,
    ) -> IssuedToken:
        """Check a password and issue a token. Raise WrongPasswordError, TooManyAttemptsError, TooManyTokensError.

        See `PasswordProofs`; a hash that is outdated is replaced. `restore` takes an account back that is to be
        deleted; without it, raise AccountLeavingError.
        """

        def issue(proof: Proof) -> IssuedToken:
            made = partial(self._issuer.issue, proof, kind, name=name, terms=terms, once=once)
            try:
                return made()
            except AccountLeavingError:
                if not restore:
                    raise
            self._grace.take_back(proof.user_id)
            return made()

        return self.proofs.by_name(username, password, issue, address=address, code=code)

    def log_in_with_code(self, *, ticket: str, code: str, kind: Kind, name: str = "") -> IssuedToken:
        """Take the second step, with the ticket of `SecondFactorNeededError`. Raise WrongCodeError, and as `log_in`."""
        return self._issuer.issue(self.proofs.by_ticket(ticket, code), kind, name=name)

    def come_back(self, ticket: str, kind: Kind, *, name: str = "") -> IssuedToken:
        """Take an account back that is to be deleted, by the ticket of a log-in, and issue a token.

        Raise TooLateError.
        """
        return self._issuer.issue(Proof(self._grace.take_back_by(ticket)), kind, name=name)

    def issue(self, user_id: int, kind: Kind, *, name: str = "") -> IssuedToken:
        """Issue a token for somebody who has just made their account: see `TokenIssuer`."""
        return self._issuer.issue(Proof(user_id), kind, name=name)

    def log_out(self, credentials: Credentials) -> None:
        """Revoke the token that was presented, if it is one."""
        if credentials.token_hash is not None:
            with self._unit_of_work() as work:
                user_id = self._tokens.remove(credentials.token_hash)
                if user_id is not None:
                    work.stales(tokens_revoked(user_id=user_id, hashes=[credentials.token_hash]))

    def grant(
        self,
        credentials: Credentials,
        *,
        current_password: str,
        name: str,
        terms: Terms = USUAL_TERMS,
        once: Once | None = None,
    ) -> IssuedToken:
        """Issue an API token to somebody who is signed in, under a name of their choice.

        Raise UnauthenticatedError, InvalidInputError for a wrong password, TooManyAttemptsError, TooManyTokensError.
        """
        viewer = self._viewers.require(credentials)

        def issue(proof: Proof) -> IssuedToken:
            return self._issuer.issue(proof, "api", name=name, terms=terms, once=once)

        return self.proofs.by_viewer(viewer, current_password, issue)

    def change_password(self, credentials: Credentials, *, current: str, new: str, name: str = "") -> IssuedToken:
        """Change one's own password and revoke every token and session; the one that was presented is replaced.

        The new one has the scopes and the last use of the old one, and its name if `name` is empty. Raise
        InvalidInputError if `current` is wrong or `new` is weak, TooManyAttemptsError.
        """
        viewer = self._viewers.require(credentials)
        self.refuse_weak(new, username=viewer.person.username, field="new_password")

        def change(proof: Proof) -> IssuedToken:
            password_hash = self.proofs.passwords.hash(new)
            with self._unit_of_work() as work:
                self._owners.lock(proof)
                old_name, scopes, used_at = self._tokens.described(viewer.token_hash) or ("", USUAL_SCOPES, None)
                self.replace_password(work, viewer.id, password_hash)
                terms = Terms(scopes, last_used_at=used_at)
                return self._issuer.add(work, viewer.id, credentials.kind, name=name or old_name, terms=terms)

        return self.proofs.by_viewer(viewer, current, change)

    def set_password(self, *, username: str, password: str) -> None:
        """Set anybody's password, for an operator; every token and session is revoked.

        Raise NotFoundError, InvalidInputError.
        """
        self.refuse_weak(password, username=username, field="password")
        user_id = self._id_of(username)
        password_hash = self.proofs.passwords.hash(password)
        with self._unit_of_work() as work:
            self.replace_password(work, user_id, password_hash)

    def _id_of(self, username: str) -> int:
        with self._unit_of_work():
            user = self._users.get_by_name(username)
            if user is None:
                raise NotFoundError(NOBODY)
            return user.id

    def replace_password(self, work: Work, user_id: int, password_hash: str) -> None:
        """Set a password as part of a larger write: tokens, sessions, the address of the home feed end.

        Raise NotFoundError.
        """
        user = self._users.lock(user_id)
        if user is None:
            raise NotFoundError(NOBODY)
        self._users.update(user_id, password_hash=password_hash, home_renewals=user.home_renewals + 1)
        log.info("User %d logs in by a new secret, and every token and session ended", user_id)
        work.stales(user_edited(user_id=user_id))
        work.emits(PasswordChanged(user_id))
        work.stales(tokens_revoked(user_id=user_id, hashes=self._tokens.remove_all_of(user_id)))
