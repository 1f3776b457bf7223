"""The table of cache keys: every key that feedapp keeps in Redis, what it holds, and its maximum lifetime.

One fact is stored under exactly one key, so a write knows its stale keys and never has to search for them. What deletes
a key is in `invalidation/`. A page of a list holds ids only, never what they refer to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.cache.catalogue.declarations import KeyTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedapp.cache.catalogue.declarations import Key

PUBLIC = "public"
FOR_GOOD = 0
"""For marks: if one expired, or was evicted first because it has a lifetime, copies would be dropped without need."""

_table = KeyTable()
_row, _fact, _list = _table.row, _table.fact, _table.list_
TEMPLATES, LISTS = _table.templates, _table.lists

POST = _fact("post", "post:{post_id}", 600, "the post with its pictures, without counts and without viewer")
POST_LIKES_COUNT = _fact("post_likes_count", "post:{post_id}:likes:count", 120, "how many like the post")
POST_COMMENTS_COUNT = _fact("post_comments_count", "post:{post_id}:comments:count", 120, "how many comments it has")
LIKED = _fact(
    "liked",
    "post:{post_id}:liked:{user_id}",
    300,
    "whether the user likes the post",
    outlives=POST,
    false_if_none=POST_LIKES_COUNT,
)
BOOKMARKED = _fact(
    "bookmarked",
    "user:{user_id}:bookmarked:{span}",
    300,
    "which posts of a span of ids the user has bookmarked",
    outlives=POST,
)
TAG = _fact("tag", "tag:{tag}", 120, "how many posts and followers the tag has")
TAGS_OF = _fact("tags_of", "user:{user_id}:tags", 300, "the tags that the user follows, by their names")
COMMENT = _fact("comment", "comment:{comment_id}", 600, "the comment, or that it was deleted", outlives=POST)
COMMENT_LIKES_COUNT = _fact(
    "comment_likes_count", "comment:{comment_id}:likes:count", 120, "how many like the comment", outlives=COMMENT
)
COMMENT_REPLIES_COUNT = _fact(
    "comment_replies_count", "comment:{comment_id}:replies:count", 120, "how many answer the comment", outlives=COMMENT
)
COMMENT_LIKED = _fact(
    "comment_liked",
    "comment:{comment_id}:liked:{user_id}",
    300,
    "whether the user likes the comment",
    outlives=COMMENT,
    false_if_none=COMMENT_LIKES_COUNT,
)
USER = _fact("user", "user:{user_id}", 600, "who the user is: names, bio, avatar, since when, the pinned post")
USER_POSTS_COUNT = _fact("user_posts_count", "user:{user_id}:posts:count", 120, "how many posts the user wrote")
FOLLOWERS_COUNT = _fact("followers_count", "user:{user_id}:followers:count", 120, "how many follow the user")
FOLLOWING_COUNT = _fact("following_count", "user:{user_id}:following:count", 120, "how many the user follows")
FOLLOWS = _fact("follows", "user:{user_id}:follows:{followee_id}", 300, "whether one user follows the other")
RELATIONS = _fact(
    "relations", "user:{user_id}:relations", 300, "whom the user blocks and mutes, who blocks the user, words they mute"
)
SUSPENSION = _fact("suspension", "user:{user_id}:suspension", 300, "why somebody is suspended, and until when")
USERNAME = _fact("username", "username:{username}", 600, "the id of the user of that name")
TAKEN = _fact("taken", "username:{username}:taken", 600, "whether a name that stands in a text is anybody's, or was")
SITE = _fact("site", "site", 600, "the settings of the site: its name, its texts, who may come in")
INVITATIONS = _fact("invitations", "people:invitations", 600, "the last invitations, and who came in by them")
APPLICATIONS = _fact("applications", "people:applications", 600, "who asks for an account, the first come first")
RECOVERY = _fact(
    "recovery", "user:{user_id}:recovery", 300, "recovery codes left, and whether an authenticator is on or begun"
)
PASSKEYS = _fact("passkeys", "user:{user_id}:passkeys", 300, "the passkeys of the user, without the keys")
EMAIL = _fact(
    "email", "user:{user_id}:email", 300, "the mail addresses of the user: the verified one, and one to verify"
)
UNREAD = _fact("unread", "user:{user_id}:notifications:unread", 300, "how many notifications the user has not read")
NOTIFICATION = _fact(
    "notification", "notification:{notification_id}", 600, "what somebody is told, by whom, of what", outlives=POST
)
REFUSED = _fact("refused", "user:{user_id}:notifications:refused", 300, "what the user does not want to be told")
DIGEST = _fact("digest", "user:{user_id}:notifications:digest", 300, "how often the user is told by mail")
CONVERSATION_MUTED = _fact(
    "conversation_muted",
    "post:{post_id}:muted:{user_id}",
    300,
    "whether the user is not told of what is written under the post",
    outlives=POST,
)
STAFF = _fact("staff", "people:staff", 600, "the ids of moderators and admins")
OPEN_REPORTS = _fact("open_reports", "site:reports:open", 600, "how many reports wait for moderators, up to a thousand")
PUBLIC_LOG = _fact("public_log", "site:moderation:log", 600, "the last hundred things moderators did, without names")
TOKENS_OF = _fact("tokens_of", "user:{user_id}:tokens", 300, "the tokens and sessions of the user, without the tokens")
TOKEN = _fact("token", "token:{token_hash}", 600, "whose token or session it is, of which kind, and until when")

NOTABLE = _row(
    "notable", "people:notable", 60, "ranking", "whom to suggest to newcomers, the best first, up to a minute old"
).key()
USED_TAGS = _row("used_tags", "tags:used", 60, "ranking", "the most used tags of a week, up to a minute old").key()
INCARNATION = _row("incarnation", "incarnation:{number}", FOR_GOOD, "mark", "what the fence of a server was put up for")
FENCE = _row("fence", "fence:{number}", FOR_GOOD, "mark", "which run the copies on a server are of: every read asks")

HOME_FEED = _list(  # the common stamp serves authors with very many followers
    "home",
    "posts:feed:{user_id}",
    300,
    "a home feed, or of everyone's (`public`)",
    cursor="p",
    onward="older",
    rows="feed",
    common="home",
)
PUBLIC_FEED = _table.single("public", HOME_FEED, owner=PUBLIC)
ACTIVE_FEED = _table.single("active", HOME_FEED, owner="active", cursor="a")
POSTS_BY = _list("posts_by", "posts:by:{user_id}", 300, "the posts of one person", cursor="p", onward="older")
TAGGED = _list(  # the common stamp serves whoever is silenced; no tag is digits alone
    "tagged", "posts:tagged:{tag}", 300, "the posts with a tag", cursor="t", onward="older", common="0", of_texts=True
)
COMMENTS = _list("comments", "post:{post_id}:comments", 300, "the comments under a post", cursor="c", onward="newer")
THREADS = _table.part(
    "threads",
    COMMENTS,
    "post:{post_id}:comments:thread",
    "the comments under a post, answers below what they answer",
    cursor="h",
)
OUTLINE = _table.part(
    "outline", COMMENTS, "post:{post_id}:comments:outline", "the same without answers to answers", cursor="h"
)
NEWEST_COMMENTS = _table.part(
    "newest_comments",
    COMMENTS,
    "post:{post_id}:comments:newest",
    "the comments under a post, the newest first",
    cursor="w",
    onward="older",
)
REPLIES = _list(
    "replies",
    "comment:{comment_id}:replies",
    300,
    "the answers to a comment",
    cursor="e",
    onward="newer",
    outlives=COMMENT,
)
BOOKMARKS = _list(  # the common stamp serves the deletion of what very many have bookmarked
    "bookmarks",
    "user:{user_id}:bookmarks",
    300,
    "the posts that a user has bookmarked",
    cursor="b",
    onward="older",
    common="all",
)
LIKES = _list("likes", "post:{post_id}:likes", 300, "who likes a post", cursor="l", onward="older")
LIKED_BY = _list(  # the common stamps serve the deletion of what very many have liked, or written under
    "liked_by", "user:{user_id}:likes", 300, "the posts that a user likes", cursor="k", onward="older", common="all"
)
COMMENTS_BY = _list(
    "comments_by",
    "user:{user_id}:comments",
    300,
    "the comments of one person",
    cursor="m",
    onward="older",
    common="all",
)
FOLLOWERS = _list("followers", "user:{user_id}:followers", 300, "who follows a user", cursor="f", onward="older")
FOLLOWING = _list("following", "user:{user_id}:following", 300, "whom a user follows", cursor="g", onward="older")
BLOCKS = _list("blocks", "user:{user_id}:blocks", 300, "whom a user blocks", cursor="y", onward="older")
MUTES = _list("mutes", "user:{user_id}:mutes", 300, "whom a user mutes", cursor="u", onward="older")

NOTIFICATIONS = _list(
    "notifications", "user:{user_id}:notifications", 300, "what somebody is told", cursor="n", onward="older"
)
NOTIFICATIONS_OF = {
    kind: _table.part(
        f"notifications_{kind}",
        NOTIFICATIONS,
        f"user:{{user_id}}:notifications:{kind}",
        f"what somebody is told, of the kind {kind}",
    )
    for kind in ("like", "comment", "reply", "mention", "follow", "moderation")
}


def comments_of(post_id: int) -> list[Key]:
    """Name what forgets the comments under a post, in each order: their one stamp, and first pages."""
    others = (THREADS, OUTLINE, NEWEST_COMMENTS)
    return [*COMMENTS.of(post_id).stale_keys(), *(page for each in others for page in each.of(post_id).first_pages())]


def lifetimes(overrides: Mapping[str, int]) -> dict[str, int]:
    """Give the lifetime in seconds of every template by name. Raise ValueError for a name that is in no row."""
    unknown = sorted(set(overrides) - set(TEMPLATES))
    if unknown:
        raise ValueError(f"CACHE_LIFETIMES names {unknown[0]!r}: the names are {', '.join(TEMPLATES)}")
    return {name: overrides.get(name, template.lifetime) for name, template in TEMPLATES.items()}
