"""Mail as a target of the outbox: letters are written when they leave, and sent one at a time.

What concerns whether an address is known is decided here, outside of any request.
"""

from __future__ import annotations

import logging
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from feedapp import deadline
from feedapp.languages.known import known
from feedapp.languages.spoken import speaking
from feedapp.mail.addresses import read_mail_address
from feedapp.writing.mail.framing import framed, hello, written
from feedapp.writing.mail.links import RESET_SECONDS, VERIFICATION_SECONDS
from feedapp.writing.mail.mailer import DIGEST
from feedapp.writing.targets import Report
from feedapp.writing.targets.smtp import MailRefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.reading.site import Site, SiteReader
    from feedapp.repositories.delivery.messages import Message
    from feedapp.repositories.site.mail_addresses import MailboxReader
    from feedapp.writing.mail.framing import Written
    from feedapp.writing.mail.letters import Letter
    from feedapp.writing.mail.links import MailLinks
    from feedapp.writing.targets.smtp import SmtpClient

DAY = 86_400.0
LATEST = {"reset": RESET_SECONDS, "verify": VERIFICATION_SECONDS, DIGEST: 7 * DAY}
"""Seconds after which a letter is of no use any more; for others `LATEST_OTHER`."""
LATEST_OTHER = 2 * DAY
READING = 30.0
"""Seconds for putting a letter together: far below the lease, after which another process would send it, too."""
log = logging.getLogger(__name__)


class Addressed(NamedTuple):
    """A mail to be written: to whom, which letter, what it is about, and in which language, None for the site's."""

    address: str
    letter: str
    facts: dict[str, str]
    locale: str | None


class Whole(UnstructuredHeader, BaseHeader):
    """A header that stays in one line, however long an address in it is.

    Python would write an address of more than 78 signs as an encoded word, which mail programs do not read there.
    """

    def fold(self, *, policy: EmailPolicy) -> str:  # type: ignore[override]
        """Write the line."""
        return f"{self.name}: {self}{policy.linesep}"


def _policy() -> EmailPolicy[EmailMessage]:
    headers = HeaderRegistry()
    headers.map_to_type("list-unsubscribe", Whole)
    return SMTP.clone(header_factory=headers)


POLICY = _policy()


class Digest(NamedTuple):
    """A digest, and whom it goes to, in the language that it is written in."""

    address: str
    username: str
    letter: Letter
    language: str


class WritesDigests(Protocol):
    """Puts digests together."""

    def digest(self, user_id: int, *, since: datetime, until: datetime) -> Digest | None:
        """Write what somebody was told between two places and has not read; None if they get nothing.

        It is in the language of that person, else in the one that is spoken.
        """


class MailTarget:
    """Writes letters and sends them. `root` is where the site is, without a slash at the end."""

    patience = 8 * DAY
    """Above what any letter has: each is given up by what stands in LATEST, with a line that says so."""
    lease = 150.0
    at_once = 1

    def __init__(
        self,
        client: SmtpClient,
        *,
        name: str,
        mailboxes: MailboxReader,
        links: MailLinks,
        digests: WritesDigests,
        site: SiteReader,
        root: str,
        host: str,
        sender: str | None,
    ) -> None:
        self.name = name
        self._client = client
        self._mailboxes = mailboxes
        self._links = links
        self._digests = digests
        self._site = site
        self._root = root
        self._host = host
        self._sender = sender

    def deliver(self, messages: Sequence[Message]) -> Report:
        """Send each. Raise MailPostponedError for the first that cannot be sent now: no other can, then."""
        delivered, refused = set(), {}
        for message in messages:
            try:
                self._deliver(message)
            except MailRefusedError as error:
                refused[message.id] = str(error)
            else:
                delivered.add(message.id)
        return Report(delivered, refused)

    def _deliver(self, message: Message) -> None:
        payload = message.payload
        if message.age > LATEST.get(payload["letter"], LATEST_OTHER):
            raise MailRefusedError("it could not be sent for so long that it is of no use any more")
        with deadline.within(READING):
            site = self._site.current()
            found = self._written(payload, site)
        if found is None:
            return
        recipient, text = found
        sender = sender_of(self._sender, site.contact, host=self._host)
        mail = EmailMessage(policy=POLICY)
        mail["Subject"] = text.subject
        mail["From"] = Address(site.name, addr_spec=sender)
        mail["To"] = Address(addr_spec=recipient)
        mail["Date"] = format_datetime(message.created_at)
        mail["Message-ID"] = f"<{payload['key']}@{self._host}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: so that nobody's holiday notice answers
        if text.ends is not None:
            mail["List-Unsubscribe"] = f"<{text.ends}>"
            if text.ends.startswith("https:"):  # RFC 8058
                mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail.set_content(text.text, cte="quoted-printable")
        mail.add_alternative(text.html, subtype="html", cte="quoted-printable")
        self._client.send(mail, sender=sender, recipient=recipient)
        log.info("Message %d was sent as the mail %s", message.id, payload["letter"])

    def _written(self, payload: dict[str, Any], site: Site) -> tuple[str, Written] | None:
        """Give whom a mail goes to, and what it says in their language; None for a mail to nobody."""
        if payload["letter"] == DIGEST:
            facts = payload["facts"]
            since, until = (datetime.fromisoformat(facts[name]) for name in ("since", "until"))
            with speaking(site.language):
                digest = self._digests.digest(facts["user_id"], since=since, until=until)
            if digest is None:
                return None
            with speaking(digest.language):
                return digest.address, framed(digest.letter, hello(digest.username), site=site, root=self._root)
        addressed = self._addressed(payload)
        if addressed is None:
            return None
        with speaking(known(addressed.locale) or site.language):
            text = written(addressed.letter, addressed.facts, site=site, root=self._root)
        return addressed.address, text

    def _addressed(self, payload: dict[str, Any]) -> Addressed | None:
        """Give whom a mail goes to, and what it says; None for a mail to nobody."""
        facts, locale = payload["facts"], payload.get("locale")  # what another version has sent has none
        if payload["letter"] == "reset":
            account = self._mailboxes.account(facts["who"])
            if account is None:
                return None
            code = self._links.reset(account.user_id, user_key=account.user_key, password_hash=account.password_hash)
            return Addressed(
                account.address, "reset", {"username": account.username, "code": code}, account.locale or locale
            )
        if payload["letter"] == "verify":
            return self._to_verify(facts, payload["to"], locale)
        return Addressed(payload["to"], payload["letter"], facts, locale)

    def _to_verify(self, facts: dict[str, Any], address: str, locale: str | None) -> Addressed | None:
        row_id, user_id = facts["row_id"], facts["user_id"]
        if not self._mailboxes.waits(row_id, user_id=user_id, address=address):
            return None
        if self._mailboxes.owner(address) not in {None, user_id}:
            return Addressed(address, "address_taken", {"username": facts["username"]}, locale)
        code = self._links.verification(row_id, user_id=user_id, address=address)
        return Addressed(address, "verify", {"username": facts["username"], "code": code}, locale)


def sender_of(given: str | None, contact: str, *, host: str) -> str:
    """Give MAIL_FROM; without it the site's contact, if that is an address."""
    if given is not None:
        return given
    try:
        return read_mail_address(contact)
    except ValueError:
        return f"noreply@{host}"
