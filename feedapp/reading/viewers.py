"""Authentication: from a token or a session's cookie to a viewer, through the cache like any other read."""

from __future__ import annotations

import hmac
import re
from contextvars import ContextVar
from dataclasses import dataclass, field
from hashlib import sha256
from time import time
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from feedapp import freshness
from feedapp.cache.catalogue.keys import RECOVERY, RELATIONS, SUSPENSION, TOKEN, UNREAD, USER
from feedapp.errors import InvalidTokenError, ScopeError, SuspendedError, UnauthenticatedError
from feedapp.languages import spoken
from feedapp.observability import logs
from feedapp.reading.read_models import Person, Viewer
from feedapp.reading.sight import Sight
from feedapp.reading.site import KEY as SITE_KEY
from feedapp.reading.tokens.views import SCOPES, USUAL_SCOPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.reading.reader import Place, Reading
    from feedapp.reading.site import SiteReader
    from feedapp.reading.tokens.home_secrets import HomeSecrets
    from feedapp.reading.tokens.uses import Uses
    from feedapp.reading.tokens.views import Scope

Kind = Literal["api", "session", "feed"]
"""A token of a program, a session of a browser, or the secret address of one's home, which only reads that feed."""
SIGN_IN = "Sign in first; a program sends Authorization: Bearer with a token from POST /api/tokens."
_FORM = re.compile(r"([1-9][0-9]{0,17})\.[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Credentials:
    """The unchecked credentials of a request.

    The user id is part of the token, in clear, so that a feed's keys can be fetched together with the token, before it
    is verified. Ids may be used again after PostgreSQL fails over to an earlier state, so the token's user is also
    compared by a key that is never used again. `claimed_id` is None for an anonymous request. A bad API token
    is refused; a bad session reads as anonymous, and so does a bad address of a feed. `scope` is what the request
    takes, if it is a token's.
    """

    kind: Kind
    claimed_id: int | None = None
    token_hash: str | None = None
    presented: bool = False
    scope: Scope | None = field(default=None, compare=False)

    @classmethod
    def of(cls, token: str | None, *, kind: Kind, scope: Scope | None = None) -> Credentials:
        """Parse a token of either kind; None for none."""
        if token is None:
            return cls(kind)
        form = _FORM.fullmatch(token)
        if form is None:
            return cls(kind, presented=True)
        return cls(kind, int(form[1]), hash_of(token), presented=True, scope=scope)

    def check(self, viewer: Viewer | None) -> None:
        """Raise ScopeError if the viewer's token was not made for what this request takes."""
        if viewer is not None and self.scope is not None and self.scope not in viewer.scopes:
            raise ScopeError(
                f"This takes a token with the scope {self.scope}; yours has {', '.join(viewer.scopes)}. Get another "
                f"one from POST /api/tokens, with {self.scope} among its scopes."
            )


class Identified(NamedTuple):
    """The viewer, None if anonymous, and the facts that were requested with it."""

    viewer: Viewer | None
    facts: dict[Key, Any]


_identified: ContextVar[dict[Credentials, Viewer] | None] = ContextVar("identified", default=None)


def hash_of(token: str) -> str:
    """Hash a token for storage: SHA-256 in hexadecimal. Tokens are random, so they need no slow hash."""
    return sha256(token.encode()).hexdigest()


def id_of(token_hash: str) -> str:
    """Give the id by which its owner knows a token: random like the token, so it reveals no count."""
    return sha256(b"feedapp token id " + bytes.fromhex(token_hash)).hexdigest()[:24]


def person(user: dict[str, Any]) -> Person:
    """Make a person from the cached fact of a user."""
    return Person(user["id"], user["username"], user["display_name"], user["avatar"])


class ViewerService:
    """Checks credentials."""

    def __init__(self, reading: Reading, uses: Uses, site: SiteReader, home_secrets: HomeSecrets) -> None:
        self._reading = reading
        self._home_secrets = home_secrets
        self._site = site
        self._uses = uses

    def begin_request(self) -> None:
        """Start remembering identified viewers, so that a request looks each up only once."""
        _identified.set({})
        self._site.begin_request()

    def end_request(self) -> None:
        """Stop remembering viewers."""
        _identified.set(None)
        self._site.end_request()

    @staticmethod
    def identified(credentials: Credentials) -> Viewer | None:
        """Give the viewer that they identified earlier in this request."""
        return (_identified.get() or {}).get(credentials)

    def identify(
        self,
        credentials: Credentials,
        *,
        facts: Sequence[Key] = (),
        ahead: Iterable[Key] = (),
        places: Iterable[Place] = (),
        again: bool = False,
    ) -> Identified:
        """Identify the viewer, fetching in the same round trip what the caller will need next.

        `facts` are returned with the viewer; `ahead` and `places` are only fetched. Raise InvalidTokenError for
        an API token that is unknown, revoked or expired, ScopeError, SuspendedError for somebody suspended.
        """
        claimed, token_hash = credentials.claimed_id, credentials.token_hash
        own = [] if claimed is None else [TOKEN.key(token_hash), USER.key(claimed), RELATIONS.key(claimed)]
        if credentials.kind == "feed":
            own = own[1:]
        around = self._around(credentials)
        ahead, places = list(ahead), list(places)
        for place in places:
            self._reading.cursor(place)
        self._reading.ahead(facts=[*own, *facts, *around, *ahead], places=places)
        found = self._reading.facts([*own, *facts, *around])
        self._site.note(found)
        viewer = None
        if claimed is not None and token_hash is not None:
            user, relations = found.get(USER.key(claimed)), found.get(RELATIONS.key(claimed))
            if user and relations and (made_for := self._proves(credentials, user, found)):
                reads_only = credentials.kind == "feed"
                codes = found.get(RECOVERY.key(claimed), {})
                sight = Sight.of(claimed, relations, moderates=user["role"] != "member" and not reads_only)
                unread = found.get(UNREAD.key(claimed), 0)
                has_codes = bool(codes.get("made"))
                viewer = Viewer(
                    person(user), token_hash, user["role"], has_codes, sight, made_for, unread, user["created_at"]
                )
                logs.note_user(claimed)
                if credentials.kind == "session":
                    spoken.note_member(user["locale"])
                if (identified := _identified.get()) is not None:
                    identified[credentials] = viewer
            elif not user and (token := found.get(TOKEN.key(token_hash))) and self._is_of(token, credentials):
                self._refuse_suspended(token)
                if not again:  # the suspension ended between the two reads: they are good after all
                    self._reading.restart()
                    return self.identify(credentials, facts=facts, ahead=ahead, places=places, again=True)
        if viewer is None and credentials.presented and credentials.kind == "api":
            raise InvalidTokenError("This token is unknown, revoked or expired: get a new one from POST /api/tokens.")
        credentials.check(viewer)
        return Identified(viewer, found)

    def _proves(self, credentials: Credentials, user: Mapping[str, Any], found: Mapping[Key, Any]) -> Sequence[Scope]:
        """Give what it is made for that was presented; nothing if it is not good just now for that user."""
        if credentials.kind == "feed":
            expected = hash_of(self._home_secrets.of(user))
            return ("read",) if hmac.compare_digest(str(credentials.token_hash), expected) else ()
        token = found.get(TOKEN.key(credentials.token_hash))
        if not (
            token
            and token["user_id"] == user["id"]
            and token["user_key"] == user["key"]
            and token["kind"] == credentials.kind
            and token["ends_at"] > (now := time())
        ):
            return ()
        self._uses.note(str(credentials.token_hash), now=now)
        freshness.holds_until(token["ends_at"])
        return SCOPES if token["kind"] == "session" else token.get("scopes", USUAL_SCOPES)

    @staticmethod
    def _is_of(token: dict[str, Any], credentials: Credentials) -> bool:
        is_theirs = token["user_id"] == credentials.claimed_id and token["kind"] == credentials.kind
        return bool(is_theirs and token["ends_at"] > time())

    def _refuse_suspended(self, token: dict[str, Any]) -> None:
        """Tell somebody who is out of sight because they are suspended, and nobody else. Raise SuspendedError."""
        key = SUSPENSION.key(token["user_id"])
        stands = self._reading.facts([key]).get(key)
        if stands and stands["key"] == token["user_key"]:
            raise SuspendedError.of(token["user_id"], stands["reason"], stands["until"])

    @staticmethod
    def _around(credentials: Credentials) -> list[Key]:
        """Name what every page shows, whatever it shows: the site's name, how many notifications are unread.

        Who has no recovery codes is told so.
        """
        if credentials.kind != "session":
            return [SITE_KEY] if credentials.kind == "feed" else []
        claimed = credentials.claimed_id
        return [SITE_KEY] if claimed is None else [SITE_KEY, RECOVERY.key(claimed), UNREAD.key(claimed)]

    def used(self, credentials: Credentials) -> None:
        """Note credentials that were verified before and have not changed since."""
        if credentials.token_hash is not None and credentials.kind != "feed":
            self._uses.note(credentials.token_hash, now=time())

    def require(self, credentials: Credentials) -> Viewer:
        """Identify the viewer. Raise UnauthenticatedError for an anonymous one."""
        viewer = self.identified(credentials) or self.identify(credentials).viewer
        if viewer is None:
            raise UnauthenticatedError(SIGN_IN)
        credentials.check(viewer)
        return viewer
