"""Posts, comments, likes, feeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.pagination import CursorCodec
from feedapp.repositories.comments import CommentRepository
from feedapp.repositories.content.bookmarks import BookmarkRepository
from feedapp.repositories.content.comment_likes import CommentLikeRepository
from feedapp.repositories.content.pins import PinRepository
from feedapp.repositories.content.tags import TagRepository
from feedapp.repositories.delivery.changes import ChangeRepository
from feedapp.repositories.delivery.webhooks import WebhookRepository
from feedapp.repositories.likes import LikeRepository
from feedapp.repositories.search import SearchRepository
from feedapp.repositories.site.sitemaps import SitemapRepository
from feedapp.services.content.activity import ActivityService
from feedapp.services.content.bookmarks import BookmarkService
from feedapp.services.content.changes.reading import ChangeService
from feedapp.services.content.changes.webhook_care import WebhookCare
from feedapp.services.content.changes.webhooks import WebhookService
from feedapp.services.content.comment_likes import CommentLikeService
from feedapp.services.content.comments import CommentService
from feedapp.services.content.feeds import FeedService
from feedapp.services.content.likes import LikeService
from feedapp.services.content.pins import PinService
from feedapp.services.content.posts import PostService
from feedapp.services.content.search import SearchService
from feedapp.services.content.sitemaps import SitemapService
from feedapp.services.content.tagging import Tagging
from feedapp.services.content.tags import TagService
from feedapp.services.content.threads import ThreadService
from feedapp.writing.targets.signing import WebhookSecrets

if TYPE_CHECKING:
    from feedapp.wiring.core import Core
    from feedapp.wiring.stores import Stores
    from feedapp.writing.belongings import Belongings


@dataclass(frozen=True, kw_only=True)
class Content:
    """What people write and like."""

    posts: PostService
    comments: CommentService
    threads: ThreadService
    comment_likes: CommentLikeService
    likes: LikeService
    bookmarks: BookmarkService
    pins: PinService
    activity: ActivityService
    tags: TagService
    tagging: Tagging
    feeds: FeedService
    searches: SearchService
    sitemaps: SitemapService
    changes: ChangeService
    webhooks: WebhookService
    webhook_care: WebhookCare

    @property
    def belongings(self) -> tuple[Belongings, ...]:
        """What of it is somebody's, in the order in which it is deleted with their account."""
        return self.likes, self.comment_likes, self.bookmarks, self.pins, self.tags, self.comments, self.posts


def build(given: Stores, base: Core) -> Content:
    """Build it."""
    reading, viewers, unit_of_work, posts = base.reading, base.viewers, base.unit_of_work, given.posts
    tags = TagRepository(given.session)
    tagging, webhooks = Tagging(tags), WebhookRepository(given.session)
    written = PostService(
        reading=reading,
        viewers=viewers,
        unit_of_work=unit_of_work,
        posts=posts,
        users=given.users,
        pictures=given.pictures,
        tagging=tagging,
    )
    return Content(
        posts=written,
        pins=PinService(unit_of_work=unit_of_work, posts=written, pins=PinRepository(given.session)),
        tagging=tagging,
        tags=TagService(reading=reading, viewers=viewers, unit_of_work=unit_of_work, tags=tags),
        comments=CommentService(
            reading=reading,
            viewers=viewers,
            unit_of_work=unit_of_work,
            posts=posts,
            comments=CommentRepository(given.session),
        ),
        threads=ThreadService(reading=reading, viewers=viewers),
        comment_likes=CommentLikeService(
            viewers=viewers, unit_of_work=unit_of_work, likes=CommentLikeRepository(given.session)
        ),
        likes=LikeService(
            reading=reading,
            viewers=viewers,
            unit_of_work=unit_of_work,
            posts=posts,
            likes=LikeRepository(given.session),
        ),
        bookmarks=BookmarkService(
            viewers=viewers, unit_of_work=unit_of_work, bookmarks=BookmarkRepository(given.session)
        ),
        activity=ActivityService(reading=reading, viewers=viewers),
        feeds=FeedService(reading=reading, viewers=viewers),
        searches=SearchService(reading=reading, viewers=viewers, searches=SearchRepository(given.reads)),
        sitemaps=SitemapService(SitemapRepository(given.reads)),
        changes=ChangeService(
            viewers=viewers,
            site=base.site,
            changes=ChangeRepository(given.reads),
            cursors=CursorCodec(given.settings.secret_key),
        ),
        webhook_care=WebhookCare(
            unit_of_work=unit_of_work,
            webhooks=webhooks,
            mailer=base.mailer,
            filling=base.webhook_filling,
            wake=base.courier.wake,
        ),
        webhooks=WebhookService(
            viewers=viewers,
            users=given.users,
            unit_of_work=unit_of_work,
            webhooks=webhooks,
            changes=ChangeRepository(given.reads),
            secrets=WebhookSecrets(given.settings.secret_key),
            private=given.settings.webhooks_private,
        ),
    )
