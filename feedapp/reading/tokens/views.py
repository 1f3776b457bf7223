"""Tokens as they are listed, and what they are made for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Scope = Literal["read", "write", "moderate", "admin"]
SCOPES: tuple[Scope, ...] = ("read", "write", "moderate", "admin")
"""What a token may be made for. What takes `moderate` or `admin` takes the role as well."""
USUAL_SCOPES: tuple[Scope, ...] = ("read", "write")


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token or session, without its secret; `current` is whether this request presented it.

    `kind` is "api" or "session"; `last_used_at` is accurate to about an hour, None if it was never used.
    `expires_at` of a session is at most 14 days after its last use; `new_device` is whether it began on one.
    """

    id: str
    kind: str
    name: str
    created_at: str
    expires_at: str
    last_used_at: str | None
    current: bool
    scopes: Sequence[str] = USUAL_SCOPES
    new_device: bool = False
