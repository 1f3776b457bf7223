"""Who handles which event: here domains meet that know nothing of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.writing.comment_events import CommentAdded, CommentDeleted, CommentEdited, CommentLiked
from feedapp.writing.events import (
    AccountDeleted,
    AccountDeletionBegan,
    AccountHidden,
    Blocked,
    Followed,
    Moderated,
    Muted,
    NewDevice,
    PasskeyChanged,
    PasswordChanged,
    PostDeleted,
    PostEdited,
    PostHidden,
    PostLiked,
    PostPublished,
    PostShown,
    PostUnliked,
    Reported,
    SecondFactorChanged,
    Unfollowed,
    UserRenamed,
)
from feedapp.writing.held_events import PostsSwept, TextHeld, TextLetThrough

if TYPE_CHECKING:
    from feedapp.wiring import Services


def register(services: Services) -> None:
    """Register all handlers."""
    on = services.handlers.on
    on(AccountHidden, services.tokens.account_deleted)
    on(AccountDeletionBegan, services.tokens.account_deleted)
    on(AccountDeleted, services.tokens.account_deleted)
    on(AccountDeleted, services.usernames.deleted)
    on(AccountDeleted, services.avatars.account_deleted)
    on(UserRenamed, services.held_names.renamed)
    on(UserRenamed, services.usernames.renamed)
    on(PostPublished, services.telling.post_published)
    on(PostEdited, services.telling.post_edited)
    on(PostDeleted, services.telling.post_deleted)
    on(PostLiked, services.telling.post_liked)
    on(PostUnliked, services.telling.post_unliked)
    on(CommentAdded, services.telling.comment_added)
    on(CommentEdited, services.telling.comment_edited)
    on(CommentDeleted, services.telling.comment_deleted)
    on(CommentLiked, services.telling.comment_liked)
    on(Followed, services.telling.followed)
    on(Unfollowed, services.telling.unfollowed)
    on(Blocked, services.telling.blocked)
    on(Muted, services.telling.muted)
    on(TextHeld, services.telling.text_held)
    on(TextLetThrough, services.telling.text_let_through)
    on(Moderated, services.telling.moderated)
    on(Reported, services.telling.reported)
    on(PostPublished, services.tagging.published)  # after who is told of it: every write locks tags last
    on(PostsSwept, services.tagging.swept)
    on(PostHidden, services.tagging.hidden)
    on(PostShown, services.tagging.shown)
    on(Moderated, services.unseen.moderated)
    on(AccountHidden, services.unseen.account_hidden)
    on(Blocked, services.unseen.blocked)
    on(Unfollowed, services.unseen.unfollowed)
    on(PasswordChanged, services.notices.password_changed)
    on(SecondFactorChanged, services.notices.second_factor_changed)
    on(PasskeyChanged, services.notices.passkey_changed)
    on(NewDevice, services.notices.new_device)
    on(PostPublished, services.screening.post)  # after all others: what is held is taken back from them
    on(PostEdited, services.screening.post)
    on(CommentAdded, services.screening.comment)
    on(CommentEdited, services.screening.comment)
