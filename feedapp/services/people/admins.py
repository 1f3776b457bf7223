"""The last admin of a site cannot be lost: not by a change of role, not with an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.errors import LastAdminError

if TYPE_CHECKING:
    from feedapp.models import User
    from feedapp.repositories.users import UserRepository


class Admins:
    """Asked, in its transaction, by every write that may take an admin away."""

    def __init__(self, users: UserRepository) -> None:
        self._users = users

    def keep_another(self, user: User) -> None:
        """Make sure that there is an admin beside this user, who is locked. Raise LastAdminError.

        Others who ask wait until this transaction has ended: of two admins who leave at one moment, one stays.
        """
        if user.role == "admin" and not self._users.has_other_admin(user.id):
            raise LastAdminError(
                f"{user.username} is the only admin, and a site needs one: make somebody else an admin first, at "
                "/admin/people or by `flask user role NAME admin`."
            )
