"""Who is out of sight, in SQL: the one place that says so.

Somebody who is out of sight has no `user` fact, so that whoever puts posts, comments and people together leaves out
what is theirs: an account that is being deleted, or may still be taken back, and one that is suspended. The rule of a
write that changes this is `sight_changed`.

Nobody who leaves is counted, either. Their rows stay as long as they may come back, and so do the counters: what is
read is a counter less what the few who are leaving have in it. While nobody is, that costs a look into an empty index.
"""

# ruff: noqa: S608  (only constants are put together)
from __future__ import annotations


def is_leaving(users: str = "users") -> str:
    """Tell whether the account is being deleted, or will be if it is not taken back."""
    return f"({users}.deletion_at IS NOT NULL OR {users}.leaving_since IS NOT NULL)"


def in_sight(users: str = "users") -> str:
    """Tell whether anything of somebody's is shown."""
    return f"({users}.deletion_at IS NULL AND {users}.leaving_since IS NULL AND {users}.suspended_at IS NULL)"


def author_in_sight(author_id: str) -> str:
    """Tell the same for the column of an id."""
    return f"EXISTS (SELECT FROM users AS author WHERE author.id = {author_id} AND {in_sight('author')})"


def counted(counter: str, rows: str, person: str, where: str, *, of: str | None = None) -> str:
    """Give a counter less those of its `rows` (a table) whose `person` (a column) is leaving; `where` says which.

    `of` is what the rows are called, if not as their table.
    """
    leaving = (
        f"SELECT count(*) FROM {rows} JOIN users ON users.id = {of or rows}.{person} WHERE {where} AND {is_leaving()}"
    )
    some = f"SELECT EXISTS (SELECT FROM users WHERE {is_leaving()})"
    return f"greatest({counter} - CASE WHEN ({some}) THEN ({leaving}) ELSE 0 END, 0)"


LIKES = counted("post_counters.likes", "likes", "user_id", "likes.post_id = post_counters.post_id")
COMMENTS = counted("post_counters.comments", "comments", "author_id", "comments.post_id = post_counters.post_id")
COMMENT_LIKES = counted(
    "comment_counters.likes", "comment_likes", "user_id", "comment_likes.comment_id = comment_counters.comment_id"
)
REPLIES = counted(
    "comment_counters.replies",
    "comments AS reply",
    "author_id",
    "reply.in_reply_to = comment_counters.comment_id",
    of="reply",
)
FOLLOWERS = counted("user_counters.followers", "follows", "follower_id", "follows.followee_id = user_counters.user_id")
FOLLOWING = counted("user_counters.following", "follows", "followee_id", "follows.follower_id = user_counters.user_id")

IS_LIMITED = "(posts.visibility <> 'public')"
"""Whether a post is for its author and whoever follows them, and nobody else."""
TAGGED = counted(
    "tags.posts",
    "post_tags JOIN posts ON posts.id = post_tags.post_id",
    "author_id",
    f"post_tags.tag_id = tags.id AND NOT {IS_LIMITED}",
    of="posts",
)
"""Of a tag. Its counter has public posts that are not hidden: those that anybody may come upon."""


def is_silenced(author_id: str) -> str:
    """Tell whether only their followers come upon what somebody writes, in lists of what strangers write."""
    return f"EXISTS (SELECT FROM users WHERE users.id = {author_id} AND users.silenced_at IS NOT NULL)"


def for_reader(author_id: str, reader: str, *, public: str = "posts.visibility = 'public'") -> str:
    """Tell whether a post is for a reader (a parameter): it is `public`, or their own, or they follow its author."""
    followed = f"SELECT followee_id FROM follows WHERE follower_id = {reader}"
    return f"({public} OR {author_id} = {reader} OR {author_id} IN ({followed}))"


def for_anybody(posts: str = "posts") -> str:
    """Tell whether a post is there for whoever asks for it, signed in or not."""
    seen = f"{posts}.hidden_at IS NULL AND {posts}.visibility = 'public'"
    return f"({seen} AND {author_in_sight(f'{posts}.author_id')})"


NOT_SILENCED = "author_id NOT IN (SELECT id FROM users WHERE silenced_at IS NOT NULL)"
