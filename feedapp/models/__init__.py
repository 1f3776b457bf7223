"""The tables. Every rule that data must obey stands here as a constraint, not only in Python.

Counts are rows of their own (`post_counters`, `user_counters`), changed in the transaction of what they count, so that
reading one costs the same at ten likes and at a million, and so that counting does not rewrite a post's text.
"""

from feedapp.models.access import IdempotencyRecord, KnownDevice, SeenNetwork, Token
from feedapp.models.base import Base
from feedapp.models.changes import CHANGE_KINDS, Change, ChangesDropped, Webhook, WebhookDelivery
from feedapp.models.content import (
    Bookmark,
    Comment,
    CommentCounter,
    CommentLike,
    Like,
    Post,
    PostActivity,
    PostCounter,
    PostTag,
    Tag,
    TagFollow,
)
from feedapp.models.delivery import (
    CacheHistory,
    CacheReader,
    Outbox,
    OutboxDelivery,
    OutboxMessage,
    PeriodicJobLease,
    PersonalArchive,
    PersonalArchivePart,
    StoredBackup,
)
from feedapp.models.joining import MOST_USES, Application, Arrival, Invitation, SetupCode
from feedapp.models.mail import MailAddress
from feedapp.models.moderation import (
    APPEAL,
    EFFECTS,
    FILTER_KINDS,
    REASONS,
    RESOLUTIONS,
    RESTORE,
    THINGS,
    Filter,
    ModerationAction,
    Report,
    ReportCase,
    Sanction,
    Sweep,
    SweptComment,
    SweptPost,
)
from feedapp.models.notifications import MutedConversation, Notification, NotificationDigest, RefusedNotification
from feedapp.models.people import ROLES, Follow, FormerUsername, User, UserCounter
from feedapp.models.pictures import Picture
from feedapp.models.recovery import Passkey, RecoveryCode, ResetLink, SecondFactor, UsedChallenge
from feedapp.models.relations import Block, Mute, MutedWord
from feedapp.models.site import SIGNUP_MODES, Figures, ServerState, SiteSettings

__all__ = [
    "APPEAL",
    "CHANGE_KINDS",
    "EFFECTS",
    "FILTER_KINDS",
    "MOST_USES",
    "REASONS",
    "RESOLUTIONS",
    "RESTORE",
    "ROLES",
    "SIGNUP_MODES",
    "THINGS",
    "Application",
    "Arrival",
    "Base",
    "Block",
    "Bookmark",
    "CacheHistory",
    "CacheReader",
    "Change",
    "ChangesDropped",
    "Comment",
    "CommentCounter",
    "CommentLike",
    "Figures",
    "Filter",
    "Follow",
    "FormerUsername",
    "IdempotencyRecord",
    "Invitation",
    "KnownDevice",
    "Like",
    "MailAddress",
    "ModerationAction",
    "Mute",
    "MutedConversation",
    "MutedWord",
    "Notification",
    "NotificationDigest",
    "Outbox",
    "OutboxDelivery",
    "OutboxMessage",
    "Passkey",
    "PeriodicJobLease",
    "PersonalArchive",
    "PersonalArchivePart",
    "Picture",
    "Post",
    "PostActivity",
    "PostCounter",
    "PostTag",
    "RecoveryCode",
    "RefusedNotification",
    "Report",
    "ReportCase",
    "ResetLink",
    "Sanction",
    "SecondFactor",
    "SeenNetwork",
    "ServerState",
    "SetupCode",
    "SiteSettings",
    "StoredBackup",
    "Sweep",
    "SweptComment",
    "SweptPost",
    "Tag",
    "TagFollow",
    "Token",
    "UsedChallenge",
    "User",
    "UserCounter",
    "Webhook",
    "WebhookDelivery",
]
