"""SQL of what somebody is told: each change of a thing is one statement, whoever is concerned.

What several people do to one thing is one row, and whoever writes it holds a lock on the thing's counter already (a
like that of the post, a follow that of the followed): so it is no lock that anybody waits for who did not wait before.
Each statement gives, of every row that came, changed or went: whose, its id, whether the count of unread ones changed.
"""

# ruff: noqa: S608  (only constants are put together)
from __future__ import annotations

from feedapp.repositories.sight import is_leaving, is_silenced

MOST_MENTIONS = 10
"""People whom one text can tell that they are named in it: the first ones."""
MOST_MODERATORS = 100
"""Moderators and admins who are told of a report: those who came first."""
MOST_COUNTED = 1_000
"""Followers that are counted for one entry."""

HEARD = (
    "(NOT EXISTS (SELECT FROM blocks WHERE (blocker_id = {recipient} AND blocked_id = {actor}) "
    "OR (blocker_id = {actor} AND blocked_id = {recipient})) "
    "AND NOT EXISTS (SELECT FROM mutes WHERE muter_id = {recipient} AND muted_id = {actor}) "
    "AND NOT EXISTS (SELECT FROM refused_notifications AS refused "
    "WHERE refused.user_id = {recipient} AND refused.kind = {kind}) "
    "AND ({kind} IN ('like', 'follow') OR NOT EXISTS (SELECT FROM muted_conversations AS muted "
    "WHERE muted.user_id = {recipient} AND muted.post_id = {post})))"
)
"""Whether `recipient` wants to hear of `actor`, by a `kind` of notification about `post`."""


def _heard(*, recipient: str, actor: str, kind: str, post: str) -> str:
    return HEARD.format(recipient=recipient, actor=actor, kind=kind, post=post)


_AGAIN = (
    "actor_id = excluded.actor_id, "
    "created_at = greatest(clock_timestamp(), notifications.created_at + interval '1 microsecond'), "
    "unread_since = coalesce(notifications.unread_since, now())"
)
"""An entry that grows: its place is a new one, later than that before, which somebody may have read up to."""
_CHANGED = "RETURNING notifications.recipient_id, notifications.id"
_PUSHED = (
    "ARRAY(SELECT push.id FROM push_subscriptions AS push WHERE push.user_id = notifications.recipient_id ORDER BY 1)"
)
"""The browsers that are told at once: along with the row, so that whoever has none costs no statement."""
_CAME = f"{_CHANGED}, unread_since = now(), {_PUSHED}"
_OWN_LIKE = "EXISTS (SELECT FROM likes WHERE post_id = %(post)s AND user_id = {})::int"
_OTHER_LIKES = f"greatest((SELECT likes FROM post_counters WHERE post_id = %(post)s) - 1 - {_OWN_LIKE}, 0)"

POST_LIKED = (
    "INSERT INTO notifications (recipient_id, kind, actor_id, post_id, others) "
    f"SELECT author_id, 'like', %(actor)s, id, {_OTHER_LIKES.format('author_id')} FROM posts AS post "
    "WHERE id = %(post)s AND author_id <> %(actor)s AND "
    + _heard(recipient="author_id", actor="%(actor)s", kind="'like'", post="post.id")
    + " ON CONFLICT (post_id) WHERE kind = 'like' AND comment_id IS NULL "
    f"DO UPDATE SET others = excluded.others, {_AGAIN} {_CAME}"
)
_OTHER_COMMENT_LIKES = (
    "greatest((SELECT likes FROM comment_counters WHERE comment_id = %(comment)s) - 1 "
    "- EXISTS (SELECT FROM comment_likes WHERE comment_id = %(comment)s AND user_id = author_id)::int, 0)"
)
COMMENT_LIKED = (
    "INSERT INTO notifications (recipient_id, kind, actor_id, post_id, comment_id, others) "
    f"SELECT author_id, 'like', %(actor)s, post_id, id, {_OTHER_COMMENT_LIKES} "
    "FROM comments AS comment WHERE id = %(comment)s AND author_id <> %(actor)s AND "
    + _heard(recipient="author_id", actor="%(actor)s", kind="'like'", post="post_id")
    + " ON CONFLICT (comment_id) WHERE kind = 'like' AND comment_id IS NOT NULL "
    f"DO UPDATE SET others = excluded.others, {_AGAIN} {_CAME}"
)
FOLLOWED = (
    "INSERT INTO notifications (recipient_id, kind, actor_id) "
    "SELECT %(recipient)s, 'follow', %(actor)s WHERE "
    + _heard(recipient="%(recipient)s", actor="%(actor)s", kind="'follow'", post="NULL")
    + " ON CONFLICT (recipient_id) WHERE kind = 'follow' DO UPDATE SET "
    "others = CASE WHEN notifications.unread_since IS NULL THEN 0 ELSE notifications.others + 1 END, "
    "began_at = CASE WHEN notifications.unread_since IS NULL THEN now() "
    f"ELSE least(notifications.began_at, now()) END, {_AGAIN} {_CAME}"
)

