"""What the load is about: a few people, posts and comments, and a register for everything that is observed of them.

A register is something with one value at a time: a post's text, one like, a count. Posts and comments live in numbered
places: a place is empty (0) or holds the number of the operation that wrote its present text, which stands in the text.
"""

from __future__ import annotations

from itertools import count

USERS = 6
SHUT, DEAF, FAN, KEEPER, SUSPECT, HOST, GUEST, HEARER, MODERATOR = range(USERS, USERS + 9)
"""People beside them, of whom nothing is counted: whom the others block, who mutes the others, and who follows, now and
then, the one who keeps a post for followers only. The first three read all the time. Then who is suspended now and
then, and the moderator who does that, hides a post and a comment, and silences the keeper. The host asks a question
under each of some posts of theirs; the guest answers and likes it, and follows a tag; the hearer reads what they are
told."""
PEOPLE = USERS + 9
SECRET = "for followers only"
HIDDEN, HIDDEN_COMMENT, SUSPENDED, SILENCED = range(4)
JUDGED_BY = {HIDDEN: DEAF, HIDDEN_COMMENT: DEAF, SUSPENDED: SUSPECT, SILENCED: KEEPER}
"""What a moderator takes out of sight and shows again, and whose it is."""
JUDGED_TEXTS = ("a post that is hidden", "a comment that is hidden", "by somebody suspended", "by somebody silenced")
TALKS = 4
"""Posts of the host, each with a question below it."""
TAG, LANDMARK_TAG = "talk", "landmark"
"""Of posts that the host edits to have it or not; of a post that has it always, and is newer than the questions."""
STABLE = 8  # posts that are only edited
CHURNED = 4  # places in which posts are published, edited and deleted
POSTS = STABLE + CHURNED
COMMENTED = 4  # posts under which there are comments
COMMENTS = 12

_numbers = count()
POST = [next(_numbers) for _ in range(POSTS)]
COMMENT = [next(_numbers) for _ in range(COMMENTS)]
LIKE = [[next(_numbers) for _ in range(USERS)] for _ in range(STABLE)]
FOLLOW = [[next(_numbers) for _ in range(USERS)] for _ in range(USERS)]
BOOKMARK = [[next(_numbers) for _ in range(USERS)] for _ in range(STABLE)]
BLOCK = [next(_numbers) for _ in range(USERS)]
MUTE = [next(_numbers) for _ in range(USERS)]
FAN_FOLLOWS = next(_numbers)
JUDGED = [next(_numbers) for _ in JUDGED_TEXTS]
TAGGED, ANSWER, QUESTION_LIKE = [[next(_numbers) for _ in range(TALKS)] for _ in range(3)]
TAG_FOLLOWED = next(_numbers)
HEARD_TOLD, HEARD_UNREAD = next(_numbers), next(_numbers)
BASIC = next(_numbers)
"""Registers below this number are written; those from it on are made of them."""

LIKES_COUNT = [next(_numbers) for _ in range(POSTS)]
COMMENTS_COUNT = [next(_numbers) for _ in range(POSTS)]
POSTS_COUNT = [next(_numbers) for _ in range(USERS)]
FOLLOWERS_COUNT = [next(_numbers) for _ in range(USERS)]
FOLLOWING_COUNT = [next(_numbers) for _ in range(USERS)]
HOME = [[next(_numbers) for _ in range(POSTS)] for _ in range(USERS)]
"""A post in somebody's home feed: there if it exists and they follow its author."""
TAGGED_COUNT = next(_numbers)
TOLD_COUNT = next(_numbers)
"""What the host has not read: they never read it, so it is as much as they were told."""
REGISTERS = next(_numbers)


def author(post: int) -> int:
    """Say who writes the posts of a place."""
    return post % USERS


def post_of(comment: int) -> int:
    """Say under which post a place for comments is."""
    return comment % COMMENTED


def commenter(comment: int) -> int:
    """Say who writes the comments of a place."""
    return (comment // COMMENTED + comment) % USERS


def follows_first(follower: int, followee: int) -> bool:
    """Say whether one follows the other when the load begins."""
    return follower != followee and (follower + followee) % 2 == 1


def is_toggled(follower: int, followee: int) -> bool:
    """Say whether that changes during the load; the other follows stand still, so that feeds are compared exactly."""
    return follower != followee and (2 * follower + followee) % 3 == 0


def sums() -> dict[int, list[int]]:
    """Give the registers that each count counts."""
    people = range(USERS)
    return {
        **{LIKES_COUNT[p]: LIKE[p] if p < STABLE else [] for p in range(POSTS)},
        **{COMMENTS_COUNT[p]: [COMMENT[c] for c in range(COMMENTS) if post_of(c) == p] for p in range(POSTS)},
        **{POSTS_COUNT[u]: [POST[p] for p in range(POSTS) if author(p) == u] for u in people},
        **{FOLLOWERS_COUNT[u]: [FOLLOW[v][u] for v in people if v != u] for u in people},
        **{FOLLOWING_COUNT[u]: [FOLLOW[u][v] for v in people if v != u] for u in people},
        TAGGED_COUNT: TAGGED,
        TOLD_COUNT: [*ANSWER, *QUESTION_LIKE],
    }


def homes() -> dict[int, tuple[int, int | None]]:
    """Give, for every place in a home feed, the register of the post and that of the follow (None for one's own)."""
    return {
        HOME[u][p]: (POST[p], None if author(p) == u else FOLLOW[u][author(p)])
        for u in range(USERS)
        for p in range(POSTS)
    }


def first_values() -> dict[int, int]:
    """Give the values that the preparation leaves, of all registers that are written."""
    values = dict.fromkeys(range(BASIC), 0)
    values |= {POST[p]: 1 for p in range(STABLE)}
    values |= {FOLLOW[u][v]: int(follows_first(u, v)) for u in range(USERS) for v in range(USERS)}
    return values


def name(register: int) -> str:
    """Name a register in a report."""
    for kind, numbers in (("post", POST), ("comment", COMMENT), ("block", BLOCK), ("mute", MUTE),
                          ("fan follows", [FAN_FOLLOWS]), ("judged", JUDGED), ("tagged", TAGGED), ("answer", ANSWER),
                          ("question liked", QUESTION_LIKE), ("tag followed", [TAG_FOLLOWED]),
                          ("told", [HEARD_TOLD]), ("unread", [HEARD_UNREAD]), ("tagged count", [TAGGED_COUNT]),
                          ("told count", [TOLD_COUNT]), ("likes count", LIKES_COUNT),
                          ("comments count", COMMENTS_COUNT), ("posts count", POSTS_COUNT),
                          ("followers count", FOLLOWERS_COUNT), ("following count", FOLLOWING_COUNT)):  # fmt: skip
        if register in numbers:
            return f"{kind} {numbers.index(register)}"
    for kind, table in (("like", LIKE), ("follow", FOLLOW), ("bookmark", BOOKMARK), ("home", HOME)):
        for first, numbers in enumerate(table):
            if register in numbers:
                return f"{kind} {first},{numbers.index(register)}"
    return f"register {register}"


def text_of(place: str, number: int, operation: int) -> str:
    """Write a text that says which place it is in and which operation wrote it: `[p3v17]`."""
    return f"[{place}{number}v{operation}] written by operation {operation}"
