"""Account deletion: deletes a user with everything they wrote, in portions, so that no transaction takes long."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.people import sight_changed, user_deleted
from feedapp.cache.catalogue.invalidation.site import open_reports_changed
from feedapp.writing.events import AccountDeleted, AccountDeletionBegan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.models import User
    from feedapp.repositories.users import UserRepository
    from feedapp.services.people.admins import Admins
    from feedapp.writing.belongings import Belongings
    from feedapp.writing.unit_of_work import UnitOfWork

PORTION = 200
INTERRUPTED_AFTER = 60
"""Seconds after its beginning when a deletion is taken up by others; two at it at a time do no harm."""


class AccountDeletion:
    """Deletes users after their `belongings`. An interrupted deletion is finished by calling it again."""

    def __init__(
        self, *, unit_of_work: UnitOfWork, users: UserRepository, admins: Admins, belongings: Sequence[Belongings]
    ) -> None:
        self._admins = admins
        self._unit_of_work = unit_of_work
        self._users = users
        self.belongings = belongings

    def delete(self, user_id: int, *, if_due: bool = False) -> None:
        """Delete a user: first what lets them in, then what they left, then the user.

        `if_due`: only if the grace of a deletion is over. Its owner may have taken the account back a moment ago, and
        whoever does so has the same lock. Raise LastAdminError.
        """
        with self._unit_of_work() as work:
            user = self._users.lock(user_id)
            if user is None or (if_due and not _is_due(user)):
                return
            self._admins.keep_another(user)
            self._users.leave(user_id)
            work.emits(AccountDeletionBegan(user_id))
            work.stales(sight_changed(user_id=user_id, username=user.username))
        self._clear(user_id)

    def go_on(self) -> int:
        """Finish deletions that were interrupted, by a time limit or by the end of a process; give how many."""
        with self._unit_of_work():
            user_ids = list(self._users.leaving(for_seconds=INTERRUPTED_AFTER, at_most=PORTION))
        for user_id in user_ids:
            self._clear(user_id)
        return len(user_ids)

    def _clear(self, user_id: int) -> None:
        while not self._finish(user_id):
            for each in self.belongings:
                while self._delete_portion(each, user_id):
                    pass

    def _finish(self, user_id: int) -> bool:
        """Delete the row, unless something is left. Its lock keeps a late request from adding more."""
        with self._unit_of_work() as work:
            user = self._users.lock(user_id)
            if user is None:
                return True
            if any(each.has_of(user_id) for each in self.belongings):
                return False
            work.emits(AccountDeleted(user_id, user.key, user.username))
            work.stales(user_deleted(user_id=user_id, username=user.username))
            work.stales(open_reports_changed())  # those about them go with them
            self._users.delete(user_id)
        return True

    def _delete_portion(self, belongings: Belongings, user_id: int) -> int:
        with self._unit_of_work() as work:
            return belongings.delete_of(work, user_id, at_most=PORTION)


def _is_due(user: User) -> bool:
    return user.deletion_at is not None and user.deletion_at <= datetime.now(UTC)
