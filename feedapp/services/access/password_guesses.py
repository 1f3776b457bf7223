"""Passwords that are guessed: how many wrong ones are let through, from where, and for whom. ADR 22 has the reasons."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from redis.exceptions import RedisError

from feedapp import limits
from feedapp.languages.catalogues import marked
from feedapp.networks import network_of
from feedapp.services.access import rate_limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from feedapp.cache.redis.backend import LeaseRedisCache
    from feedapp.errors import TooManyAttemptsError
    from feedapp.services.access.password_hashing import Places
    from feedapp.services.access.rate_limits import RateLimits, State, Wanted

KNOWN_SECONDS = 90 * limits.DAY
SLOWED_BY = (
    limits.WRONG_PASSWORDS,
    limits.WRONG_PASSWORDS_NETWORK,
    limits.WRONG_PASSWORDS_SLOWED,
    limits.WRONG_PASSWORDS_SLOWED_NAME,
)
SLOWED = marked(
    "Too many wrong passwords were tried for this name. You can still log in from a place where you logged in before."
)


@dataclass
class Guess:
    """A password that is being checked: whoever checks it tells whether it was wrong.

    `slowed_by` are limits that slow down whoever guesses: a wrong one is then refused as if it was not checked.
    """

    is_wrong: bool = False
    slowed_by: Sequence[State] = ()


class PasswordGuesses:
    """Lets passwords be checked. Each is counted before and, if it was right, taken off again.

    So of many at one moment no more come through than are allowed. What a check costs is counted for good.
    """

    def __init__(self, rate_limits: RateLimits, backend: LeaseRedisCache, places: Places) -> None:
        self._rate_limits = rate_limits
        self._backend = backend
        self._places = places

    @contextmanager
    def log_in(self, username: str, address: str) -> Iterator[Guess]:
        """Let somebody prove who they are by a password for a name. Raise TooManyAttemptsError, TryLaterError.

        The empty name stands for all that nobody can have, such as a mail address: it is not slowed down.
        """
        self._places.expect()
        if not self._rate_limits.enabled:
            yield Guess()
            return
        network = network_of(address)
        place = f"{username} {network}"
        cost = (limits.PASSWORDS_NETWORK, network)
        slowed: list[Wanted] = list(zip(SLOWED_BY, (place, network, place, username), strict=True))
        usual = slowed[:2]
        by_name: list[Wanted] = [(limits.WRONG_PASSWORDS_NAME, username)] if username else []
        guess, taken = Guess(), [*usual, *by_name]
        refused = self._rate_limits.take(cost, *taken)
        if [state.limit.name for state in refused] == [limits.WRONG_PASSWORDS_NAME.name]:
            taken = usual
            if not self._is_known(place):
                guess.slowed_by, taken = refused, slowed
            refused = self._rate_limits.take(cost, *taken)
        if refused:
            raise self._refusal(guess, refused)
        with self._counted(guess, taken):
            yield guess
            if guess.is_wrong and guess.slowed_by:
                raise self._refusal(guess, ())
        if not guess.is_wrong:
            self._remember(place)

    @contextmanager
    def proof(self, user_id: int) -> Iterator[Guess]:
        """Let somebody who is signed in prove it once more. Raise TooManyAttemptsError."""
        network, member = rate_limits.current_network(), str(user_id)
        cost: list[Wanted] = [(limits.PASSWORDS, member)]
        if network is not None:
            cost.append((limits.PASSWORDS_NETWORK, network))
        taken = [(limits.WRONG_PROOFS, member)]
        self._rate_limits.count(*cost, *taken)
        guess = Guess()
        with self._counted(guess, taken):
            yield guess

    @contextmanager
    def _counted(self, guess: Guess, taken: Sequence[Wanted]) -> Iterator[None]:
        try:
            yield
        finally:
            if not guess.is_wrong:
                self._rate_limits.give_back(*taken)

    def _refusal(self, guess: Guess, refused: Sequence[State]) -> TooManyAttemptsError:
        if guess.slowed_by:  # whether it was looked at is nobody's business
            rate_limits.conceal(limits.PASSWORDS_NETWORK, *SLOWED_BY)
            return self._rate_limits.refusal(guess.slowed_by, SLOWED)
        name = limits.WRONG_PASSWORDS_NAME.name  # it only slows down, so it is no reason to wait for
        return self._rate_limits.refusal([state for state in refused if state.limit.name != name])

    def _is_known(self, place: str) -> bool:
        """Tell whether somebody has logged in by this name from this network. While Redis is away, nobody has."""
        if not self._backend.trust.for_reads:
            return False
        try:
            return self._backend.get(_known(place)) is not None
        except RedisError as error:
            self._backend.trust.failed(error)
            return False

    def _remember(self, place: str) -> None:
        if self._backend.trust.for_reads:
            try:
                self._backend.set(_known(place), 1, KNOWN_SECONDS)
            except RedisError as error:
                self._backend.trust.failed(error)


def _known(place: str) -> str:
    return f"{rate_limits.KEYS}:known:{sha256(place.encode()).hexdigest()[:32]}"