_TAKEN_BACK = (
    "WITH notice AS (SELECT * FROM notifications WHERE {notice} ORDER BY id FOR UPDATE {waiting}), "
    "latest AS (SELECT notice.id, found.* FROM notice, LATERAL ({latest}) AS found), "
    "changed AS (UPDATE notifications SET actor_id = latest.who, others = latest.others, "
    "created_at = CASE WHEN notice.actor_id = latest.who THEN notice.created_at ELSE latest.at END, "
    "unread_since = CASE WHEN latest.at <= notice.read_at THEN NULL ELSE notice.unread_since END "
    "FROM notice JOIN latest USING (id) WHERE notifications.id = notice.id "
    "RETURNING notice.recipient_id, notice.id, notice.unread_since IS DISTINCT FROM notifications.unread_since), "
    "gone AS (DELETE FROM notifications USING notice WHERE notifications.id = notice.id "
    "AND notice.id NOT IN (SELECT id FROM latest) "
    "RETURNING notice.recipient_id, notice.id, notice.unread_since IS NOT NULL) "
    "SELECT * FROM changed UNION ALL SELECT * FROM gone"
)
"""Who did it last is named instead; if the reader has seen that before, it is read as it was. {latest} has no row if
nobody is left."""
_LAST_LIKER = (
    "SELECT user_id AS who, likes.created_at AS at, "
    "greatest((SELECT likes FROM post_counters WHERE post_id = notice.post_id) - 1 - EXISTS (SELECT FROM likes AS own "
    "WHERE own.post_id = notice.post_id AND own.user_id = notice.recipient_id)::int, 0) AS others "
    "FROM likes WHERE likes.post_id = notice.post_id AND user_id <> notice.recipient_id "
    "AND notice.kind = 'like' AND notice.comment_id IS NULL AND "
    + _heard(recipient="notice.recipient_id", actor="user_id", kind="'like'", post="notice.post_id")
    + " ORDER BY likes.created_at DESC, user_id DESC LIMIT 1"
)
_LAST_LIKER_OF_COMMENT = (
    "SELECT user_id AS who, liked.created_at AS at, "
    "greatest((SELECT likes FROM comment_counters WHERE comment_id = notice.comment_id) - 1 "
    "- EXISTS (SELECT FROM comment_likes AS own WHERE own.comment_id = notice.comment_id "
    "AND own.user_id = notice.recipient_id)::int, 0) AS others FROM comment_likes AS liked "
    "WHERE liked.comment_id = notice.comment_id AND user_id <> notice.recipient_id AND notice.kind = 'like' AND "
    + _heard(recipient="notice.recipient_id", actor="user_id", kind="'like'", post="notice.post_id")
    + " ORDER BY liked.created_at DESC, user_id DESC LIMIT 1"
)
_LAST_FOLLOWER = (
    "SELECT (array_agg(who ORDER BY at DESC, who DESC))[1] AS who, max(at) AS at, count(*) - 1 AS others FROM "
    "(SELECT follower_id AS who, follows.created_at AS at FROM follows WHERE followee_id = notice.recipient_id "
    "AND follows.created_at >= notice.began_at AND notice.kind = 'follow' AND "
    + _heard(recipient="notice.recipient_id", actor="follower_id", kind="'follow'", post="NULL")
    + f" ORDER BY follows.created_at DESC, follower_id DESC LIMIT {MOST_COUNTED}) AS follower HAVING count(*) > 0"
)
POST_UNLIKED = _TAKEN_BACK.format(
    notice="kind = 'like' AND post_id = %(post)s AND comment_id IS NULL", latest=_LAST_LIKER, waiting=""
)
COMMENT_UNLIKED = _TAKEN_BACK.format(
    notice="kind = 'like' AND comment_id = %(comment)s", latest=_LAST_LIKER_OF_COMMENT, waiting=""
)
UNFOLLOWED = _TAKEN_BACK.format(
    notice="kind = 'follow' AND recipient_id = %(recipient)s", latest=_LAST_FOLLOWER, waiting=""
)
_APART = _TAKEN_BACK.format(
    notice="{between}",
    latest=" UNION ALL ".join(f"({each})" for each in (_LAST_LIKER, _LAST_LIKER_OF_COMMENT, _LAST_FOLLOWER)),
    waiting="SKIP LOCKED",
)
BLOCKED = _APART.format(
    between="(recipient_id = %(one)s AND actor_id = %(other)s) OR (recipient_id = %(other)s AND actor_id = %(one)s)"
)
MUTED = _APART.format(between="recipient_id = %(one)s AND actor_id = %(other)s")
"""Once they are apart: whoever else did the same is named instead."""

