"""What an answer shows, as (register, value) pairs: the half of a read that knows JSON and HTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.consistency.load import world

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Shown = list[tuple[int, int]]
_MARK = re.compile(r"\[([pc])(\d+)v(\d+)\]")
_LIKES = re.compile(r'<span>([\d,]+)</span><span class="unseen"> likes?')
_COMMENTS = re.compile(r'<span>([\d,]+)</span><span class="unseen"> comments?')
_COUNTS = re.compile(r"<b>([\d,]+)</b> (post|follower|following)")
_ID = re.compile(r'id="post-(\d+)"')


def place_in(text: str) -> tuple[str, int, int] | None:
    """Read which place a text is in, and which operation wrote it."""
    found = _MARK.search(text)
    return (found[1], int(found[2]), int(found[3])) if found else None


class Reader:
    """Reads answers, and remembers under which id each post was last seen."""

    def __init__(self, posts: list[str]) -> None:
        self.ids: dict[int, str] = dict(enumerate(posts))

    def post(self, item: dict[str, Any], viewer: int | None) -> tuple[int, Shown]:
        """Read a post as the API gives it: its place and what it shows."""
        place = place_in(item["body"])
        assert place is not None, f"a post without a place: {item}"
        _, number, operation = place
        self.ids[number] = item["id"]
        shown = [(world.POST[number], operation)]
        if number < world.STABLE:  # what is said of a post in another place begins anew with each post
            shown += [(world.LIKES_COUNT[number], item["likes_count"])]
            shown += [(world.COMMENTS_COUNT[number], item["comments_count"])]
            if viewer is not None and item["liked"] is not None:
                shown += [(world.LIKE[number][viewer], int(item["liked"]))]
                shown += [(world.BOOKMARK[number][viewer], int(item["bookmarked"]))]
        return number, shown

    def feed(self, items: Iterable[dict[str, Any]], feed: str, viewer: int | None, *, whole: bool) -> Shown:
        """Read a first page: its posts, and which are not there. `feed` is `public`, `home` or `by USER`."""
        posts = [self.post(item, viewer) for item in items if place_in(item["body"])]
        return _with_absent(posts, feed, viewer, whole=whole)

    def by_author(self, items: Iterable[dict[str, Any]], hidden: list[int]) -> Shown:
        """Read a whole feed in which somebody may see nothing of an author: `hidden` are the registers that say so."""
        posts = dict(self.post(item, None) for item in items if place_in(item["body"]))
        absent = [(hidden[world.author(p)], int(p not in posts)) for p in range(world.STABLE)]
        return [pair for shown in posts.values() for pair in shown] + absent

    def bookmarks(self, items: Iterable[dict[str, Any]], viewer: int) -> Shown:
        """Read the list of what somebody has bookmarked: whole, as only posts that stay are."""
        posts = [self.post(item, viewer) for item in items]
        there = {number for number, _ in posts}
        listed = [(world.BOOKMARK[number][viewer], int(number in there)) for number in range(world.STABLE)]
        return [pair for _, shown in posts for pair in shown] + listed

    def page(self, html: str, feed: str, viewer: int | None) -> Shown:
        """Read a first page of a feed as HTML."""
        cards = list(self._cards(html, viewer))
        return _with_absent(cards, feed, viewer, whole='rel="next"' not in html)

    def post_page(self, html: str, viewer: int | None, post: int) -> Shown:
        """Read a post's own page, with its comments."""
        shown = [pair for number, card in self._cards(html, viewer) if number == post for pair in card]
        marks = [mark for mark in map(place_in, html.split("<article ")[1:]) if mark and mark[0] == "c"]
        return shown + _comments([(number, operation) for _, number, operation in marks], post)

    def _cards(self, html: str, viewer: int | None) -> Iterator[tuple[int, Shown]]:
        for card in html.split("<article ")[1:]:
            place = place_in(card)
            if place is None or place[0] != "p":
                continue
            number = place[1]
            shown = [(world.POST[number], place[2])]
            if found := _ID.search(card):
                self.ids[number] = found[1]
            if number < world.STABLE:
                for pattern, counts in ((_LIKES, world.LIKES_COUNT), (_COMMENTS, world.COMMENTS_COUNT)):
                    if found := pattern.search(card):
                        shown.append((counts[number], int(found[1].replace(",", ""))))
                if viewer is not None:
                    shown.append((world.LIKE[number][viewer], int('class="act liked"' in card)))
                    shown.append((world.BOOKMARK[number][viewer], int('class="act kept"' in card)))
            yield number, shown


