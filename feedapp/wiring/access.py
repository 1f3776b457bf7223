"""Passwords, tokens, Idempotency-Keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.repositories.site.devices import DeviceRepository
from feedapp.repositories.site.passkeys import ChallengeRepository
from feedapp.services.access.challenges import Challenges
from feedapp.services.access.devices import KnownDevices
from feedapp.services.access.password_guesses import PasswordGuesses
from feedapp.services.access.password_hashing import BoundedHasher
from feedapp.services.access.password_proofs import PasswordProofs
from feedapp.services.access.passwords import STRENGTH, Passwords
from feedapp.services.access.second_factors import SecondFactors
from feedapp.services.access.token_issuer import TokenIssuer
from feedapp.services.access.token_last_used import UseService
from feedapp.services.access.tokens import TokenService

if TYPE_CHECKING:
    from feedapp.wiring.core import Core
    from feedapp.wiring.stores import Stores


@dataclass(frozen=True, kw_only=True)
class Access:
    """What proves who somebody is."""

    guesses: PasswordGuesses
    second_factors: SecondFactors
    challenges: Challenges
    devices: KnownDevices
    proofs: PasswordProofs
    issuer: TokenIssuer
    tokens: TokenService
    uses: UseService


def build(given: Stores, base: Core) -> Access:
    """Build it."""
    settings, unit_of_work, owners = given.settings, base.unit_of_work, base.owners
    hasher = BoundedHasher(threads=settings.web_threads, patient=not settings.rate_limits, **STRENGTH)
    guesses = PasswordGuesses(base.rate_limits, base.backend, hasher.places)
    second_factors = SecondFactors(
        unit_of_work=unit_of_work, factors=given.factors, recovery=given.recovery_codes, secret=settings.secret_key
    )
    devices = KnownDevices(unit_of_work=unit_of_work, site=base.site, devices=DeviceRepository(given.session))
    return Access(
        challenges=Challenges(
            unit_of_work=unit_of_work, used=ChallengeRepository(given.session), secret=settings.secret_key
        ),
        devices=devices,
        guesses=guesses,
        second_factors=second_factors,
        proofs=PasswordProofs(
            unit_of_work=unit_of_work,
            users=given.users,
            passwords=Passwords(hasher),
            guesses=guesses,
            rate_limits=base.rate_limits,
            applications=given.applications,
            second_factors=second_factors,
        ),
        issuer=TokenIssuer(unit_of_work=unit_of_work, owners=owners, devices=devices, secret=settings.secret_key),
        tokens=TokenService(reading=base.reading, viewers=base.viewers, unit_of_work=unit_of_work, owners=owners),
        uses=UseService(uses=base.token_uses, unit_of_work=unit_of_work, tokens=given.tokens),
    )
