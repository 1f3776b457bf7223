"""Who handles which event: here domains meet that know nothing of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.writing.events import AccountDeleted, AccountDeletionBegan, AccountHidden, UserRenamed

if TYPE_CHECKING:
    from feedapp.wiring import Services


def register(services: Services) -> None:
    """Register all handlers."""
    on = services.handlers.on
    on(AccountHidden, services.tokens.account_deleted)
    on(AccountDeletionBegan, services.tokens.account_deleted)
    on(AccountDeleted, services.tokens.account_deleted)
    on(AccountDeleted, services.usernames.deleted)
    on(UserRenamed, services.usernames.renamed)
