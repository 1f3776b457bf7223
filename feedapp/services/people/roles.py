"""Who runs the site: members, moderators and admins."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, NamedTuple

from feedapp.cache.catalogue.invalidation.people import role_changed
from feedapp.cache.catalogue.keys import STAFF, USER, USERNAME
from feedapp.errors import FieldError, InvalidInputError, NotFoundError
from feedapp.reading.viewers import person
from feedapp.services import policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.models import User
    from feedapp.reading.read_models import Person, Role, Viewer
    from feedapp.reading.reader import Reading
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.services.access.proofs import Owners, Proof
    from feedapp.services.people.accounts import AccountService
    from feedapp.services.people.admins import Admins
    from feedapp.writing.unit_of_work import UnitOfWork, Work

NOBODY = "There is nobody of that name."
ROLE = policy.Thing("role")
log = logging.getLogger("feedapp.security")


class StaffMember(NamedTuple):
    """Somebody who is more than a member."""

    person: Person
    role: Role


class RoleService:
    """Reads and changes roles. An operator may give any; on pages an admin does, with their password."""

    def __init__(
        self,
        *,
        reading: Reading,
        viewers: ViewerService,
        unit_of_work: UnitOfWork,
        owners: Owners,
        admins: Admins,
        accounts: AccountService,
    ) -> None:
        self._reading = reading
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._owners = owners
        self._users = owners.users
        self._admins = admins
        self._accounts = accounts

    def staff(self, credentials: Credentials, *, facts: Sequence[Key] = ()) -> tuple[Viewer, Sequence[StaffMember]]:
        """Give the viewer, and the moderators and admins; `facts` come in the same trip.

        Raise UnauthenticatedError, ForbiddenError.
        """
        found = self._viewers.identify(credentials, facts=[STAFF.key(), *facts]).viewer
        viewer = found or self._viewers.require(credentials)
        policy.require(viewer, "see", ROLE)
        ids = self._reading.facts([STAFF.key()]).get(STAFF.key(), [])
        users = self._reading.facts([USER.key(each) for each in ids])
        return viewer, [StaffMember(person(user), user["role"]) for user in users.values()]

    def assign(self, *, username: str, role: Role) -> None:
        """Give somebody a role, for an operator. Raise NotFoundError, LastAdminError."""
        with self._unit_of_work() as work:
            self._give(work, self._locked(username), role, by="an operator")

    def change(self, credentials: Credentials, *, username: str, role: Role, current_password: str) -> None:
        """Give somebody a role, as an admin.

        Raise UnauthenticatedError, ForbiddenError, NotFoundError, LastAdminError, InvalidInputError for a wrong
        password, TooManyAttemptsError.
        """
        viewer = self._viewers.require(credentials)
        policy.require(viewer, "edit", ROLE)
        user_id = self._reading.facts([USERNAME.key(username)]).get(USERNAME.key(username))
        if user_id is None:
            raise InvalidInputError(FieldError("username", NOBODY))

        def change(proof: Proof) -> None:
            with self._unit_of_work() as work:
                # The lower id first, so that two admins who change each other's roles do not wait for one another.
                user = self._users.lock(user_id) if user_id < viewer.id else None
                admin = self._owners.lock(proof)
                policy.require_role(admin.role, "edit", ROLE)
                user = user or (admin if user_id == admin.id else self._users.lock(user_id))
                if user is None:
                    raise NotFoundError(NOBODY)
                self._give(work, user, role, by=f"user {admin.id}")

        self._accounts.proofs.by_viewer(viewer, current_password, change)

    def _locked(self, username: str) -> User:
        found = self._users.get_by_name(username)
        user = found and self._users.lock(found.id)
        if user is None:
            raise NotFoundError(NOBODY)
        return user

    def _give(self, work: Work, user: User, role: Role, *, by: str) -> None:
        if user.role == role:
            return
        self._admins.keep_another(user)
        log.info("User %d was %s and is made %s by %s", user.id, user.role, role, by)
        self._users.update(user.id, role=role)
        work.stales(role_changed(user_id=user.id))