_NAMED = (
    "named AS (SELECT users.id FROM unnest(CAST(%(names)s AS text[])) WITH ORDINALITY AS name(username, place) "
    f"JOIN users USING (username) WHERE {is_leaving()} IS FALSE AND users.id <> %(actor)s "
    f"ORDER BY place LIMIT {MOST_MENTIONS})"
)
_FOLLOWS = "EXISTS (SELECT FROM follows WHERE follower_id = recipient_id AND followee_id = {})"
_SEEN = (
    "EXISTS (SELECT FROM posts AS about WHERE about.id = %(post)s AND (about.author_id = recipient_id "
    f"OR (about.hidden_at IS NULL AND (about.visibility = 'public' OR {_FOLLOWS.format('about.author_id')}) "
    "AND NOT EXISTS (SELECT FROM blocks WHERE (blocker_id = recipient_id AND blocked_id = about.author_id) "
    "OR (blocker_id = about.author_id AND blocked_id = recipient_id)))))"
)
"""Whether `recipient_id` sees the post: nobody is told of what they could not read."""
_QUIET = f"(wanted.kind = 'mention' AND {is_silenced('%(actor)s')} AND NOT {_FOLLOWS.format('%(actor)s')})"
"""Whether somebody silenced names a person who does not follow them."""
_TOLD = (
    "chosen AS (SELECT DISTINCT ON (recipient_id) recipient_id, kind FROM wanted WHERE recipient_id <> %(actor)s "
    f"AND {_SEEN} AND NOT {_QUIET} AND "
    + _heard(recipient="recipient_id", actor="%(actor)s", kind="wanted.kind", post="%(post)s")
    + " ORDER BY recipient_id, importance), "
    "told AS (INSERT INTO notifications (recipient_id, kind, actor_id, post_id, comment_id) "
    "SELECT recipient_id, kind, %(actor)s, %(post)s, CAST(%(comment)s AS bigint) FROM chosen "
    f"ON CONFLICT DO NOTHING {_CHANGED}, true, {_PUSHED})"
)
"""Whoever is concerned by one text in several ways is told once, by what concerns them most and they want to hear."""
COMMENTED = (
    f"WITH {_NAMED}, wanted(recipient_id, kind, importance) AS ("
    "SELECT author_id, 'reply', 1 FROM comments WHERE id = %(answered)s "
    "UNION ALL SELECT author_id, 'comment', 2 FROM posts WHERE id = %(post)s "
    f"UNION ALL SELECT id, 'mention', 3 FROM named), {_TOLD} SELECT * FROM told"
)
MENTIONED = (
    f"WITH {_NAMED}, wanted(recipient_id, kind, importance) AS (SELECT id, 'mention', 1 FROM named), {_TOLD} "
    "SELECT * FROM told"
)
_EDITED = (
    f"WITH {_NAMED}, gone AS (DELETE FROM notifications WHERE kind = 'mention' AND {{text}} "
    "AND recipient_id NOT IN (SELECT id FROM named) "
    "RETURNING recipient_id, id, unread_since IS NOT NULL, CAST(ARRAY[] AS bigint[])), "
    f"wanted(recipient_id, kind, importance) AS (SELECT id, 'mention', 1 FROM named), {_TOLD} "
    "SELECT * FROM gone UNION ALL SELECT * FROM told"
)
POST_EDITED = _EDITED.format(text="post_id = %(post)s AND comment_id IS NULL")
COMMENT_EDITED = _EDITED.format(text="comment_id = %(comment)s")

