"""Pictures of links: who may have new ones drawn, and how many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.limits import CARDS, CARDS_OF_ALL
from feedapp.pictures.formats import SQUARES, name_of
from feedapp.services.access.rate_limits import current_network

if TYPE_CHECKING:
    from feedapp.pictures.cards.making import Card, CardMaking
    from feedapp.pictures.stores import PictureStore
    from feedapp.services.access.rate_limits import RateLimits

AVATAR = SQUARES[1]


class CardService:
    """Gives them: as they were drawn before, or anew."""

    def __init__(self, *, making: CardMaking, store: PictureStore, rate_limits: RateLimits) -> None:
        self._making = making
        self._store = store
        self._rate_limits = rate_limits

    def image(self, card: Card) -> bytes:
        """Give the picture as PNG. Raise TooManyAttemptsError, TryLaterError."""
        kept = self._making.kept(card)
        if kept is not None:
            return kept
        network = current_network() or "unknown"
        with self._making.turn(card):
            self._rate_limits.count((CARDS, network), (CARDS_OF_ALL, "all"))  # also for a failure: it costs as much
            avatar = self._store.read(name_of(card.avatar, AVATAR)) if card.avatar else None
            return self._making.draw(card, avatar)
