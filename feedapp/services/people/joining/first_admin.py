"""The first admin of a site: made by whoever has the code that was printed when it was started.

`feedapp.embedded.database.offer_setup` puts the codes into the table, before the application is there.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.people import role_changed
from feedapp.errors import SetupOverError

if TYPE_CHECKING:
    from feedapp.repositories.site.setup_codes import SetupCodeRepository
    from feedapp.repositories.users import UserRepository
    from feedapp.services.people.joining.sign_ups import Newcomer, SignUpService
    from feedapp.writing.unit_of_work import UnitOfWork, Work

NOBODY = 0
log = logging.getLogger("feedapp.security")


class FirstAdmin:
    """Checks codes and makes the admin."""

    def __init__(
        self, *, unit_of_work: UnitOfWork, users: UserRepository, codes: SetupCodeRepository, sign_ups: SignUpService
    ) -> None:
        self._unit_of_work = unit_of_work
        self._users = users
        self._codes = codes
        self._sign_ups = sign_ups

    def require_good(self, code: str) -> None:
        """Raise SetupOverError unless a site without an admin has given out this code."""
        with self._unit_of_work():
            if not self._codes.has(code) or self._users.has_other_admin(NOBODY):
                raise _over()

    def make(self, code: str, newcomer: Newcomer) -> int:
        """Make the account of the first admin and give its id; the code, and every other, is used up by that.

        Raise SetupOverError, ConflictError for a name that is taken, InvalidInputError.
        """
        self.require_good(code)

        def become_admin(work: Work, user_id: int) -> None:
            # Under the lock of `has_other_admin`, so of two who send the same code one becomes an admin.
            if self._users.has_other_admin(NOBODY) or not self._codes.use(code):
                raise _over()
            self._users.update(user_id, role="admin")
            log.info("User %d sets the site up and is its first admin", user_id)
            work.stales(role_changed(user_id=user_id))

        return self._sign_ups.create(newcomer, also=become_admin)


def _over() -> SetupOverError:
    return SetupOverError(
        "This site has an admin, or the code is not the one that was printed when it was started last. An operator "
        "makes an admin by `flask --app wsgi user role NAME admin`."
    )