_DELETED = (
    "WITH gone AS (DELETE FROM notifications WHERE {about} AND kind <> 'moderation' "
    "RETURNING recipient_id, id, unread_since IS NOT NULL), "
    "kept AS (UPDATE notifications SET post_id = NULL, comment_id = NULL WHERE {about} AND kind = 'moderation' "
    "RETURNING recipient_id, id, false) SELECT * FROM gone UNION ALL SELECT * FROM kept"
)
"""What moderators did to a thing is still told when it is gone."""
POST_DELETED = _DELETED.format(about="post_id = %(post)s")
COMMENT_DELETED = _DELETED.format(about="comment_id = %(comment)s")

MODERATED = (
    "INSERT INTO notifications (recipient_id, kind, post_id, comment_id, action, note) "
    f"VALUES (%(recipient)s, 'moderation', %(post)s, %(comment)s, %(action)s, %(note)s) {_CHANGED}, true, {_PUSHED}"
)

REPORTED = (
    "INSERT INTO notifications (recipient_id, kind, action) SELECT id, 'moderation', 'report' FROM users "
    f"WHERE role <> 'member' AND id <> %(reporter)s AND {is_leaving()} IS FALSE ORDER BY id LIMIT {MOST_MODERATORS} "
    "ON CONFLICT (recipient_id) WHERE action = 'report' DO UPDATE SET "
    f"others = CASE WHEN notifications.unread_since IS NULL THEN 0 ELSE notifications.others + 1 END, {_AGAIN} {_CAME}"
)
"""One entry for each moderator, which grows until they read it: a wave of reports is no wave of notices."""

_SOME = "WHERE id IN (SELECT id FROM notifications WHERE {} LIMIT %(most)s FOR UPDATE SKIP LOCKED)"
"""What another transaction is changing is left out: nobody waits for many rows in an order of their own."""
READ = (
    "UPDATE notifications SET unread_since = NULL, read_at = clock_timestamp() "
    + _SOME.format(
        "recipient_id = %(recipient)s AND unread_since IS NOT NULL "
        "AND (created_at, id) <= (CAST(%(moment)s AS timestamptz), %(id)s) ORDER BY created_at DESC, id DESC"
    )
    + f" {_CHANGED}, true"
)
DELETED_OF = (
    "DELETE FROM notifications "
    + _SOME.format("recipient_id = %(user)s OR actor_id = %(user)s")
    + f" {_CHANGED}, unread_since IS NOT NULL"
)
SWEPT = (
    "DELETE FROM notifications "
    + _SOME.format("unread_since IS NULL AND read_at < %(before)s ORDER BY read_at, id")
    + f" {_CHANGED}, false"
)
UNREAD = (
    "SELECT count(*) FROM (SELECT FROM notifications WHERE recipient_id = %(recipient)s "
    f"AND unread_since IS NOT NULL AND NOT EXISTS (SELECT FROM users AS actor WHERE actor.id = actor_id "
    f"AND {is_leaving('actor')}) LIMIT {MOST_COUNTED}) AS unread"
)
UNREAD_BY = (
    "SELECT DISTINCT recipient_id FROM notifications WHERE actor_id = %(actor)s AND unread_since IS NOT NULL "
    "AND recipient_id > %(after)s ORDER BY recipient_id LIMIT %(most)s"
)
HAS_OF = "SELECT EXISTS (SELECT FROM notifications WHERE recipient_id = %(user)s OR actor_id = %(user)s)"
