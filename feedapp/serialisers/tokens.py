"""Tokens as the API sends them: in lists never what they consist of, nor its hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from feedapp.reading.read_models import time_text
from feedapp.serialisers.fields import Id, ScopeName, Time, TokenKind

if TYPE_CHECKING:
    from feedapp.reading.tokens.views import TokenView
    from feedapp.services.access.token_issuer import IssuedToken


class TokenJson(TypedDict):
    """What there is to know of a token or session."""

    id: Id
    kind: TokenKind
    name: str
    created_at: Time
    expires_at: Time
    last_used_at: Time | None
    current: bool
    scopes: list[ScopeName]


class IssuedJson(TypedDict):
    """A new token, which is shown this once."""

    token: str
    id: Id
    name: str
    scopes: list[ScopeName]
    expires_at: Time


def token(view: TokenView) -> TokenJson:
    """Give what there is to know of a token or session."""
    return {
        "id": view.id,
        "kind": view.kind,
        "name": view.name,
        "created_at": view.created_at,
        "expires_at": view.expires_at,
        "last_used_at": view.last_used_at,
        "current": view.current,
        "scopes": list(view.scopes),
    }


def issued(new: IssuedToken) -> IssuedJson:
    """Give a new token."""
    return {
        "token": new.token,
        "id": new.id,
        "name": new.name,
        "scopes": list(new.scopes),
        "expires_at": time_text(new.expires_at),
    }
