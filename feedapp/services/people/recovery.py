"""Ways back into an account whose password is lost: recovery codes, and links, of a moderator or of a mail."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from secrets import token_bytes, token_urlsafe
from typing import TYPE_CHECKING, NamedTuple

from feedapp import retention
from feedapp.cache.catalogue.invalidation.people import recovery_changed
from feedapp.cache.catalogue.keys import RECOVERY
from feedapp.errors import FieldError, ForbiddenError, InvalidInputError, NotFoundError, RecoveryError
from feedapp.models import ROLES
from feedapp.schemas.recovery import CODE_BYTES, written
from feedapp.services import policy
from feedapp.services.access.proofs import Proof

if TYPE_CHECKING:
    from feedapp.models import User
    from feedapp.reading.read_models import Viewer
    from feedapp.reading.reader import Reading
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.site.recovery import RecoveryRepository
    from feedapp.services.access.password_guesses import PasswordGuesses
    from feedapp.services.access.proofs import Owners
    from feedapp.services.people.accounts import AccountService
    from feedapp.writing.mail.links import MailLinks
    from feedapp.writing.unit_of_work import UnitOfWork

CODES = 10
LINK_BYTES = 24
LINK_LIFETIME = timedelta(days=retention.LINKS.days)
NEW = timedelta(minutes=30)
"""How long somebody who made an account has just typed the password."""
PASSWORD = policy.Thing("password")
NOBODY = "There is nobody of that name."
log = logging.getLogger("feedapp.security")


class Codes(NamedTuple):
    """What somebody has: how many codes are left, and whether new ones take the password."""

    left: int
    needs_password: bool


class RecoveryService:
    """Makes codes and links, and sets passwords by them."""

    def __init__(
        self,
        *,
        reading: Reading,
        viewers: ViewerService,
        unit_of_work: UnitOfWork,
        owners: Owners,
        accounts: AccountService,
        guesses: PasswordGuesses,
        recovery: RecoveryRepository,
        mail_links: MailLinks,
    ) -> None:
        self._mail_links = mail_links
        self._reading = reading
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._owners = owners
        self._users = owners.users
        self._accounts = accounts
        self._guesses = guesses
        self._recovery = recovery

    def own(self, credentials: Credentials) -> tuple[Viewer, Codes]:
        """Give the viewer, and how many codes they have left. Raise UnauthenticatedError."""
        claimed = credentials.claimed_id
        ahead = [] if claimed is None else [RECOVERY.key(claimed)]
        viewer = self._viewers.identify(credentials, ahead=ahead).viewer or self._viewers.require(credentials)
        found = self._reading.facts([RECOVERY.key(viewer.id)]).get(RECOVERY.key(viewer.id), {})
        is_new = datetime.now(UTC) - datetime.fromisoformat(found["created_at"]) < NEW if found else False
        return viewer, Codes(found.get("left", 0), needs_password=bool(found.get("made")) or not is_new)

    def make_codes(self, credentials: Credentials, *, current_password: str | None) -> list[str]:
        """Give new codes, which can be shown only now; those from before are not good any more.

        It takes the password, but not from who has just made their account and has none so far. Raise
        UnauthenticatedError, InvalidInputError for a wrong or missing password, TooManyAttemptsError.
        """
        viewer, codes = self.own(credentials)

        def make(proof: Proof) -> list[str]:
            made = [written(token_bytes(CODE_BYTES)) for _ in range(CODES)]
            with self._unit_of_work() as work:
                user = self._owners.lock(proof)
                self._recovery.replace(user.id, made)
                log.info("User %d made recovery codes", user.id)
                work.stales(recovery_changed(user_id=user.id))
            return made

        if not codes.needs_password:
            return make(Proof(viewer.id, token_hash=viewer.token_hash))
        if not current_password:
            raise InvalidInputError(FieldError("current_password", "is required"))
        return self._accounts.proofs.by_viewer(viewer, current_password, make)

    def reset_by_code(self, *, username: str, code: str, password: str, address: str) -> None:
        """Set a password by a recovery code, which is used up; every token and session ends.

        A name that nobody has gets the answer of a wrong code. Raise RecoveryError, InvalidInputError,
        TooManyAttemptsError.
        """
        self._accounts.refuse_weak(password, username=username, field="new_password")
        with self._guesses.log_in(username, address) as guess, self._unit_of_work():
            user = self._users.get_by_name(username)
            user_id = user.id if user else 0
            guess.is_wrong = not self._recovery.has(user_id, code)
        if guess.is_wrong:
            raise RecoveryError("The username and the code do not belong together, or the code was used.")
        password_hash = self._accounts.proofs.passwords.hash(password)
        with self._unit_of_work() as work:
            self._accounts.replace_password(work, user_id, password_hash)
            if not self._recovery.use(user_id, code):
                raise RecoveryError("This code was used just now.")
            self._recovery.remove_links(user_id)
            log.info("User %d set a password by a recovery code", user_id)
            work.stales(recovery_changed(user_id=user_id))

    def helper(self, credentials: Credentials) -> Viewer:
        """Give the viewer, if they may help others back in. Raise UnauthenticatedError, ForbiddenError."""
        viewer = self._viewers.require(credentials)
        policy.require(viewer, "edit", PASSWORD)
        return viewer

    def make_link(self, credentials: Credentials, *, username: str, current_password: str) -> str:
        """Give the code of a link by which somebody can set a password, as a moderator; it can be shown only now.

        A moderator may help members; an admin moderators, too, and other admins. Raise UnauthenticatedError,
        ForbiddenError, InvalidInputError for a name that is nobody's or a wrong password, TooManyAttemptsError.
        """
        viewer = self.helper(credentials)

        def make(proof: Proof) -> str:
            with self._unit_of_work():
                helper = self._owners.lock(proof)
                policy.require_role(helper.role, "edit", PASSWORD)
                user = self._users.get_by_name(username)
                if user is None:
                    raise InvalidInputError(FieldError("username", NOBODY))
                if helper.role != "admin" and ROLES.index(user.role) >= ROLES.index(helper.role):
                    raise ForbiddenError("Only admins help moderators and admins back in.")
                return self._link(user, by=helper.id)

        return self._accounts.proofs.by_viewer(viewer, current_password, make)

    def make_link_for(self, username: str) -> str:
        """Do the same for an operator. Raise NotFoundError."""
        with self._unit_of_work():
            user = self._users.get_by_name(username)
            if user is None:
                raise NotFoundError(NOBODY)
            return self._link(user, by=None)

    def require_link(self, code: str) -> None:
        """Raise RecoveryError unless a password can be set by this link just now."""
        with self._unit_of_work():
            if self._owner_of(code) is None:
                raise _over()

    def reset_by_link(self, *, code: str, password: str) -> None:
        """Set a password by a link, which is used up; every token and session ends.

        Raise RecoveryError, InvalidInputError.
        """
        with self._unit_of_work():
            user_id = self._owner_of(code)
            user = self._users.lock(user_id) if user_id else None
            username = user.username if user else None
        if user_id is None or username is None:
            raise _over()
        self._accounts.refuse_weak(password, username=username, field="new_password")
        password_hash = self._accounts.proofs.passwords.hash(password)
        with self._unit_of_work() as work:
            self._users.lock(user_id)
            if self._owner_of(code) != user_id:  # under the lock on the user: used meanwhile
                raise _over()
            self._accounts.replace_password(work, user_id, password_hash)
            self._recovery.remove_links(user_id)
            log.info("User %d set a password by a link", user_id)

    def clean(self) -> int:
        """Forget links that are over; give how many."""
        with self._unit_of_work():
            return self._recovery.clean()

    def _owner_of(self, code: str) -> int | None:
        """Give whose password a link sets, in a transaction: one that somebody made, or one of a mail."""
        by_mail = self._mail_links.read_reset(code)
        if by_mail is None:
            return self._recovery.owner_of(code)
        user = self._users.get(by_mail.user_id)
        if user is None or user.leaving_since is not None:
            return None
        fits = self._mail_links.fits(by_mail, user_key=str(user.key), password_hash=user.password_hash)
        return user.id if fits else None

    def _link(self, user: User, *, by: int | None) -> str:
        code = token_urlsafe(LINK_BYTES)
        self._recovery.add_link(code, user_id=user.id, by=by, expires_at=datetime.now(UTC) + LINK_LIFETIME)
        log.info("A reset link for user %d was made by %s", user.id, "an operator" if by is None else f"user {by}")
        return code


def _over() -> RecoveryError:
    return RecoveryError("This link is not good any more: ask for another one.")
