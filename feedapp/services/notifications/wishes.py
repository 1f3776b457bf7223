"""What people do not want to be told: kinds of notifications, and what is written under a post."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from feedapp.cache.catalogue.invalidation.notifications import conversation_muted, digest_chosen, refusals_changed
from feedapp.cache.catalogue.keys import DIGEST, EMAIL, REFUSED
from feedapp.errors import FieldError, InvalidInputError, InvalidTokenError, NotFoundError, UnauthenticatedError
from feedapp.models.notifications import KINDS
from feedapp.reading.viewers import SIGN_IN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedapp.reading.read_models import Viewer
    from feedapp.reading.reader import Reading
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.notifications.digests import DigestRepository
    from feedapp.repositories.notifications.wishes import WishRepository
    from feedapp.repositories.site.mail_addresses import MailAddressRepository
    from feedapp.repositories.users import UserRepository
    from feedapp.writing.idempotency import Once
    from feedapp.writing.unit_of_work import UnitOfWork, Work

CHOICES = KINDS[:-1]
"""What can be refused: what moderators do is always told."""
POST_GONE = "There is no such post, or it was deleted."
NEVER = "never"


class Wishes(NamedTuple):
    """What somebody wants: of each kind whether they are told, how often by mail, and where mails to them go.

    `address` is None for who has not confirmed any, and on a site that sends no mail.
    """

    told: Mapping[str, bool]
    digest: str
    address: str | None


class WishService:
    """Says, and changes, what the viewer does not want to be told. What they were told before stays."""

    kind = "muted_conversation"

    def __init__(
        self,
        *,
        reading: Reading,
        viewers: ViewerService,
        unit_of_work: UnitOfWork,
        users: UserRepository,
        wishes: WishRepository,
        digests: DigestRepository,
        addresses: MailAddressRepository,
        can_mail: bool,
    ) -> None:
        self._reading = reading
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._users = users
        self._wishes = wishes
        self._digests = digests
        self._addresses = addresses
        self.can_mail = can_mail

    def own(self, credentials: Credentials) -> tuple[Viewer, Wishes]:
        """Give the viewer, and what they want. Raise UnauthenticatedError."""
        claimed = credentials.claimed_id
        wanted = [] if claimed is None else [each.key(claimed) for each in (REFUSED, DIGEST, EMAIL)]
        identified = self._viewers.identify(credentials, facts=wanted)
        viewer, facts = identified.viewer, identified.facts
        if viewer is None:
            raise UnauthenticatedError(SIGN_IN)
        refused, every, mail = (facts.get(each.key(viewer.id)) for each in (REFUSED, DIGEST, EMAIL))
        told = {kind: kind not in (refused or ()) for kind in CHOICES}
        return viewer, Wishes(told, every or NEVER, (mail or {}).get("verified") if self.can_mail else None)

    def choose(self, credentials: Credentials, wanted: Mapping[str, bool], *, digest: str | None = None) -> Wishes:
        """Set of some kinds whether the viewer is told, and how often by mail; give all that they want.

        Raise UnauthenticatedError, InvalidInputError for mails to somebody who has no verified address.
        """
        viewer = self._viewers.require(credentials)
        with self._unit_of_work() as work:
            if self._users.lock(viewer.id) is None:
                raise InvalidTokenError("This account was deleted.")
            stood = {kind: kind not in self._wishes.refused(viewer.id) for kind in CHOICES}
            chosen = {**stood, **wanted}
            if chosen != stood:
                self._wishes.refuse(viewer.id, [kind for kind, told in chosen.items() if not told])
                work.stales(refusals_changed(user_id=viewer.id))
            if digest is not None:
                self._choose_digest(work, viewer.id, digest)
        return self.own(credentials)[1]

    def _choose_digest(self, work: Work, user_id: int, digest: str) -> None:
        if digest != NEVER and not self.can_mail:
            raise InvalidInputError(FieldError("digest", "must be never: this site sends no mail"))
        if digest != NEVER and self._addresses.verified(user_id) is None:
            raise InvalidInputError(FieldError("digest", "takes a mail address that you have confirmed"))
        changed = self._digests.end(user_id) if digest == NEVER else self._digests.choose(user_id, digest)
        if changed:
            work.stales(digest_chosen(user_id=user_id))

    def mute(self, credentials: Credentials, post_id: int, *, once: Once | None = None) -> bool:
        """Tell the viewer no more of what is written under a post; give True if that is new. Raise NotFoundError."""
        viewer = self._viewers.require(credentials)
        with self._unit_of_work() as work:
            work.claim(once, by=viewer.id)
            changed = self._wishes.mute(viewer.id, post_id)
            if changed is None:
                raise NotFoundError(POST_GONE)
            if changed:
                work.stales(conversation_muted(post_id=post_id, user_id=viewer.id))
            return work.done(changed)

    def unmute(self, credentials: Credentials, post_id: int) -> bool:
        """Tell them again; give True if they were not told. Raise NotFoundError."""
        viewer = self._viewers.require(credentials)
        with self._unit_of_work() as work:
            changed = self._wishes.unmute(viewer.id, post_id)
            if changed is None:
                raise NotFoundError(POST_GONE)
            if changed:
                work.stales(conversation_muted(post_id=post_id, user_id=viewer.id))
        return changed

    def delete_of(self, work: Work, user_id: int, *, at_most: int) -> int:
        """Forget some of the conversations that somebody has muted, as part of a larger write; give how many."""
        post_ids = self._wishes.muted_by(user_id, at_most=at_most)
        for post_id in post_ids:
            if self._wishes.unmute(user_id, post_id):
                work.stales(conversation_muted(post_id=post_id, user_id=user_id))
        return len(post_ids)

    def has_of(self, user_id: int) -> bool:
        """Tell whether there are any."""
        return bool(self._wishes.muted_by(user_id, at_most=1))
