"""Signing up, logging in and out, passwords, and deleting an account."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.access import tokens_revoked
from feedapp.cache.catalogue.invalidation.people import users_signed_up
from feedapp.errors import ConflictError, FieldError, InvalidInputError, NotFoundError
from feedapp.limits import PASSWORDS_NETWORK, SIGN_UPS
from feedapp.networks import network_of
from feedapp.reading.read_models import Person, ProfileView, time_text
from feedapp.schemas.passwords import weakness
from feedapp.services.access.proofs import Proof
from feedapp.writing.events import AccountCreated

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from feedapp.reading.viewers import Credentials, Kind, ViewerService
    from feedapp.services.access.password_proofs import PasswordProofs
    from feedapp.services.access.proofs import Owners
    from feedapp.services.access.rate_limits import RateLimits
    from feedapp.services.access.token_issuer import IssuedToken, TokenIssuer
    from feedapp.services.people.account_deletion import AccountDeletion
    from feedapp.services.people.usernames import UsernameService
    from feedapp.writing.idempotency import Once
    from feedapp.writing.unit_of_work import UnitOfWork, Work

LEAVING_SECONDS = 3.0
"""How long somebody waits for the deletion of their account; the rest of a large one is deleted after that."""
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
        rate_limits: RateLimits,
        account_deletion: AccountDeletion,
        issuer: TokenIssuer,
        usernames: UsernameService,
    ) -> None:
        self._usernames = usernames
        self._issuer = issuer
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._owners = owners
        self._users, self._tokens = owners.users, owners.tokens
        self.proofs = proofs
        self._rate_limits = rate_limits
        self._account_deletion = account_deletion

    def sign_up(
        self,
        *,
        username: str,
        password: str,
        display_name: str | None = None,
        address: str | None = None,
        by_operator: bool = False,
    ) -> int:
        """Make an account and give its id: see `join`."""
        joined = self.join(
            username=username, password=password, display_name=display_name, address=address, by_operator=by_operator
        )
        return joined.person.id

    def join(
        self,
        *,
        username: str,
        password: str,
        display_name: str | None = None,
        address: str | None = None,
        once: Once | None = None,
        by_operator: bool = False,
    ) -> ProfileView:
        """Make an account; an operator may give it a name that nobody could take by themselves.

        A name that is taken costs nobody a hash, and counts for nothing. Raise ConflictError if it is taken or
        reserved, InvalidInputError, TooManyAttemptsError.
        """
        if not by_operator:
            self._usernames.refuse_reserved(username)
        _refuse_weak(password, username=username, field="password")
        with self._unit_of_work():
            taken = self._users.get_by_name(username) is not None
        if taken:
            with self._unit_of_work() as work:
                work.claim(once, by=None)
                raise _taken(username)
        with self._counting_sign_up(address):
            password_hash = self.proofs.passwords.hash(password)
            with self._unit_of_work() as work:
                work.claim(once, by=None)
                shown = display_name or username
                user = self._users.add(username=username, display_name=shown, password_hash=password_hash)
                if user is None:
                    raise _taken(username)
                if by_operator:
                    self._usernames.assigned(username)
                else:
                    self._usernames.taken(username, by=None)
                work.stales(users_signed_up(users=[(username, user.id)]))
                work.emits(AccountCreated(user.id, username))
                person = Person(user.id, username, shown)
                return work.done(ProfileView(person, "", time_text(user.created_at), 0, 0, 0, None))

    def _counting_sign_up(self, address: str | None) -> AbstractContextManager[None]:
        if address is None:  # an operator's
            return nullcontext()
        network = network_of(address)
        return self._rate_limits.counting((SIGN_UPS, network), cost=[(PASSWORDS_NETWORK, network)])

    def log_in(
        self,
        *,
        username: str,
        password: str,
        kind: Kind,
        address: str,
        name: str = "",
        once: Once | None = None,
    ) -> IssuedToken:
        """Check a password and issue a token. Raise WrongPasswordError, TooManyAttemptsError, TooManyTokensError.

        See `PasswordProofs`; a hash that is outdated is replaced.
        """

        def issue(proof: Proof) -> IssuedToken:
            return self._issuer.issue(proof, kind, name=name, once=once)

        return self.proofs.by_name(username, password, issue, address=address)

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
        self, credentials: Credentials, *, current_password: str, name: str, once: Once | None = None
    ) -> IssuedToken:
        """Issue an API token to somebody who is signed in, under a name of their choice.

        Raise UnauthenticatedError, InvalidInputError for a wrong password, TooManyAttemptsError, TooManyTokensError.
        """
        viewer = self._viewers.require(credentials)
        return self.proofs.by_viewer(
            viewer, current_password, lambda proof: self._issuer.issue(proof, "api", name=name, once=once)
        )

    def change_password(self, credentials: Credentials, *, current: str, new: str, name: str = "") -> IssuedToken:
        """Change one's own password and revoke every token and session; the one that was presented is replaced.

        `name` is that of the new one. Raise InvalidInputError if `current` is wrong or `new` is weak,
        TooManyAttemptsError.
        """
        viewer = self._viewers.require(credentials)
        _refuse_weak(new, username=viewer.person.username, field="new_password")

        def change(proof: Proof) -> IssuedToken:
            password_hash = self.proofs.passwords.hash(new)
            with self._unit_of_work() as work:
                self._owners.lock(proof)
                self._set_password(work, viewer.id, password_hash)
                return self._issuer.add(work, viewer.id, credentials.kind, name=name)

        return self.proofs.by_viewer(viewer, current, change)

    def leave(self, credentials: Credentials, *, current_password: str) -> bool:
        """Delete one's own account with everything one wrote. True if that is done, False if the rest takes a while.

        Either way nobody can use the account any more. Raise InvalidInputError for a wrong password.
        """
        viewer = self._viewers.require(credentials)
        return self.proofs.by_viewer(
            viewer,
            current_password,
            lambda proof: self._account_deletion.delete(viewer.id, within=LEAVING_SECONDS, proof=proof),
        )

    def set_password(self, *, username: str, password: str) -> None:
        """Set anybody's password, for an operator; every token and session is revoked.

        Raise NotFoundError, InvalidInputError.
        """
        _refuse_weak(password, username=username, field="password")
        user_id = self._id_of(username)
        password_hash = self.proofs.passwords.hash(password)
        with self._unit_of_work() as work:
            self._set_password(work, user_id, password_hash)

    def delete(self, *, username: str) -> None:
        """Delete an account with all that it wrote, for an operator. Raise NotFoundError."""
        self._account_deletion.delete(self._id_of(username))

    def _id_of(self, username: str) -> int:
        with self._unit_of_work():
            user = self._users.get_by_name(username)
            if user is None:
                raise NotFoundError(NOBODY)
            return user.id

    def _set_password(self, work: Work, user_id: int, password_hash: str) -> None:
        if self._users.lock(user_id) is None:
            raise NotFoundError(NOBODY)
        self._users.update(user_id, password_hash=password_hash)
        work.stales(tokens_revoked(user_id=user_id, hashes=self._tokens.remove_all_of(user_id)))


def _taken(username: str) -> ConflictError:
    return ConflictError("username", f"The name {username} is taken: choose another.")


def _refuse_weak(password: str, *, username: str, field: str) -> None:
    if (message := weakness(password, username=username)) is not None:
        raise InvalidInputError(FieldError(field, message))
