"""The grace of a deletion: an account is out of sight at once, and deleted some days later unless it is taken back.

What is shown is decided by the state of the account alone (`repositories/sight.py`), so one commit hides all of it, and
another brings all of it back. The counts that somebody is part of are facts of their own, so their keys are named: the
first of each kind with that commit, the rest in portions after it.
"""

from __future__ import annotations

import logging
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from itsdangerous import BadData, URLSafeTimedSerializer

from feedapp.cache.catalogue.invalidation.people import sight_changed
from feedapp.errors import NotFoundError, TooLateError
from feedapp.services.access.proofs import Proof
from feedapp.writing.belongings import CountedBelongings
from feedapp.writing.events import AccountHidden, AccountTakenBack

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from feedapp.models import User
    from feedapp.reading.site import SiteReader
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.services.access.password_proofs import PasswordProofs
    from feedapp.services.access.proofs import Owners
    from feedapp.services.people.account_deletion import AccountDeletion
    from feedapp.services.people.admins import Admins
    from feedapp.writing.unit_of_work import UnitOfWork, Work

PORTION = 1_000
"""Counts whose keys are named in one transaction, of each kind."""
LEAVING_SECONDS = 3.0
"""How long somebody waits for that. Counts beyond it are right when their copies run out: see ADR 43."""
DUE_AT_ONCE = 100
TICKET_SECONDS = 600
NOBODY = "There is nobody with that name."
OVER = "This account is being deleted, and cannot be taken back any more."
log = logging.getLogger("feedapp.security")


class Ticket(NamedTuple):
    """Whose account may be taken back, and from which deletion."""

    user_id: int
    deletion_at: str


class GraceService:
    """Takes accounts out of sight and brings them back. `secret` is the site's own."""

    def __init__(
        self,
        *,
        viewers: ViewerService,
        site: SiteReader,
        unit_of_work: UnitOfWork,
        owners: Owners,
        proofs: PasswordProofs,
        admins: Admins,
        deletion: AccountDeletion,
        secret: str,
    ) -> None:
        self._viewers = viewers
        self._site = site
        self._unit_of_work = unit_of_work
        self._owners = owners
        self._users = owners.users
        self._proofs = proofs
        self._admins = admins
        self._deletion = deletion
        self._tickets = URLSafeTimedSerializer(secret, salt="feedapp take back")

    def leave(self, credentials: Credentials, *, current_password: str) -> datetime:
        """Let one's own account be deleted, and give when; nothing of it is shown from now on.

        Raise InvalidInputError for a wrong password, TooManyAttemptsError, LastAdminError.
        """
        viewer = self._viewers.require(credentials)
        return self._proofs.by_viewer(viewer, current_password, self._hide)

    def delete(self, username: str, *, now: bool) -> datetime | None:
        """Do the same to anybody's account, for an operator; `now` deletes it at once. Raise NotFoundError."""
        user_id = self._id_of(username)
        if now:
            log.info("User %d is deleted by an operator", user_id)
            self._deletion.delete(user_id)
            return None
        return self._hide(Proof(user_id))

    def restore(self, username: str) -> bool:
        """Take anybody's account back, for an operator. Tell whether it was to be deleted.

        Raise NotFoundError, TooLateError.
        """
        return self.take_back(self._id_of(username))

    def ticket(self, user_id: int) -> str:
        """Give somebody who has just logged in what takes their account back. Raise NotFoundError."""
        with self._unit_of_work():
            user = self._users.get(user_id)
            if user is None or user.deletion_at is None:
                raise NotFoundError("This account is not about to be deleted.")
            return str(self._tickets.dumps([user.id, user.deletion_at.isoformat()]))

    def take_back_by(self, ticket: str) -> int:
        """Take an account back by a ticket, and give its id; sent twice, it is done once.

        Raise TooLateError for one that is over.
        """
        try:
            given = Ticket(*self._tickets.loads(ticket, max_age=TICKET_SECONDS))
        except (BadData, ValueError, TypeError):
            raise TooLateError("That took too long: log in again.") from None
        self.take_back(given.user_id, given.deletion_at)
        return given.user_id

    def take_back(self, user_id: int, deletion_at: str | None = None) -> bool:
        """Bring an account back as it was; `deletion_at` of the ticket, if there is one. Tell whether it was away.

        Raise TooLateError.
        """
        with self._unit_of_work() as work:
            user = self._users.lock(user_id)
            if user is None or user.leaving_since is not None:
                raise TooLateError(OVER)
            if user.deletion_at is None:
                return False
            if deletion_at not in {None, user.deletion_at.isoformat()}:
                raise TooLateError("That was for an earlier deletion: log in again.")
            self._users.come_back(user_id)
            log.info("User %d is back", user_id)
            work.emits(AccountTakenBack(user_id))
            rest = self._sight_changed(work, user)
        self._go_on(user_id, rest)
        return True

    def delete_due(self) -> int:
        """Delete accounts whose grace is over, and finish deletions that were interrupted; give how many."""
        with self._unit_of_work():
            due = list(self._users.due(at_most=DUE_AT_ONCE))
        for user_id in due:
            self._deletion.delete(user_id, if_due=True)
        return len(due) + self._deletion.go_on()

    def _hide(self, proof: Proof) -> datetime:
        days = self._site.current().deletion_grace_days
        with self._unit_of_work() as work:
            user = self._owners.lock(proof)
            self._admins.keep_another(user)
            deletion_at = self._users.leave_in(user.id, days=days)
            log.info("User %d is out of sight, to be deleted in %d days", user.id, days)
            work.emits(AccountHidden(user.id))
            rest = self._sight_changed(work, user)
        self._go_on(user.id, rest)
        return deletion_at

    def _sight_changed(self, work: Work, user: User) -> list[tuple[CountedBelongings, int]]:
        """Name what is stale, as part of a larger write; give the kinds of which more is to be named, and from where.

        The lock on the user waits for what they are just doing, and keeps them from more: each of their rows refers to
        them. So what is counted here is all there is.
        """
        work.stales(sight_changed(user_id=user.id, username=user.username))
        counted = [each for each in self._deletion.belongings if isinstance(each, CountedBelongings)]
        return self._recounted(work, user.id, [(each, 0) for each in counted])

    def _recounted(
        self, work: Work, user_id: int, wanted: Sequence[tuple[CountedBelongings, int]]
    ) -> list[tuple[CountedBelongings, int]]:
        rest = []
        for each, after in wanted:
            counted = each.counted_in(user_id, after=after, at_most=PORTION)
            work.stales(counted.keys)
            if counted.last is not None:
                rest.append((each, counted.last))
        return rest

    def _go_on(self, user_id: int, rest: Sequence[tuple[CountedBelongings, int]]) -> None:
        until = monotonic() + LEAVING_SECONDS
        while rest and monotonic() < until:
            with self._unit_of_work() as work:
                rest = self._recounted(work, user_id, rest)
        if rest:
            log.info("User %d has a part in very many counts: some are right when their copies run out", user_id)

    def _id_of(self, username: str) -> int:
        with self._unit_of_work():
            user = self._users.get_by_name(username)
            if user is None:
                raise NotFoundError(NOBODY)
            return user.id
