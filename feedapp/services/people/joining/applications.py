"""Who asks for an account: a moderator agrees or not."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, NamedTuple

from feedapp.cache.catalogue.invalidation.people import users_signed_up
from feedapp.cache.catalogue.invalidation.site import applications_changed
from feedapp.cache.catalogue.keys import APPLICATIONS
from feedapp.errors import NotFoundError
from feedapp.services import policy
from feedapp.services.people.usernames import taken_name
from feedapp.writing.events import AccountCreated

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.models import Application
    from feedapp.reading.read_models import Viewer
    from feedapp.reading.reader import Reading
    from feedapp.reading.site import SiteReader
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.site.applications import ApplicationRepository
    from feedapp.repositories.site.invitations import InvitationRepository
    from feedapp.repositories.users import UserRepository
    from feedapp.services.people.usernames import UsernameService
    from feedapp.writing.mail.mailer import Mailer
    from feedapp.writing.unit_of_work import UnitOfWork, Work

APPLICATION = policy.Thing("application")
log = logging.getLogger("feedapp.security")


class ApplicationView(NamedTuple):
    """Somebody who waits; times are RFC 3339 texts in UTC."""

    username: str
    display_name: str
    reason: str
    created_at: str


class ApplicationService:
    """Lists those who wait, the first come first, and decides. An operator may, too."""

    def __init__(
        self,
        *,
        reading: Reading,
        viewers: ViewerService,
        unit_of_work: UnitOfWork,
        users: UserRepository,
        applications: ApplicationRepository,
        arrivals: InvitationRepository,
        usernames: UsernameService,
        mailer: Mailer,
        site: SiteReader,
    ) -> None:
        self._reading = reading
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._users = users
        self._applications = applications
        self._arrivals = arrivals
        self._usernames = usernames
        self._mailer = mailer
        self._site = site

    def waiting(self) -> list[ApplicationView]:
        """Give the first 100 who wait."""
        return [ApplicationView(**each) for each in self._reading.facts([APPLICATIONS.key()])[APPLICATIONS.key()]]

    def approve(self, username: str, *, by: Credentials | None) -> None:
        """Let somebody in: from now on they have an account. `by` is None for an operator.

        Raise UnauthenticatedError, ForbiddenError, NotFoundError, ConflictError if the name was taken meanwhile.
        """

        def approve(work: Work, application: Application) -> None:
            self._tell(work, application, "let_in")
            self._applications.remove(application.id)
            user = self._users.add(
                username=username, display_name=application.display_name, password_hash=application.password_hash
            )
            if user is None:
                raise taken_name(username)
            self._usernames.taken(username, by=None)
            self._arrivals.note_arrival(user.id, invitation_id=None, rules_accepted_at=application.rules_accepted_at)
            work.stales(users_signed_up(users=[(username, user.id)]))
            work.emits(AccountCreated(user.id, username))

        self._decide(username, approve, by=by, what="approved")

    def refuse(self, username: str, *, refusal: str, by: Credentials | None) -> None:
        """Do not let somebody in. They are told so, with the refusal, by mail and at a log-in. Raise as `approve`."""

        def refuse(work: Work, application: Application) -> None:
            self._tell(work, application, "not_let_in", refusal=refusal)  # before its address is deleted
            self._applications.refuse(application.id, refusal=refusal)

        self._decide(username, refuse, by=by, what="refused")

    def clean(self) -> int:
        """Forget who was refused long ago; give how many."""
        days = self._site.current().refused_days
        with self._unit_of_work():
            return self._applications.clean(days=days)

    def _tell(self, work: Work, application: Application, letter: str, **facts: str) -> None:
        if application.email is not None:
            self._mailer.to_address(work, application.email, letter, username=application.username, **facts)

    def _decide(
        self, username: str, act: Callable[[Work, Application], None], *, by: Credentials | None, what: str
    ) -> None:
        viewer = self._required(by)
        with self._unit_of_work() as work:
            if viewer is not None:
                policy.require_role(self._role_now(viewer), "edit", APPLICATION)
            application = self._applications.lock(username)
            if application is None:
                raise NotFoundError("Nobody of that name waits for an account: perhaps somebody else has decided.")
            log.info("Application %d was %s by %s", application.id, what, _named(viewer))
            act(work, application)
            work.stales(applications_changed())

    def _required(self, by: Credentials | None) -> Viewer | None:
        if by is None:
            return None
        viewer = self._viewers.require(by)
        policy.require(viewer, "edit", APPLICATION)
        return viewer

    def _role_now(self, viewer: Viewer) -> str:
        user = self._users.lock(viewer.id)
        return user.role if user else ""


def _named(viewer: Viewer | None) -> str:
    return "an operator" if viewer is None else f"user {viewer.id}"
