"""Members' mail addresses: each is verified by a link before any other mail goes to it.

Nothing here tells whether an address is another account's: neither an answer nor how long it takes. That is looked up
when the mail leaves, and whoever reads mails to that address is told.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, NamedTuple

from feedapp.cache.catalogue.invalidation.people import mail_address_changed
from feedapp.cache.catalogue.keys import EMAIL
from feedapp.errors import MailLinkError, TooLateError
from feedapp.limits import MAIL_ADDRESSES, MAILS_TO
from feedapp.mail.addresses import folded
from feedapp.reading.assembly import own_mail
from feedapp.services.access.proofs import Proof
from feedapp.writing.mail.links import digest_of

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from feedapp.models import MailAddress, User
    from feedapp.reading.read_models import OwnMail, Viewer
    from feedapp.reading.reader import Reading
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.site.mail_addresses import MailAddressRepository
    from feedapp.services.access.proofs import Owners
    from feedapp.services.access.rate_limits import RateLimits
    from feedapp.writing.mail.links import MailLinks, Verification
    from feedapp.writing.mail.mailer import Mailer
    from feedapp.writing.unit_of_work import UnitOfWork, Work

NONE = ""
"""Stands for no address, in changes."""
log = logging.getLogger("feedapp.security")


class Claim(NamedTuple):
    """Who says that an address is theirs."""

    username: str
    address: str


class MailAddressService:
    """Changes and verifies addresses, which come in as `read_mail_address` gives them."""

    def __init__(
        self,
        *,
        reading: Reading,
        viewers: ViewerService,
        unit_of_work: UnitOfWork,
        owners: Owners,
        rate_limits: RateLimits,
        addresses: MailAddressRepository,
        mailer: Mailer,
        links: MailLinks,
    ) -> None:
        self._reading = reading
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._owners = owners
        self._rate_limits = rate_limits
        self._addresses = addresses
        self._mailer = mailer
        self._links = links

    @property
    def can_mail(self) -> bool:
        """Whether this site sends mail."""
        return self._mailer.enabled

    def own(self, credentials: Credentials) -> tuple[Viewer, OwnMail]:
        """Give the viewer, and their addresses. Raise UnauthenticatedError."""
        claimed = credentials.claimed_id
        ahead = [] if claimed is None else [EMAIL.key(claimed)]
        viewer = self._viewers.identify(credentials, ahead=ahead).viewer or self._viewers.require(credentials)
        return viewer, self.of(viewer)

    def of(self, viewer: Viewer) -> OwnMail:
        """Give the viewer's addresses."""
        key = EMAIL.key(viewer.id)
        return own_mail(self._reading.facts([key]).get(key))

    def counting(self, viewer: Viewer, address: str) -> AbstractContextManager[None]:
        """Count a mail to an address that somebody gives. Raise TooManyAttemptsError."""
        wanted = [(MAIL_ADDRESSES, str(viewer.id))]
        if address != NONE:
            wanted.append((MAILS_TO, folded(address)))
        return self._rate_limits.counting(*wanted)

    def change(self, work: Work, user: User, address: str) -> None:
        """Give somebody who is locked, and has proved who they are, another address, or NONE, as part of a write.

        Mails go to the address of before until the new one is verified.
        """
        verified = self._addresses.verified(user.id)
        if address == NONE:
            self._addresses.remove_all(user.id)
            if verified is not None:
                self._mailer.to_address(
                    work, verified.address, "address_removed", locale=user.locale, username=user.username
                )
            log.info("User %d has no mail address any more", user.id)
        elif verified is not None and verified.address == address:
            self._addresses.remove_pending(user.id)
        else:
            self._send_link(work, user, address)
        work.stales(mail_address_changed(user_id=user.id))

    def send_again(self, credentials: Credentials) -> None:
        """Send the link once more; the one before is not good any more.

        Raise UnauthenticatedError, TooLateError if no address waits, TooManyAttemptsError.
        """
        viewer, mail = self.own(credentials)
        with self.counting(viewer, mail.pending or NONE), self._unit_of_work() as work:
            user = self._owners.lock(Proof(viewer.id, token_hash=viewer.token_hash))
            row = self._addresses.pending(user.id)
            if row is None or row.address != mail.pending:
                raise TooLateError("No address of yours waits to be confirmed.")
            self._send_link(work, user, row.address)
            work.stales(mail_address_changed(user_id=user.id))

    def claim(self, code: str) -> Claim:
        """Give what the link of a mail verifies. Raise MailLinkError for one that is not good any more."""
        with self._unit_of_work():
            given = self._links.read_verification(code)
            user = self._owners.users.get(given.user_id) if given is not None else None
            row = self._waiting(user, given)
            return Claim(user.username if user else "", row.address)

    def verify(self, code: str) -> Claim:
        """Let mails go to the address that the link of a mail is for. Raise MailLinkError."""
        with self._unit_of_work() as work:
            given = self._links.read_verification(code)
            user = self._owners.users.lock(given.user_id) if given is not None else None
            row = self._waiting(user, given)
            claim = Claim(user.username if user else "", row.address)
            before = self._addresses.verified(row.user_id)
            old = before.address if before else None
            if not self._addresses.verify(row):
                raise MailLinkError(
                    "This address is that of another account here: take it off there first, or choose another."
                )
            if old is not None and folded(old) != folded(claim.address):
                facts = {"username": claim.username, "new": claim.address}
                self._mailer.to_address(work, old, "address_changed", locale=user.locale if user else None, **facts)
            log.info("User %d verified a mail address", row.user_id)
            work.stales(mail_address_changed(user_id=row.user_id))
        return claim

    def _send_link(self, work: Work, user: User, address: str) -> None:
        row_id = self._addresses.await_verification(user.id, address)
        log.info("User %d gave a mail address", user.id)
        self._mailer.to_be_verified(work, row_id=row_id, user_id=user.id, username=user.username, address=address)

    def _waiting(self, user: User | None, given: Verification | None) -> MailAddress:
        row = self._addresses.pending(user.id) if user is not None and user.leaving_since is None else None
        if row is None or given is None or (row.id, digest_of(row.address)) != (given.row_id, given.digest):
            raise MailLinkError("This link is not good any more: have another one sent to you, at /settings/email.")
        return row
