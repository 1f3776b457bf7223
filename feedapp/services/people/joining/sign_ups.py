"""Making an account, or asking for one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, NamedTuple

from feedapp.cache.catalogue.invalidation.people import users_signed_up
from feedapp.cache.catalogue.invalidation.site import applications_changed, invitations_changed
from feedapp.limits import PASSWORDS_NETWORK, SIGN_UPS
from feedapp.networks import network_of
from feedapp.reading.read_models import Person, ProfileView, time_text
from feedapp.services.people.joining.door import Admission, Knock, spent
from feedapp.services.people.usernames import taken_name
from feedapp.writing.events import AccountCreated

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from feedapp.repositories.site.applications import ApplicationRepository
    from feedapp.repositories.site.invitations import InvitationRepository
    from feedapp.repositories.users import UserRepository
    from feedapp.services.access.rate_limits import RateLimits
    from feedapp.services.people.accounts import AccountService
    from feedapp.services.people.joining.door import Door
    from feedapp.services.people.usernames import UsernameService
    from feedapp.writing.idempotency import Once
    from feedapp.writing.mail.mailer import Mailer
    from feedapp.writing.unit_of_work import UnitOfWork, Work

Also = Callable[["Work", int], None]
BY_OPERATOR = Admission(None, None, None)


class Waiting(NamedTuple):
    """That somebody has asked for an account. `id` is below zero, so that it is nobody's who has one."""

    id: int


class Newcomer(NamedTuple):
    """Who somebody wants to be; `address` is that of their computer, None for an operator's."""

    username: str
    password: str
    display_name: str | None = None
    address: str | None = None

    @property
    def shown(self) -> str:
        """How they are shown to others."""
        return self.display_name or self.username


class SignUpService:
    """Makes accounts, for newcomers by the rules of the site, and for an operator whatever those are."""

    def __init__(
        self,
        *,
        unit_of_work: UnitOfWork,
        users: UserRepository,
        invitations: InvitationRepository,
        applications: ApplicationRepository,
        accounts: AccountService,
        usernames: UsernameService,
        rate_limits: RateLimits,
        door: Door,
        mailer: Mailer,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._users = users
        self._invitations = invitations
        self._applications = applications
        self._accounts = accounts
        self._usernames = usernames
        self._rate_limits = rate_limits
        self._door = door
        self._mailer = mailer

    @property
    def can_mail(self) -> bool:
        """Whether a mail can tell who asks what was decided."""
        return self._mailer.enabled

    def challenge(self) -> dict[str, Any] | None:
        """Give what a newcomer has to solve, if anything: see `Door`."""
        return self._door.challenge()

    def create(self, newcomer: Newcomer, *, also: Also | None = None) -> int:
        """Make an account for an operator, by any name that is free, and give its id; `also` is part of that write.

        Raise ConflictError, InvalidInputError.
        """
        return self._make(newcomer, BY_OPERATOR, once=None, by_operator=True, also=also).id

    def join(self, newcomer: Newcomer, knock: Knock = Knock(), *, once: Once | None = None) -> ProfileView | Waiting:  # noqa: B008  (never changed)
        """Make an account, or an application for one where a moderator has to agree.

        A name that is taken costs nobody a hash, and counts for nothing. Raise ConflictError if it is taken or
        reserved, SignUpClosedError, InvitationError, ProofOfWorkError, InvalidInputError, TooManyAttemptsError.
        """
        self._usernames.refuse_reserved(newcomer.username)
        with self._unit_of_work():
            admission = self._door.judge(knock)
        return self._make(newcomer, admission, once=once, by_operator=False)

    def _make(
        self,
        newcomer: Newcomer,
        admission: Admission,
        *,
        once: Once | None,
        by_operator: bool,
        also: Also | None = None,
    ) -> ProfileView | Waiting:
        username = newcomer.username
        self._accounts.refuse_weak(newcomer.password, username=username, field="password")
        with self._unit_of_work():
            taken = self._users.get_by_name(username) is not None
        if taken:
            with self._unit_of_work() as work:
                work.claim(once, by=None)
                raise taken_name(username)
        with self._counting(newcomer.address):
            password_hash = self._accounts.proofs.passwords.hash(newcomer.password)
            with self._unit_of_work() as work:
                work.claim(once, by=None)
                if admission.reason is not None:
                    return work.done(self._apply(work, newcomer, admission, password_hash))
                added = self._add(work, newcomer, admission, password_hash, by_operator=by_operator)
                if also is not None:
                    also(work, added.id)
                return work.done(added)

    def _add(
        self, work: Work, newcomer: Newcomer, admission: Admission, password_hash: str, *, by_operator: bool
    ) -> ProfileView:
        username = newcomer.username
        if admission.proof is not None:
            self._door.proof_of_work.use(admission.proof)
        user = self._users.add(username=username, display_name=newcomer.shown, password_hash=password_hash)
        if user is None:
            raise taken_name(username)
        if by_operator:
            self._usernames.assigned(username)
        else:
            self._usernames.taken(username, by=None)
        invitation_id = None
        if admission.invitation is not None:
            invitation_id = self._invitations.use(admission.invitation)
            if invitation_id is None:
                raise spent()
            work.stales(invitations_changed())
        if invitation_id is not None or admission.rules_accepted_at is not None:
            self._invitations.note_arrival(
                user.id, invitation_id=invitation_id, rules_accepted_at=admission.rules_accepted_at
            )
        work.stales(users_signed_up(users=[(username, user.id)]))
        work.emits(AccountCreated(user.id, username))
        person = Person(user.id, username, newcomer.shown)
        return ProfileView(person, "", time_text(user.created_at), 0, 0, 0, None)

    def _apply(self, work: Work, newcomer: Newcomer, admission: Admission, password_hash: str) -> Waiting:
        self._usernames.refuse_former(newcomer.username)
        application_id = self._applications.add(
            username=newcomer.username,
            display_name=newcomer.shown,
            password_hash=password_hash,
            reason=admission.reason or "",
            rules_accepted_at=admission.rules_accepted_at,
            email=admission.email if self._mailer.enabled else None,
        )
        if application_id is None:
            raise taken_name(newcomer.username)
        work.stales(applications_changed())
        return Waiting(-application_id)

    def _counting(self, address: str | None) -> AbstractContextManager[None]:
        if address is None:  # an operator's
            return nullcontext()
        network = network_of(address)
        return self._rate_limits.counting((SIGN_UPS, network), cost=[(PASSWORDS_NETWORK, network)])
