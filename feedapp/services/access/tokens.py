"""One's own API tokens and sessions: which there are, and ending them."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from feedapp.cache.catalogue.invalidation.access import tokens_changed, tokens_revoked
from feedapp.cache.catalogue.keys import TOKENS_OF
from feedapp.errors import NotFoundError, UnauthenticatedError
from feedapp.reading.tokens.views import SCOPES, USUAL_SCOPES, TokenView
from feedapp.reading.viewers import SIGN_IN, id_of
from feedapp.services.access.proofs import Proof

if TYPE_CHECKING:
    from feedapp.reading.read_models import Viewer
    from feedapp.reading.reader import Reading
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.services.access.proofs import Owners
    from feedapp.writing.events import AccountDeleted, AccountDeletionBegan, AccountHidden
    from feedapp.writing.unit_of_work import UnitOfWork, Work


SWEPT_AT_ONCE = 1_000
log = logging.getLogger("feedapp.security")


class TokenService:
    """Lists and revokes; issuing is `AccountService`'s, since it takes proof of who one is."""

    def __init__(
        self,
        *,
        reading: Reading,
        viewers: ViewerService,
        unit_of_work: UnitOfWork,
        owners: Owners,
    ) -> None:
        self._owners = owners
        self._reading = reading
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._tokens = owners.tokens

    def own(self, credentials: Credentials) -> list[TokenView]:
        """Give the viewer's tokens and sessions that are still good, the latest first. Raise UnauthenticatedError."""
        claimed = credentials.claimed_id
        ahead = [] if claimed is None else [TOKENS_OF.key(claimed)]
        viewer = self._viewers.identify(credentials, ahead=ahead).viewer
        if viewer is None:
            raise UnauthenticatedError(SIGN_IN)
        key = TOKENS_OF.key(viewer.id)
        now = datetime.now(UTC)
        found = self._reading.facts([key]).get(key, [])
        return [_view(each, viewer) for each in found if datetime.fromisoformat(each["expires_at"]) > now]

    def revoke(self, credentials: Credentials, token_id: str) -> None:
        """End one of the viewer's own. Raise NotFoundError."""
        viewer = self._viewers.require(credentials)
        with self._unit_of_work() as work:
            self._owners.lock(Proof(viewer.id, token_hash=viewer.token_hash))
            token_hash = next((each for each in self._tokens.hashes_of(viewer.id) if id_of(each) == token_id), None)
            if token_hash is None:
                raise NotFoundError("You have no such token or session, or it was revoked.")
            self._tokens.remove(token_hash)
            log.info("User %d revoked a token or session", viewer.id)
            work.stales(tokens_revoked(user_id=viewer.id, hashes=[token_hash]))

    def revoke_others(self, credentials: Credentials) -> None:
        """End all of the viewer's own but the one that was presented."""
        viewer = self._viewers.require(credentials)
        with self._unit_of_work() as work:
            self._owners.lock(Proof(viewer.id, token_hash=viewer.token_hash))
            hashes = self._tokens.remove_all_of(viewer.id, keep=viewer.token_hash)
            log.info("User %d revoked %d other tokens and sessions", viewer.id, len(hashes))
            work.stales(tokens_revoked(user_id=viewer.id, hashes=hashes))

    def account_deleted(self, work: Work, event: AccountHidden | AccountDeletionBegan | AccountDeleted) -> None:
        """End all of somebody's whose account is deleted."""
        hashes = self._tokens.remove_all_of(event.user_id)
        work.stales(tokens_revoked(user_id=event.user_id, hashes=hashes))

    def sweep(self) -> int:
        """Delete what has ended by itself: expired tokens, and sessions that were not used for long; give how many."""
        swept, total = SWEPT_AT_ONCE, 0
        while swept == SWEPT_AT_ONCE:
            with self._unit_of_work() as work:
                ended = self._tokens.remove_ended(at_most=SWEPT_AT_ONCE)
                swept = len(ended)
                work.stales(tokens_changed(tokens=ended))
            total += swept
        return total


def _view(found: dict[str, Any], viewer: Viewer) -> TokenView:
    return TokenView(
        id_of(found["hash"]),
        found["kind"],
        found["name"],
        found["created_at"],
        found["expires_at"],
        found["last_used_at"],
        found["hash"] == viewer.token_hash,
        SCOPES if found["kind"] == "session" else found.get("scopes", USUAL_SCOPES),
        new_device=found.get("new_device", False),
    )
