"""Tokens as the API lists them: never what they consist of, nor its hash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from feedapp.reading.read_models import TokenView


def token(view: TokenView) -> dict[str, Any]:
    """Give what there is to know of a token or session."""
    return {
        "id": view.id,
        "kind": view.kind,
        "name": view.name,
        "created_at": view.created_at,
        "expires_at": view.expires_at,
        "last_used_at": view.last_used_at,
        "current": view.current,
    }