def comments(items: Iterable[dict[str, Any]], post: int) -> Shown:
    """Read a list of comments."""
    places = [place for item in items if (place := place_in(item["body"]))]
    return _comments([(number, operation) for _, number, operation in places], post)


def all_comments(items: Iterable[dict[str, Any]]) -> Shown:
    """Read a search that finds every comment in a place."""
    found = list(items)
    return [pair for post in range(world.COMMENTED) for pair in comments(_under(found, post), post)]


def likers(items: Iterable[dict[str, Any]], post: int, usernames: list[str]) -> Shown:
    """Read who likes a post."""
    names = {item["username"] for item in items}
    return [(world.LIKE[post][user], int(username in names)) for user, username in enumerate(usernames)]


def secret(items: Iterable[dict[str, Any]]) -> Shown:
    """Read whether a feed has the post for followers only."""
    return [(world.FAN_FOLLOWS, int(any(item["body"] == world.SECRET for item in items)))]


def judged(answer: bytes, which: Iterable[int]) -> Shown:
    """Read which of the things that moderators decide about is not in a whole answer, JSON or HTML."""
    there = answer.decode()
    return [(world.JUDGED[what], int(world.JUDGED_TEXTS[what] not in there)) for what in which]


def profile(user: dict[str, Any], of: int, viewer: int | None) -> Shown:
    """Read a profile."""
    shown = [
        (world.POSTS_COUNT[of], user["posts_count"]),
        (world.FOLLOWERS_COUNT[of], user["followers_count"]),
        (world.FOLLOWING_COUNT[of], user["following_count"]),
    ]
    if viewer is not None and viewer != of:
        shown.append((world.FOLLOW[viewer][of], int(user["following"])))
    return shown


def profile_counts(html: str, of: int) -> Shown:
    """Read the counts on a profile's page."""
    kinds = {"post": world.POSTS_COUNT, "follower": world.FOLLOWERS_COUNT, "following": world.FOLLOWING_COUNT}
    return [(kinds[kind][of], int(count.replace(",", ""))) for count, kind in _COUNTS.findall(html)]


def _under(items: list[dict[str, Any]], post: int) -> list[dict[str, Any]]:
    places = [(item, place_in(item["body"])) for item in items]
    return [item for item, place in places if place and world.post_of(place[1]) == post]


def _comments(places: list[tuple[int, int]], post: int) -> Shown:
    there = {number for number, _ in places}
    absent = (c for c in range(world.COMMENTS) if world.post_of(c) == post and c not in there)
    return [(world.COMMENT[c], operation) for c, operation in places] + [(world.COMMENT[c], 0) for c in absent]


def _with_absent(posts: list[tuple[int, Shown]], feed: str, viewer: int | None, *, whole: bool) -> Shown:
    """Add which posts the feed does not show. One that is not whole still shows all the new ones, in their places."""
    shown = [pair for _, card in posts for pair in card]
    there = {number for number, _ in posts}
    absent = [p for p in range(0 if whole else world.STABLE, world.POSTS) if p not in there]
    if feed == "home":
        assert viewer is not None, "a home feed has an owner"
        home = {world.POST[p]: world.HOME[viewer][p] for p in range(world.POSTS)}
        return [(home.get(register, register), value) for register, value in shown] + [
            (world.HOME[viewer][p], 0) for p in absent
        ]
    if feed == "public":
        return shown + [(world.POST[p], 0) for p in absent]
    owner = int(feed.removeprefix("by "))
    return shown + [(world.POST[p], 0) for p in absent if world.author(p) == owner]
