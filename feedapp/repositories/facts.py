"""Loads facts as the cache stores them: any mixture of kinds in one statement.

Each kind is a SELECT of (kind, id, JSON); what is wanted is joined by UNION ALL, so a page with twenty posts, their
counts, their authors and the reader's likes costs one round trip to PostgreSQL. What is not found is not in the answer;
what is there, but out of sight, is None.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from feedapp.lengths import SPAN
from feedapp.postgres.rows import rows
from feedapp.repositories import sight
from feedapp.repositories.former_usernames import TAKEN_NAMES
from feedapp.repositories.tokens import ENDS_AT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Engine

Ids = tuple[Any, ...]
LATEST_TAGGED = 10_000

_TIME = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_BODY = (
    f"'author_id', author_id, 'body', body, 'language', language, 'created_at', {_TIME.format('created_at')}, "
    f"'edited_at', {_TIME.format('edited_at')}"
    ", 'hidden', CASE WHEN hidden_at IS NOT NULL THEN json_build_object('reason', hidden_reason) END"
)

_PICTURES = (
    "(SELECT coalesce(json_agg(json_build_array(id, digest, width, height, alt) ORDER BY place), '[]') "
    "FROM pictures WHERE post_id = posts.id)"
)


def _by_id(table: str, value: str, column: str = "id") -> str:
    """Select by one id; {0} stands for the kind."""
    return f"SELECT '{{0}}', {column}::text, {value} FROM {table} WHERE {column} = ANY(%({{0}}_0)s)"  # noqa: S608


def _of_comment(counted: str) -> str:
    """Select a count of a comment: most have no counters, since nobody likes or answers them."""
    return (
        f"SELECT '{{0}}', comments.id::text, to_json(CASE WHEN comment_id IS NULL THEN 0 ELSE {counted} END) "  # noqa: S608
        "FROM comments LEFT JOIN comment_counters ON comment_id = comments.id WHERE comments.id = ANY(%({0}_0)s)"
    )


def _by_pair(table: str, first: str, second: str) -> str:
    """Select whether there is a row for each pair of ids."""
    return (
        f"SELECT '{{0}}', a || ':' || b, to_json(EXISTS (SELECT FROM {table} WHERE {first} = a AND {second} = b)) "  # noqa: S608
        "FROM unnest(CAST(%({0}_0)s AS bigint[]), CAST(%({0}_1)s AS bigint[])) AS pair(a, b)"
    )


SELECTS = {
    "post": _by_id("posts", f"json_build_object('id', id, 'visibility', visibility, {_BODY}, 'media', {_PICTURES})"),
    "post_likes_count": _by_id("post_counters", f"to_json({sight.LIKES})", "post_id"),
    "post_comments_count": _by_id("post_counters", f"to_json({sight.COMMENTS})", "post_id"),
    "liked": _by_pair("likes", "post_id", "user_id"),
    # By spans of ids, since a flag for each post would cost a statement at the first sight of every new one.
    "bookmarked": (
        "SELECT '{0}', a || ':' || b, json_build_object('post_id', "  # noqa: S608
        "(SELECT coalesce(json_agg(post_id ORDER BY post_id), '[]') FROM bookmarks "
        f"WHERE user_id = a AND post_id >= b * {SPAN} AND post_id < (b + 1) * {SPAN})) "
        "FROM unnest(CAST(%({0}_0)s AS bigint[]), CAST(%({0}_1)s AS bigint[])) AS pair(a, b)"
    ),
    # Every word is a tag, whether or not anybody has used it.
    "tag": (
        f"SELECT '{{0}}', wanted, json_build_object('posts_count', {sight.TAGGED}, "  # noqa: S608
        "'followers_count', coalesce(followers, 0)) "
        "FROM unnest(CAST(%({0}_0)s AS text[])) AS name(wanted) LEFT JOIN tags ON tags.name = wanted"
    ),
    "tags_of": (
        "SELECT '{0}', owner::text, (SELECT coalesce(json_agg(name ORDER BY name), '[]') FROM tag_follows "
        "JOIN tags ON tags.id = tag_id WHERE user_id = owner) "
        "FROM unnest(CAST(%({0}_0)s AS bigint[])) AS wanted(owner)"
    ),
    "comment": _by_id(
        "comments", f"json_build_object('id', id, 'post_id', post_id, 'in_reply_to', in_reply_to, {_BODY})"
    ),
    "comment_likes_count": _of_comment(sight.COMMENT_LIKES),
    "comment_replies_count": _of_comment(sight.REPLIES),
    "comment_liked": _by_pair("comment_likes", "comment_id", "user_id"),
    # Whoever is out of sight has a null, which is kept: what stands on a page is asked for by everybody.
    "user": _by_id(
        "users",
        f"CASE WHEN {sight.in_sight()} THEN json_build_object('id', id, 'key', key, 'username', username, "  # noqa: S608
        "'display_name', display_name, 'bio', bio, 'role', role, 'silenced', silenced_at IS NOT NULL, "
        "'avatar', avatar, 'pinned', (SELECT post_id FROM pins WHERE user_id = users.id), "
        "'home_renewals', home_renewals, 'locale', locale, "
        f"'created_at', {_TIME.format('created_at')}) END",
    ),
    "user_posts_count": _by_id("user_counters", "to_json(posts)", "user_id"),
    "followers_count": _by_id("user_counters", f"to_json({sight.FOLLOWERS})", "user_id"),
    "following_count": _by_id("user_counters", f"to_json({sight.FOLLOWING})", "user_id"),
    "follows": _by_pair("follows", "follower_id", "followee_id"),
    "relations": (
        "SELECT '{0}', owner::text, json_build_object("
        "'blocks', (SELECT coalesce(json_agg(blocked_id ORDER BY blocked_id), '[]') FROM blocks "
        "WHERE blocker_id = owner), "
        "'blocked_by', (SELECT coalesce(json_agg(blocker_id ORDER BY blocker_id), '[]') FROM blocks "
        "WHERE blocked_id = owner), "
        "'mutes', (SELECT coalesce(json_agg(muted_id ORDER BY muted_id), '[]') FROM mutes WHERE muter_id = owner), "
        "'words', (SELECT coalesce(json_agg(word ORDER BY word), '[]') FROM muted_words WHERE user_id = owner)) "
        "FROM unnest(CAST(%({0}_0)s AS bigint[])) AS wanted(owner)"
    ),
    "username": (
        "SELECT '{0}', username, to_json(id) FROM users WHERE username = ANY(CAST(%({0}_0)s AS text[])) "  # noqa: S608
        f"AND {sight.in_sight()}"
    ),
    "taken": TAKEN_NAMES,
    # Before anybody has set anything there is no row: the code knows what that means.
    "site": (
        "SELECT '{0}', '', coalesce((SELECT to_jsonb(site_settings) - 'id' FROM site_settings), "
        "jsonb_build_object())::json"
    ),
    "invitations": (
        "SELECT '{0}', '', (SELECT coalesce(json_agg(json_build_object('id', id, 'created_by', created_by, "  # noqa: S608
        f"'created_at', {_TIME.format('created_at')}, 'expires_at', {_TIME.format('expires_at')}, "
        f"'revoked_at', {_TIME.format('revoked_at')}, 'uses', uses, 'used', used, 'came', "
        "(SELECT coalesce(json_agg(user_id ORDER BY user_id), '[]') FROM (SELECT user_id FROM arrivals "
        "WHERE invitation_id = invitation.id ORDER BY user_id LIMIT 20) AS arrival)) ORDER BY id DESC), '[]') "
        "FROM (SELECT * FROM invitations ORDER BY id DESC LIMIT 100) AS invitation)"
    ),
    "applications": (
        "SELECT '{0}', '', (SELECT coalesce(json_agg(json_build_object('username', username, "  # noqa: S608
        f"'display_name', display_name, 'reason', reason, 'created_at', {_TIME.format('created_at')}) "
        "ORDER BY created_at, id), '[]') FROM (SELECT * FROM applications WHERE refused_at IS NULL "
        "ORDER BY created_at, id LIMIT 100) AS application)"
    ),
    "recovery": (
        f"SELECT '{{0}}', users.id::text, json_build_object('created_at', {_TIME.format('users.created_at')}, "  # noqa: S608
        "'second_factor', (SELECT CASE WHEN confirmed_at IS NULL THEN 'pending' ELSE 'on' END FROM second_factors "
        "WHERE second_factors.user_id = users.id), 'made', count(recovery_codes.id), "
        "'left', count(*) FILTER (WHERE recovery_codes.id IS NOT NULL AND used_at IS NULL)) "
        "FROM users LEFT JOIN recovery_codes ON recovery_codes.user_id = users.id "
        "WHERE users.id = ANY(%({0}_0)s) GROUP BY users.id"
    ),
    "passkeys": (
        "SELECT '{0}', users.id::text, (SELECT coalesce(json_agg(json_build_object('id', passkeys.id, 'name', name, "  # noqa: S608
        f"'created_at', {_TIME.format('passkeys.created_at')}, 'used_at', {_TIME.format('used_at')}) "
        "ORDER BY passkeys.id), '[]') FROM passkeys WHERE user_id = users.id) FROM users "
        "WHERE users.id = ANY(%({0}_0)s)"
    ),
    "email": (
        "SELECT '{0}', wanted.id::text, json_build_object("
        "'verified', (SELECT address FROM mail_addresses WHERE user_id = wanted.id AND verified_at IS NOT NULL), "
        "'pending', (SELECT address FROM mail_addresses WHERE user_id = wanted.id AND verified_at IS NULL)) "
        "FROM unnest(CAST(%({0}_0)s AS bigint[])) AS wanted(id)"
    ),
    # No more are counted, so that no page costs more to somebody who never reads them.
    "unread": (
        "SELECT '{0}', users.id::text, (SELECT to_json(count(*)) FROM (SELECT FROM notifications "  # noqa: S608
        "WHERE recipient_id = users.id AND unread_since IS NOT NULL "
        f"AND NOT EXISTS (SELECT FROM users AS actor WHERE actor.id = actor_id AND {sight.is_leaving('actor')}) "
        "LIMIT 1000) AS unread) FROM users WHERE users.id = ANY(%({0}_0)s)"
    ),
    "notification": _by_id(
        "notifications",
        "json_build_object('id', id, 'recipient_id', recipient_id, 'kind', kind, 'actor_id', actor_id, "
        "'others', others, 'post_id', post_id, 'comment_id', comment_id, 'action', action, 'note', note, "
        f"'created_at', {_TIME.format('created_at')}, 'unread', unread_since IS NOT NULL)",
    ),
    "refused": (
        "SELECT '{0}', users.id::text, (SELECT coalesce(json_agg(kind ORDER BY kind), '[]') FROM refused_notifications "
        "WHERE user_id = users.id) FROM users WHERE users.id = ANY(%({0}_0)s)"
    ),
    "digest": (
        "SELECT '{0}', users.id::text, (SELECT to_json(coalesce((SELECT every FROM notification_digests "
        "WHERE user_id = users.id), 'never'))) FROM users WHERE users.id = ANY(%({0}_0)s)"
    ),
    "conversation_muted": _by_pair("muted_conversations", "post_id", "user_id"),
    "suspension": (
        "SELECT '{0}', users.id::text, coalesce((SELECT json_build_object('key', users.key, 'reason', reason, 'until', "  # noqa: S608
        f"{_TIME.format('until')}) FROM sanctions WHERE user_id = users.id AND kind = 'suspension'), 'false') "
        "FROM users WHERE users.id = ANY(%({0}_0)s)"
    ),
    "open_reports": (
        "SELECT '{0}', '', (SELECT to_json(count(*)) FROM (SELECT FROM report_cases WHERE resolved_at IS NULL "
        "LIMIT 1000) AS waiting)"
    ),
    "public_log": (
        "SELECT '{0}', '', (SELECT coalesce(json_agg(json_build_object('action', action, 'thing', thing, "  # noqa: S608
        f"'reason', reason, 'until', {_TIME.format('until')}, 'created_at', {_TIME.format('created_at')}) "
        "ORDER BY created_at DESC, id DESC), '[]') FROM (SELECT * FROM moderation_actions "
        "WHERE action NOT IN ('note', 'resolve') ORDER BY created_at DESC, id DESC LIMIT 100) AS line)"
    ),
    "staff": "SELECT '{0}', '', (SELECT coalesce(json_agg(id ORDER BY id), '[]') FROM users WHERE role <> 'member')",
    "token": (
        "SELECT '{0}', encode(hash, 'hex'), json_build_object('user_id', user_id, 'user_key', users.key, 'kind', kind, "  # noqa: S608
        f"'scopes', scopes, 'ends_at', extract(epoch FROM {ENDS_AT})::bigint) "
        "FROM tokens JOIN users ON users.id = user_id "
        "WHERE hash = ANY(SELECT decode(each, 'hex') FROM unnest(CAST(%({0}_0)s AS text[])) AS each)"
    ),
    "tokens_of": (
        "SELECT '{0}', owner::text, (SELECT coalesce(json_agg(json_build_object("  # noqa: S608
        "'hash', encode(hash, 'hex'), 'kind', kind, 'name', name, 'scopes', scopes, 'new_device', new_device, "
        f"'created_at', {_TIME.format('created_at')}, 'expires_at', {_TIME.format(f'({ENDS_AT})')}, "
        f"'last_used_at', {_TIME.format('last_used_at')}"
        ") ORDER BY id DESC), '[]') FROM tokens WHERE user_id = owner) "
        "FROM unnest(CAST(%({0}_0)s AS bigint[])) AS wanted(owner)"
    ),
    # By how many people use them, so that nobody makes a tag great alone; of a busy week, the last LATEST_TAGGED uses.
    "used_tags": (
        "SELECT '{0}', '', (SELECT coalesce(json_agg(name), '[]') FROM (SELECT tags.name FROM (SELECT tag_id, post_id "  # noqa: S608
        f"FROM post_tags WHERE created_at > now() - interval '7 days' ORDER BY created_at DESC LIMIT {LATEST_TAGGED}) "
        "AS used JOIN posts ON posts.id = post_id JOIN tags ON tags.id = tag_id "
        f"WHERE NOT {sight.IS_LIMITED} AND NOT {sight.is_silenced('posts.author_id')} GROUP BY tags.name "
        "ORDER BY count(DISTINCT author_id) DESC, count(*) DESC, tags.name LIMIT 20) AS ranked)"
    ),
    # No cost here grows with the number of users: one index gives the most followed, another who wrote last.
    "notable": (
        "SELECT '{0}', '', (SELECT coalesce(json_agg(user_id), '[]') FROM (SELECT user_id FROM user_counters "
        "JOIN (SELECT user_id FROM (SELECT user_id FROM user_counters ORDER BY followers DESC, user_id DESC LIMIT 100) "
        "AS followed UNION SELECT author_id FROM (SELECT author_id FROM posts ORDER BY created_at DESC, id DESC "
        "LIMIT 100) AS latest) AS candidate USING (user_id) "
        "ORDER BY posts > 0 DESC, followers DESC, user_id DESC LIMIT 50) AS ranked)"
    ),
}
"""By the name of the key template that the fact is kept under."""


class FactRepository:
    """Loads facts. `engine` is that of `database.connect_reads`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def load(self, wanted: Mapping[str, Sequence[Ids]]) -> dict[tuple[str, str], Any]:
        """Load facts by kind and ids in one statement. Give JSON data by the kind, and the ids joined by colons."""
        parameters: dict[str, list[Any]] = {}
        for kind, all_ids in wanted.items():
            parameters |= {f"{kind}_{number}": list(ids) for number, ids in enumerate(zip(*all_ids, strict=True))}
        found = rows(self._engine, _statement(tuple(wanted)), parameters)
        return {(kind, name): data for kind, name, data in found}


@lru_cache(256)
def _statement(kinds: tuple[str, ...]) -> str:
    """Compose the statement for facts of these kinds."""
    return " UNION ALL ".join(SELECTS[kind].format(kind) for kind in kinds)
