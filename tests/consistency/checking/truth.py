"""What PostgreSQL holds once the load has ended."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.consistency.load import world

if TYPE_CHECKING:
    from tests.consistency.load.plan import Plan
    from tests.consistency.sites.site import Site

_JUDGED = {
    world.HIDDEN: "posts WHERE hidden_at IS NOT NULL",
    world.HIDDEN_COMMENT: "comments WHERE hidden_at IS NOT NULL",
    world.SUSPENDED: "sanctions WHERE kind = 'suspension'",
    world.SILENCED: "sanctions WHERE kind = 'silence'",
}


def truth(site: Site, plan: Plan) -> dict[int, int]:
    """Give the value that PostgreSQL holds for every register."""
    users = {str(row[0]): number for number, row in enumerate(site.query("SELECT id FROM users ORDER BY id"))}
    posts = {int(post): number for number, post in enumerate(plan.posts)}
    found = dict.fromkeys(range(world.BASIC), 0)
    for table, kind, registers in (("posts", "p", world.POST), ("comments", "c", world.COMMENT)):
        for (body,) in site.query(f"SELECT body FROM {table} WHERE body LIKE '[%'"):
            number, operation = re.findall(rf"\[{kind}(\d+)v(\d+)\]", str(body))[0]
            found[registers[int(number)]] = int(operation)
    for table, pairs in (("likes", world.LIKE), ("bookmarks", world.BOOKMARK)):
        for post, user in site.query(f"SELECT post_id, user_id FROM {table}"):
            if int(str(post)) in posts:
                found[pairs[posts[int(str(post))]][users[str(user)]]] = 1
    for follower, followee in site.query("SELECT follower_id, followee_id FROM follows"):
        one, other = users[str(follower)], users[str(followee)]
        found[world.FAN_FOLLOWS if one == world.FAN else world.FOLLOW[one][other]] = 1
    found |= _truth_of_sight(site, users) | _truth_of_talks(site, plan)
    found |= {total: sum(bool(found[part]) for part in parts) for total, parts in world.sums().items()}
    for register, (post_register, follow) in world.homes().items():
        found[register] = found[post_register] if follow is None or found[follow] else 0
    return found


def _truth_of_sight(site: Site, users: dict[str, int]) -> dict[int, int]:
    found = dict[int, int]()
    for (blocker,) in site.query("SELECT blocker_id FROM blocks"):
        found[world.BLOCK[users[str(blocker)]]] = 1
    for (muted,) in site.query("SELECT muted_id FROM mutes"):
        found[world.MUTE[users[str(muted)]]] = 1
    for what, rows in _JUDGED.items():
        found[world.JUDGED[what]] = _is_there(site, rows)
    return found


def _truth_of_talks(site: Site, plan: Plan) -> dict[int, int]:
    talks, found = plan.talks, dict[int, int]()
    for t, (post, question) in enumerate(zip(talks.posts, talks.questions, strict=True)):
        found[world.TAGGED[t]] = _is_there(site, f"post_tags WHERE post_id = {post}")
        found[world.ANSWER[t]] = _is_there(site, f"comments WHERE in_reply_to = {question}")
        found[world.QUESTION_LIKE[t]] = _is_there(site, f"comment_likes WHERE comment_id = {question}")
    followed = f"tag_follows JOIN tags ON tags.id = tag_id WHERE name = '{world.LANDMARK_TAG}'"
    found[world.TAG_FOLLOWED] = _is_there(site, followed)
    found[world.HEARD_TOLD] = _is_there(site, f"likes WHERE post_id = {talks.heard}")
    unread = f"notifications WHERE post_id = {talks.heard} AND unread_since IS NOT NULL"
    found[world.HEARD_UNREAD] = _is_there(site, unread)
    return found


def _is_there(site: Site, rows: str) -> int:
    return int(bool(list(site.query(f"SELECT 1 FROM {rows}"))))
