"""Invalidation by writes to tokens and sessions."""

from __future__ import annotations

from collections.abc import Iterable

from feedapp.cache.catalogue.declarations import Key
from feedapp.cache.catalogue.keys import TOKEN, TOKENS_OF
from feedapp.cache.catalogue.rules import rule


@rule
def token_issued(*, user_id: int) -> list[Key]:
    """The owner's list of tokens; a token cannot have been cached before it existed."""
    return [TOKENS_OF.key(user_id)]


@rule
def tokens_revoked(*, user_id: int, hashes: Iterable[str]) -> list[Key]:
    """A user's tokens and sessions by their hashes in hexadecimal, and the list of them."""
    return [TOKENS_OF.key(user_id), *(TOKEN.key(each) for each in hashes)]


@rule
def tokens_changed(*, tokens: Iterable[tuple[int, str]]) -> list[Key]:
    """Tokens, as (user id, hash), were used (which extends them) or have ended; and their owners' lists."""
    return [key for user_id, token_hash in tokens for key in (TOKENS_OF.key(user_id), TOKEN.key(token_hash))]
