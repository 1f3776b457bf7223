"""Digests: what somebody was told and has not read, by mail, once a day or a week, if they want that.

A periodic job finds out whose turn it is, and puts a message for each into the outbox: in the transaction that lets
their next turn come later. What it says is put together when it leaves, by what its reader sees then.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.notifications import digest_chosen
from feedapp.cache.catalogue.keys import NOTIFICATIONS
from feedapp.errors import DigestLinkError
from feedapp.languages.catalogues import gettext as _
from feedapp.languages.catalogues import marked
from feedapp.languages.known import known
from feedapp.languages.spoken import current, speaking
from feedapp.pagination import Cursor, Position
from feedapp.reading.notifications import notifications_keys, told
from feedapp.reading.reader import Place
from feedapp.services.notifications.reader_of import recipient_of
from feedapp.services.notifications.wording import path_of, quoted, said
from feedapp.writing.mail.letters import Item, Letter, Link
from feedapp.writing.targets.mail import Digest

if TYPE_CHECKING:
    from feedapp.reading.notifications import NotificationView
    from feedapp.reading.reader import Reading
    from feedapp.repositories.notifications.digests import DigestReader, DigestRepository, Recipient
    from feedapp.services.notifications.reader_of import Reader
    from feedapp.writing.mail.links import MailLinks
    from feedapp.writing.mail.mailer import Mailer
    from feedapp.writing.unit_of_work import UnitOfWork

PORTION, ROUND = 100, 1_000
"""Whose turn it is: in one transaction, and in one run of the job, which comes each minute."""
LISTED, PAGES, PAGE = 20, 3, 50
"""Entries in a mail; pages of the list that are looked through for them."""


class DigestService:
    """Lets digests be sent, and ends them by a link."""

    def __init__(
        self, *, unit_of_work: UnitOfWork, digests: DigestRepository, mailer: Mailer, links: MailLinks
    ) -> None:
        self._unit_of_work = unit_of_work
        self._digests = digests
        self._mailer = mailer
        self._links = links

    def send_due(self) -> int:
        """Send those that are due; give how many."""
        sent = taken = 0
        while self._mailer.enabled and taken < ROUND:
            with self._unit_of_work() as work:
                due = self._digests.take_due(at_most=PORTION)
                with_news = [each for each in due if each.news]
                for each in with_news:
                    self._mailer.digest(work, each.user_id, since=each.since, until=each.until)
            sent, taken = sent + len(with_news), taken + len(due)
            if len(due) < PORTION:
                break
        return sent

    def whose(self, code: str) -> str:
        """Give the name of whom a link is for. Raise DigestLinkError."""
        with self._unit_of_work():
            return self._account(code)[1]

    def end(self, code: str) -> str:
        """End the digests of whom a link is for, and give their name. Again is no harm. Raise DigestLinkError."""
        with self._unit_of_work() as work:
            user_id, username = self._account(code)
            if self._digests.end(user_id):
                work.stales(digest_chosen(user_id=user_id))
        return username

    def _account(self, code: str) -> tuple[int, str]:
        ending = self._links.read_ending(code)
        found = None if ending is None else self._digests.key_of(ending.user_id)
        if ending is None or found is None or not self._links.ends(ending, user_key=found[0]):
            raise DigestLinkError(
                "This link is not whole, or its account was deleted. The settings end such mails, too."
            )
        return ending.user_id, found[1]


class DigestWriting:
    """Puts digests together, in a thread of the courier."""

    def __init__(self, *, reading: Reading, digests: DigestReader, links: MailLinks) -> None:
        self._reading = reading
        self._digests = digests
        self._links = links

    def digest(self, user_id: int, *, since: datetime, until: datetime) -> Digest | None:
        """Write what somebody was told between two places and has not read; None if they get nothing."""
        recipient = self._digests.recipient(user_id)
        if recipient is None:
            return None
        self._reading.restart()
        reader = recipient_of(self._reading, user_id)
        views = [] if reader is None else self._news(reader, since, until)
        return _digest(recipient, views, self._links) if views else None

    def _news(self, reader: Reader, since: datetime, until: datetime) -> list[NotificationView]:
        """Walk back from `until`, however late the mail leaves: what came after is for the next."""
        found: list[NotificationView] = []
        after = Position.at(until + timedelta(microseconds=1), 0)
        cursor = self._reading.cursor_text(Cursor("older", after), NOTIFICATIONS.cursor)
        for _page in range(PAGES):
            page = self._reading.page(
                Place(NOTIFICATIONS.of(reader.user_id), cursor, PAGE), leads_to=notifications_keys
            )
            views = told(self._reading, page.items, reader.sight, conversations=True)
            found += [each for each in reader.wanted(views) if since < _time(each) <= until]
            cursor = page.next_cursor
            if cursor is None or len(found) > LISTED or (views and _time(views[-1]) <= since):
                break
        return found


def _digest(recipient: Recipient, views: list[NotificationView], links: MailLinks) -> Digest:
    shown = views[:LISTED]
    code = links.ending(recipient.user_id, user_key=recipient.user_key)
    with speaking(known(recipient.locale) or current()):
        more = (_("There is more on the page."),) if len(views) > LISTED else ()
        first = said(shown[0])
        letter = Letter(
            first if len(views) == 1 else _("%(first)s, and more") % {"first": first},
            (_("This happened since you were told last, and you have not seen it yet:"),),
            Link(marked("All notifications"), "/notifications"),
            more,
            tuple(Item(said(each), quoted(each), path_of(each, recipient.username)) for each in shown),
            Link(marked("No more mails like this"), f"/unsubscribe?link={code}"),
        )
        return Digest(recipient.address, recipient.username, letter, current())


def _time(view: NotificationView) -> datetime:
    return datetime.fromisoformat(view.created_at)
