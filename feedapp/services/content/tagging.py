"""Which posts have which tags, kept with each write of a post, and what becomes stale by it.

A tag's row is locked before its followers are read, and a follow of the tag locks the same row: so a follow is either
seen here, or commits later and forgets the follower's home feed itself.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.content import FANOUT
from feedapp.cache.catalogue.invalidation.tags import tags_changed_posts, tags_recounted, used_tags_changed
from feedapp.text.links import tags
from feedapp.writing.belongings import Counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from feedapp.repositories.content.tags import Changed, TagRepository, Uses
    from feedapp.writing.events import PostHidden, PostPublished, PostShown
    from feedapp.writing.held_events import PostsSwept
    from feedapp.writing.unit_of_work import Work


class Tagging:
    """Keeps the tags of posts as their texts have them. Each method is part of a larger write, after all else of it."""

    def __init__(self, repository: TagRepository) -> None:
        self._tags = repository

    def published(self, work: Work, event: PostPublished) -> None:
        """Note the tags of a new post."""
        if names := tags(event.body):
            _, counted = self._tags.text_of(event.post_id)
            self._change(work, event.post_id, added=dict.fromkeys(names, int(counted)), removed={})

    def edit(self, work: Work, post_id: int) -> None:
        """Note the tags of a post that is locked and has another text now; a filter may have hidden it for that."""
        before, after = self._tags.of_post(post_id), self._named(post_id)
        added = {name: times for name, times in after.items() if name not in before}
        removed = {name: times for name, times in before.items() if name not in after}
        self._change(work, post_id, added=added, removed=removed)

    def of(self, post_id: int) -> Uses:
        """Give the tags of a post that is about to be deleted."""
        return self._tags.of_post(post_id)

    def deleted(self, work: Work, had: Iterable[Uses]) -> None:
        """Note that posts were deleted which had these tags."""
        self._note(work, self._tags.count({name: -times for name, times in _sum(had).items()}), fewer=True)

    def counted_in(self, author_id: int, *, after: int, at_most: int) -> Counted:
        """Name the counts of tags that somebody's posts are part of."""
        names, last = self._tags.of_posts_by(author_id, after=after, at_most=at_most)
        return Counted(tags_recounted(tags=names), last)

    def hidden(self, work: Work, event: PostHidden) -> None:
        """Take its tags from a post that a moderator hides, so that it is in no list of them."""
        self._change(work, event.post_id, added={}, removed=self._tags.of_post(event.post_id))

    def shown(self, work: Work, event: PostShown) -> None:
        """Give them back."""
        self._change(work, event.post_id, added=self._named(event.post_id), removed={})

    def swept(self, work: Work, event: PostsSwept) -> None:
        """Take their tags from posts that were hidden together, or give them back: all are locked in one order."""
        of = {each: self._tags.of_post(each) if event.hidden else self._named(each) for each in event.post_ids}
        times = _sum(of.values())
        changed = self._tags.count({name: -number if event.hidden else number for name, number in times.items()})
        change = self._tags.remove_from_post if event.hidden else self._tags.add_to_post
        for post_id, names in of.items():
            if names:
                change(post_id, [tag.id for tag in changed if tag.name in names])
        self._note(work, changed, fewer=event.hidden)

    def _named(self, post_id: int) -> Uses:
        """Give the tags that the text of a post names."""
        body, counted = self._tags.text_of(post_id)
        return dict.fromkeys(tags(body), int(counted))

    def _change(self, work: Work, post_id: int, *, added: Uses, removed: Uses) -> None:
        changed = self._tags.count({**added, **{name: -times for name, times in removed.items()}})
        if changed:
            self._tags.add_to_post(post_id, [tag.id for tag in changed if tag.name in added])
            self._tags.remove_from_post(post_id, [tag.id for tag in changed if tag.name not in added])
            self._note(work, changed, fewer=bool(removed))

    def _note(self, work: Work, changed: Sequence[Changed], *, fewer: bool) -> None:
        """Name what is stale. The tags are locked, so nobody begins to follow one of them before this write commits."""
        if not changed:
            return
        followed = [tag.id for tag in changed if tag.followers]
        reached = sum(tag.followers for tag in changed)
        follower_ids = None if reached > FANOUT else self._tags.follower_ids(followed) if followed else ()
        work.stales(tags_changed_posts(tags=[tag.name for tag in changed], follower_ids=follower_ids))
        if fewer or any(tag.posts == 1 for tag in changed):
            work.stales(used_tags_changed())


def _sum(uses: Iterable[Mapping[str, int]]) -> Uses:
    """Add up how often each tag is counted, those that are not counted included."""
    total: Counter[str] = Counter()
    for each in uses:
        for name, times in each.items():
            total[name] += times
    return total
