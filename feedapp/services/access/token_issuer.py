"""Issuing API tokens and sessions. Whoever calls this has checked who somebody is."""

from __future__ import annotations

import hmac
import logging
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import TYPE_CHECKING, NamedTuple

from feedapp import retention
from feedapp.cache.catalogue.invalidation.access import token_issued, tokens_revoked
from feedapp.errors import ResultGoneError, TooManyTokensError
from feedapp.reading.read_models import time_text
from feedapp.reading.tokens.views import USUAL_SCOPES
from feedapp.reading.viewers import Kind, hash_of, id_of
from feedapp.writing.idempotency import Answer, RepeatedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.services.access.devices import KnownDevices
    from feedapp.services.access.proofs import Owners, Proof
    from feedapp.writing.idempotency import Once
    from feedapp.writing.unit_of_work import UnitOfWork, Work

log = logging.getLogger("feedapp.security")
LIFETIMES: dict[Kind, timedelta] = {
    "api": timedelta(days=retention.TOKENS.days),
    "session": timedelta(days=retention.SESSIONS.days),
}
MOST = 100
"""Tokens and sessions that one member may have at a time."""


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token that was just made; it can be shown only now, since only its hash is kept.

    `replayed`: it was made before, by the same request.
    """

    token: str
    expires_at: datetime
    name: str = ""
    scopes: Sequence[str] = USUAL_SCOPES
    replayed: bool = False

    @property
    def id(self) -> str:
        """The id by which its owner knows it in a list."""
        return id_of(hash_of(self.token))


class Terms(NamedTuple):
    """What a token is made for, and for how long: for the usual time if that is None.

    `last_used_at` is that of the token whose place it takes.
    """

    scopes: Sequence[str] = USUAL_SCOPES
    lifetime: timedelta | None = None
    last_used_at: datetime | None = None


USUAL_TERMS = Terms()


class TokenIssuer:
    """Makes tokens. `secret` is the site's own: from it follow tokens that can be given again."""

    def __init__(self, *, unit_of_work: UnitOfWork, owners: Owners, devices: KnownDevices, secret: str) -> None:
        self._devices = devices
        self._unit_of_work = unit_of_work
        self._owners = owners
        self._users, self._tokens = owners.users, owners.tokens
        self._secret = sha256(b"feedapp token " + secret.encode()).digest()

    def issue(
        self,
        proof: Proof,
        kind: Kind,
        *,
        name: str = "",
        terms: Terms = USUAL_TERMS,
        once: Once | None = None,
    ) -> IssuedToken:
        """Issue a token on a proof that still holds; for what and how long, say its `terms`.

        Raise UnauthenticatedError, OutdatedProofError, TooManyTokensError, KeyReusedError, InProgressError.

        With a key, the token follows from the key, the request and this site's secret: so it can be given again
        without having been kept. Raise ResultGoneError if it was revoked or has expired since.
        """
        user_id = proof.user_id
        kept = once and replace(once, render=lambda issued: Answer(201, time_text(issued.expires_at).encode()))
        with self._unit_of_work() as work:
            self._owners.lock(proof)
            try:
                work.claim(kept, by=user_id)
            except RepeatedError as repeated:
                again = self._again(user_id, datetime.fromisoformat(repeated.answer.body.decode()), once)
                return replace(again, name=name, scopes=terms.scopes)
            if proof.new_hash is not None:
                self._users.update(user_id, password_hash=proof.new_hash)
            is_new = self._devices.logs_in(work, user_id)
            issued = self.add(work, user_id, kind, name=name, terms=terms, once=once, new_device=is_new)
            return work.done(issued)

    def add(
        self,
        work: Work,
        user_id: int,
        kind: Kind,
        *,
        name: str,
        terms: Terms = USUAL_TERMS,
        once: Once | None = None,
        new_device: bool = False,
    ) -> IssuedToken:
        """Issue a token as part of a larger write, to a user who is locked. Raise TooManyTokensError."""
        self._make_room(work, user_id, kind)
        expires_at = datetime.now(UTC) + (LIFETIMES[kind] if terms.lifetime is None else terms.lifetime)
        issued = replace(self._token(user_id, expires_at, once), name=name, scopes=terms.scopes)
        token_hash = hash_of(issued.token)
        self._tokens.add(
            user_id=user_id,
            kind=kind,
            name=name,
            token_hash=token_hash,
            expires_at=expires_at,
            scopes=terms.scopes,
            new_device=new_device,
            last_used_at=terms.last_used_at,
        )
        work.stales(token_issued(user_id=user_id))
        log.info("User %d gets %s", user_id, "an API token" if kind == "api" else "a session")
        return issued

    def _again(self, user_id: int, expires_at: datetime, once: Once | None) -> IssuedToken:
        issued = self._token(user_id, expires_at, once)
        if not self._tokens.lock_if_good(hash_of(issued.token)):
            raise ResultGoneError(
                "The token made with this Idempotency-Key was revoked or has expired: use a new key to get a new token."
            )
        return replace(issued, replayed=True)

    def _make_room(self, work: Work, user_id: int, kind: Kind) -> None:
        """Keep to MOST: for a browser the session that was not used for longest ends, an API token is refused.

        Who logs in by a browser is let in whatever they have, since that is where they can end something.
        """
        excess = self._tokens.count_live(user_id) + 1 - MOST
        if excess <= 0:
            return
        if kind == "api":
            raise TooManyTokensError(
                f"You have {MOST} tokens and sessions, and that is the limit: end those that you do not use, at "
                "/settings/tokens or with DELETE /api/tokens/{id}. You can use one token as often as you like."
            )
        ended = self._tokens.remove_longest_unused(user_id, excess)
        work.stales(tokens_revoked(user_id=user_id, hashes=ended))

    def _token(self, user_id: int, expires_at: datetime, once: Once | None) -> IssuedToken:
        if once is None:
            return IssuedToken(f"{user_id}.{token_urlsafe(32)}", expires_at)
        parts = str(user_id), time_text(expires_at), once.fingerprint.hex(), once.key
        digest = hmac.digest(self._secret, "\0".join(parts).encode(), "sha256")
        return IssuedToken(f"{user_id}.{urlsafe_b64encode(digest).decode().rstrip('=')}", expires_at)
