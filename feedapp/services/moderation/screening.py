"""What members write is looked at in the transaction that writes it: by filters, and for what newcomers may.

It handles the events of posts and comments, so that nothing is written around it. A text that is refused rolls that
transaction back. One that is held is hidden in it, so that nobody else ever sees it or is told of it, and stands in the
queue of reports; where a moderator does nothing about it there, it is let through. Filters are read from PostgreSQL, so
one that was acknowledged looks at every text that is sent later. Who moderates is not looked at.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from feedapp import limits
from feedapp.cache.catalogue.invalidation.site import open_reports_changed
from feedapp.errors import FieldError, InvalidInputError
from feedapp.languages.catalogues import marked
from feedapp.services.access.rate_limits import current_network
from feedapp.services.moderation.hiding import HELD, Text
from feedapp.services.moderation.moderators import SITE
from feedapp.text.links import links
from feedapp.text.screens import Screened, found
from feedapp.writing.events import Reported
from feedapp.writing.held_events import TextHeld

if TYPE_CHECKING:
    from feedapp.limits import Limit
    from feedapp.repositories.moderation.filters import FilterRepository, Writer
    from feedapp.repositories.moderation.hidings import HidingRepository
    from feedapp.repositories.moderation.reports import ReportRepository
    from feedapp.services.access.rate_limits import RateLimits
    from feedapp.services.moderation.hiding import HidingService
    from feedapp.text.screens import Screen
    from feedapp.writing.comment_events import CommentAdded, CommentEdited
    from feedapp.writing.events import PostEdited, PostPublished
    from feedapp.writing.unit_of_work import Work

KINDS = {"word": "words", "link": "an address", "domain": "a domain", "network": "the network"}
MEMBER = "member"


class Screening:
    """Looks at texts, with the filters as they are in the transaction that writes them."""

    def __init__(
        self,
        *,
        filters: FilterRepository,
        hidings: HidingRepository,
        hiding: HidingService,
        reports: ReportRepository,
        rate_limits: RateLimits,
    ) -> None:
        self._filters = filters
        self._hidings = hidings
        self._hiding = hiding
        self._reports = reports
        self._rate_limits = rate_limits

    def post(self, work: Work, event: PostPublished | PostEdited) -> None:
        """Look at a post that is being written. Raise InvalidInputError."""
        self._look(work, Text(event.post_id), event.author_id, event.body)

    def comment(self, work: Work, event: CommentAdded | CommentEdited) -> None:
        """Look at a comment. Raise InvalidInputError."""
        self._look(work, Text(event.post_id, event.comment_id), event.author_id, event.body)

    def _look(self, work: Work, text: Text, author_id: int, body: str) -> None:
        writer = self._filters.writer(author_id)
        if writer is None or writer.role != MEMBER:
            return
        if self._rate_limits.enabled:
            self._refuse_much(writer, body)
        screen = found(writer.screens, Screened.of(body), current_network()) if writer.screens else None
        if screen is None:
            return
        if screen.effect == "refuse":
            said = (
                "cannot be sent from your network" if screen.kind == "network" else "has what this site does not take"
            )
            named = "" if screen.kind == "network" else f": {screen.pattern}"
            raise InvalidInputError(FieldError("body", said + named))
        self._hold(work, text, author_id, body, screen)

    def _hold(self, work: Work, text: Text, author_id: int, body: str, screen: Screen) -> None:
        locked = self._hidings.lock(post_id=text.post_id, comment_id=text.comment_id)
        if locked is None or locked[1] is not None:
            return  # it is hidden already, whatever it says now
        reason = f"{HELD} ({KINDS[screen.kind]}: {screen.pattern})"
        self._hiding.set(work, SITE, text, reason=reason)
        case_id, _ = self._reports.open_case(
            kind=text.kind, thing_id=text.id, post_id=text.post_id, subject_id=author_id, body=body
        )
        work.stales(open_reports_changed())
        work.emits(TextHeld(text.post_id, text.comment_id, reason))
        work.emits(Reported(case_id, author_id, first=True))

    def _refuse_much(self, writer: Writer, body: str) -> None:
        """Refuse more links and names than a newcomer's text may have. Raise InvalidInputError."""
        most_links, most_names = (
            self._rate_limits.here(each) for each in (limits.NEWCOMER_LINKS, limits.NEWCOMER_MENTIONS)
        )
        if writer.age >= max(most_links.figure.seconds, most_names.figure.seconds):
            return
        all_links = list(links(body))
        mentioned = len({each.name for each in all_links if each.name})
        _refuse(most_links, sum(not each.name for each in all_links), marked("links"), writer.age)
        _refuse(most_names, mentioned, marked("names of people"), writer.age)


def _refuse(limit: Limit, number: int, what: str, age: float) -> None:
    quota, seconds = limit.figure
    if number <= quota or age >= seconds:
        return
    moment = datetime.now(UTC) + timedelta(seconds=seconds - age)
    raise InvalidInputError(
        FieldError(
            "body",
            f"has {number} {what}. A new member's text may have {quota}; yours may have more from "
            f"{moment:%Y-%m-%d %H:%M} UTC on",
        )
    )
