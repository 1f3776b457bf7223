"""Who may take which username: none that is reserved, asked for, or given up by somebody else within 90 days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.errors import ConflictError
from feedapp.repositories.former_usernames import KEPT
from feedapp.schemas.reserved_names import is_reserved

if TYPE_CHECKING:
    from feedapp.models import FormerUsername, User
    from feedapp.repositories.former_usernames import FormerUsernameRepository
    from feedapp.repositories.site.applications import ApplicationRepository
    from feedapp.writing.events import AccountDeleted, UserRenamed
    from feedapp.writing.unit_of_work import UnitOfWork, Work


class UsernameService:
    """Judges names that were just taken: a transaction that is not good is rolled back by what is raised.

    Only afterwards, since whoever gives the name up in another transaction is waited for by taking it.
    """

    def __init__(
        self, *, unit_of_work: UnitOfWork, former: FormerUsernameRepository, applications: ApplicationRepository
    ) -> None:
        self._applications = applications
        self._unit_of_work = unit_of_work
        self._former = former

    @staticmethod
    def refuse_reserved(username: str) -> None:
        """Raise ConflictError for a name that nobody may take by themselves."""
        if is_reserved(username):
            raise ConflictError("username", f"The name {username} is reserved for this site: choose another.")

    def taken(self, username: str, *, by: User | None) -> None:
        """Check a name that a user, or somebody new, has just taken. Raise ConflictError."""
        if self._applications.get(username) is not None:
            raise taken_name(username)
        former = self._former.get(username)
        if former is not None:
            if by is None or (former.user_id, former.user_key) != (by.id, by.key):
                raise _former_name(username, former)
            self._former.remove(username)
        else:
            self.refuse_reserved(username)

    def refuse_former(self, username: str) -> None:
        """Raise ConflictError for a name that somebody gave up not long ago, or that is reserved."""
        former = self._former.get(username)
        if former is not None:
            raise _former_name(username, former)
        self.refuse_reserved(username)

    def renamed(self, _work: Work, event: UserRenamed) -> None:
        """Keep the name that a user gives up by taking another."""
        self._former.add(event.old, user_id=event.user_id, user_key=event.user_key)

    def deleted(self, _work: Work, event: AccountDeleted) -> None:
        """Keep the name of somebody who leaves."""
        self._former.add(event.username, user_id=event.user_id, user_key=event.user_key)

    def assigned(self, username: str) -> None:
        """Note that an operator has given out a name: it is kept for nobody else."""
        self._former.remove(username)

    def clean(self) -> int:
        """Forget names that anybody may take again; give how many that were."""
        with self._unit_of_work():
            return self._former.clean()


def taken_name(username: str) -> ConflictError:
    """Say that a name is somebody's, or asked for by somebody."""
    return ConflictError("username", f"The name {username} is taken: choose another.")


def _former_name(username: str, former: FormerUsername) -> ConflictError:
    return ConflictError(
        "username",
        f"Somebody else gave up the name {username} not long ago, and it is not free before "
        f"{former.given_up_at + KEPT:%d %B %Y}: choose another.",
    )
