"""What one person likes, and the comments they wrote: newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.cache.catalogue import keys
from feedapp.errors import NotFoundError, UnauthenticatedError
from feedapp.reading.assembly import (
    audience_keys,
    is_seen,
    post_audience_keys,
    post_views,
    posts_keys,
    profile_keys,
    profile_view,
)
from feedapp.reading.page_models import CommentsByView, ProfilePageView, UnderPost
from feedapp.reading.read_models import FeedView, sight_of
from feedapp.reading.reader import Place
from feedapp.reading.threads import comment_keys, comment_view
from feedapp.reading.viewers import SIGN_IN, person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from feedapp.cache.catalogue.declarations import Key, ListTemplate
    from feedapp.pagination import Entry
    from feedapp.reading.read_models import Viewer
    from feedapp.reading.reader import Reading
    from feedapp.reading.sight import Sight
    from feedapp.reading.viewers import Credentials, ViewerService

NOBODY = "There is nobody with that name."


class ActivityService:
    """Reads what people do beside writing posts. A page may be short by what the viewer does not see."""

    def __init__(self, *, reading: Reading, viewers: ViewerService) -> None:
        self._reading = reading
        self._viewers = viewers

    def likes(self, credentials: Credentials, *, username: str, cursor: str | None, limit: int) -> ProfilePageView:
        """Give a page of the posts that somebody likes, with who it is. Raise NotFoundError."""
        viewer, user_id = self._identify(credentials, keys.LIKED_BY, username, cursor, limit)
        sight = sight_of(viewer)
        reader = sight.viewer_id
        place = Place(keys.LIKED_BY.of(user_id), cursor, limit)
        page = self._reading.page(place, leads_to=lambda entries: posts_keys(entries, reader))
        wanted = [*profile_keys(user_id, reader), *posts_keys(page.items, reader)]
        facts = self._reading.facts(list(dict.fromkeys(wanted)))
        profile = profile_view(user_id, facts, sight)
        if profile is None:
            raise NotFoundError(NOBODY)
        return ProfilePageView(viewer, profile, page.of(post_views(page.items, facts, sight, muted=user_id == reader)))

    def own_likes(self, credentials: Credentials, *, cursor: str | None, limit: int) -> FeedView:
        """Give a page of the posts that the viewer likes. Raise UnauthenticatedError."""
        claimed = credentials.claimed_id
        places = [] if claimed is None else [Place(keys.LIKED_BY.of(claimed), cursor, limit)]
        viewer = self._viewers.identify(credentials, places=places).viewer
        if viewer is None:
            raise UnauthenticatedError(SIGN_IN)
        place = Place(keys.LIKED_BY.of(viewer.id), cursor, limit)
        page = self._reading.page(place, leads_to=lambda entries: posts_keys(entries, viewer.id))
        facts = self._reading.facts(posts_keys(page.items, viewer.id))
        return FeedView(viewer, page.of(post_views(page.items, facts, viewer.sight, muted=True)))

    def comments(
        self,
        credentials: Credentials,
        *,
        username: str,
        cursor: str | None,
        limit: int,
        named_in: Callable[[Sequence[str]], Iterable[Key]] = lambda _: (),
    ) -> CommentsByView:
        """Give a page of somebody's comments, each with what it is under. Raise NotFoundError.

        A comment under a post that the viewer does not see is not there for them. `named_in` names what is shown
        of the texts, to be loaded along with the last of the facts.
        """
        viewer, user_id = self._identify(credentials, keys.COMMENTS_BY, username, cursor, limit)
        sight = sight_of(viewer)
        place = Place(keys.COMMENTS_BY.of(user_id), cursor, limit)
        page = self._reading.page(place, leads_to=lambda entries: self._ahead(entries, sight.viewer_id))
        wanted = [*profile_keys(user_id, sight.viewer_id), *_comments_keys(page.items, sight.viewer_id)]
        self._reading.ahead(facts=[*wanted, *self._ahead(page.items, sight.viewer_id)])
        facts = self._reading.facts(list(dict.fromkeys(wanted)))
        profile = profile_view(user_id, facts, sight)
        if profile is None:
            raise NotFoundError(NOBODY)
        written = (facts.get(keys.COMMENT.key(entry.id)) for entry in page.items)
        named = named_in([profile.bio, *(comment["body"] for comment in written if comment)])
        facts |= self._reading.facts(list(dict.fromkeys([*self._of_posts(page.items, facts, sight), *named])))
        views = (_view(entry, facts, sight) for entry in page.items)
        return CommentsByView(viewer, profile, page.of([view for view in views if view]))

    def _identify(
        self, credentials: Credentials, list_: ListTemplate, username: str, cursor: str | None, limit: int
    ) -> tuple[Viewer | None, int]:
        hint = self._reading.hint(username)
        ahead = [] if hint is None else profile_keys(hint, credentials.claimed_id)
        places = [] if hint is None else [Place(list_.of(hint), cursor, limit)]
        name = keys.USERNAME.key(username)
        viewer = self._viewers.identify(credentials, facts=[name], ahead=ahead, places=places).viewer
        user_id = self._reading.user_id(username)
        if user_id is None or not sight_of(viewer).meets(user_id):
            raise NotFoundError(NOBODY)
        return viewer, user_id

    def _ahead(self, entries: Iterable[Entry], viewer_id: int | None) -> list[Key]:
        """Name what a page of comments leads to, with the authors of posts as far as this process knows them."""
        entries = list(entries)
        wanted = _comments_keys(entries, viewer_id)
        for entry in entries:
            for author in self._reading.author_ahead(entry.author_id):
                known = entry._replace(author_id=int(str(author.ids[0])))
                wanted += [author, *audience_keys([known], viewer_id)]
        return list(dict.fromkeys(wanted))

    def _of_posts(self, entries: Iterable[Entry], facts: Mapping[Key, Any], sight: Sight) -> list[Key]:
        """Name what decides whether the posts of comments are seen."""
        posts = [facts[key] for entry in entries if (key := keys.POST.key(entry.author_id)) in facts]
        audience = (key for post in posts for key in post_audience_keys(post, sight.viewer_id))
        return list(dict.fromkeys([*map(self._reading.author, posts), *audience]))


def _comments_keys(entries: Iterable[Entry], viewer_id: int | None) -> list[Key]:
    """Name the comments of a page and the posts they are under, which entries have in the place of authors."""
    entries = list(entries)
    posts = dict.fromkeys(entry.author_id for entry in entries)
    return [*(key for entry in entries for key in comment_keys(entry.id, viewer_id)), *map(keys.POST.key, posts)]


def _view(entry: Entry, facts: Mapping[Key, Any], sight: Sight) -> UnderPost | None:
    post = facts.get(keys.POST.key(entry.author_id))
    if post is None or not is_seen(post, facts, sight):
        return None
    comment = comment_view(entry.id, facts, sight)
    if comment is None:
        return None
    return UnderPost(comment, person(facts[keys.USER.key(post["author_id"])]), post["body"])
