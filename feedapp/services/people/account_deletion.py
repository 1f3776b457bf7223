"""Account deletion: deletes a user with everything they wrote, in portions, so that no transaction takes long."""

from __future__ import annotations

from math import inf
from time import monotonic
from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.people import user_deleted
from feedapp.writing.events import AccountDeleted, AccountDeletionBegan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.services.access.proofs import Owners, Proof
    from feedapp.services.people.admins import Admins
    from feedapp.writing.belongings import Belongings
    from feedapp.writing.unit_of_work import UnitOfWork

PORTION = 200
INTERRUPTED_AFTER = 60
"""Seconds after its beginning when a deletion is taken up by others; two at it at a time do no harm."""


class AccountDeletion:
    """Deletes users after their `belongings`. An interrupted deletion is finished by calling it again."""

    def __init__(
        self, *, unit_of_work: UnitOfWork, owners: Owners, admins: Admins, belongings: Sequence[Belongings]
    ) -> None:
        self._admins = admins
        self._unit_of_work = unit_of_work
        self._owners = owners
        self._users = owners.users
        self.belongings = belongings

    def delete(self, user_id: int, *, within: float | None = None, proof: Proof | None = None) -> bool:
        """Delete a user: first what lets them in, then what they left, then the user. Tell whether that was all.

        `within` so many seconds; what is left then is deleted by `go_on`. `proof` is of who wants that, if it
        is the user: raise UnauthenticatedError, OutdatedProofError if it does not hold any more. Raise LastAdminError.
        """
        with self._unit_of_work() as work:
            user = self._users.lock(user_id) if proof is None else self._owners.lock(proof)
            if user is not None:
                self._admins.keep_another(user)
            self._users.leave(user_id)
            work.emits(AccountDeletionBegan(user_id))
        return self._clear(user_id, until=inf if within is None else monotonic() + within)

    def go_on(self) -> int:
        """Finish deletions that were interrupted, by a time limit or by the end of a process; give how many."""
        with self._unit_of_work():
            user_ids = list(self._users.leaving(for_seconds=INTERRUPTED_AFTER, at_most=PORTION))
        for user_id in user_ids:
            self._clear(user_id, until=inf)
        return len(user_ids)

    def _clear(self, user_id: int, *, until: float) -> bool:
        while not self._finish(user_id):
            for each in self.belongings:
                while monotonic() < until and self._delete_portion(each, user_id):
                    pass
            if monotonic() >= until:
                return False
        return True

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
            self._users.delete(user_id)
        return True

    def _delete_portion(self, belongings: Belongings, user_id: int) -> int:
        with self._unit_of_work() as work:
            return belongings.delete_of(work, user_id, at_most=PORTION)
