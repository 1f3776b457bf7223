"""The feeds: home, everyone's, one person's, and what the reader has bookmarked."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from feedapp.cache.catalogue import keys
from feedapp.errors import NotFoundError, UnauthenticatedError
from feedapp.pagination import DEFAULT, Cursor, Position
from feedapp.reading.assembly import audience_keys, post_views, posts_keys, seen_entries
from feedapp.reading.read_models import FeedView, Paged, sight_of
from feedapp.reading.reader import Place
from feedapp.reading.spans import WHOLE, begun, page_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.pagination import Entry
    from feedapp.reading.read_models import PostView, Viewer
    from feedapp.reading.reader import Reading
    from feedapp.reading.spans import Span
    from feedapp.reading.viewers import Credentials, ViewerService


class FeedService:
    """Reads feeds, newest first. A page may be short by what the viewer does not see; the end is a cursor of None."""

    def __init__(self, *, reading: Reading, viewers: ViewerService) -> None:
        self._reading = reading
        self._viewers = viewers

    def home(self, credentials: Credentials, *, cursor: str | None, limit: int, span: Span = WHOLE) -> FeedView:
        """Give the viewer's posts and those of whom they follow. Raise UnauthenticatedError for an anonymous one."""
        places = []
        if credentials.claimed_id is not None:
            places = [begun(self._reading, Place(keys.HOME_FEED.of(credentials.claimed_id), cursor, limit), span)]
        viewer = self._viewers.identify(credentials, places=places).viewer
        if viewer is None:
            raise UnauthenticatedError("Sign in to read your home feed, or ask for feed=public.")
        return self._view(Place(keys.HOME_FEED.of(viewer.id), cursor, limit), viewer, span)

    def public(
        self,
        credentials: Credentials,
        *,
        cursor: str | None,
        limit: int,
        span: Span = WHOLE,
        beside: Sequence[Key] = (),
    ) -> FeedView:
        """Give everyone's posts. `beside` are facts that are shown beside them."""
        place = Place(keys.PUBLIC_FEED, cursor, limit)
        places = [begun(self._reading, place, span)]
        viewer = self._viewers.identify(credentials, facts=beside, places=places).viewer
        return self._view(place, viewer, span)

    def active(self, credentials: Credentials, *, cursor: str | None, limit: int, span: Span = WHOLE) -> FeedView:
        """Give everyone's posts by when something was last written under them: the last comment, or the post."""
        place = Place(keys.ACTIVE_FEED, cursor, limit)
        viewer = self._viewers.identify(credentials, places=[begun(self._reading, place, span)]).viewer
        return self._view(place, viewer, span)

    def by(
        self, credentials: Credentials, *, username: str, cursor: str | None, limit: int, span: Span = WHOLE
    ) -> FeedView:
        """Give one person's posts. Raise NotFoundError if there is nobody of that name."""
        name = keys.USERNAME.key(username)
        hint = self._reading.hint(username)
        places = [] if hint is None else [begun(self._reading, Place(keys.POSTS_BY.of(hint), cursor, limit), span)]
        viewer = self._viewers.identify(credentials, facts=[name], places=places).viewer
        user_id = self._reading.user_id(username)
        if user_id is None or not sight_of(viewer).meets(user_id):
            raise NotFoundError("There is nobody with that name.")
        return self._view(Place(keys.POSTS_BY.of(user_id), cursor, limit), viewer, span, muted=True)

    def tagged(
        self, credentials: Credentials, *, tag: str, cursor: str | None, limit: int, span: Span = WHOLE
    ) -> FeedView:
        """Give the posts with a tag, whose name is folded. What its page says of it is fetched along."""
        place = Place(keys.TAGGED.of(tag), cursor, limit)
        claimed = credentials.claimed_id
        ahead = [keys.TAG.key(tag)] if claimed is None else [keys.TAG.key(tag), keys.TAGS_OF.key(claimed)]
        viewer = self._viewers.identify(credentials, ahead=ahead, places=[begun(self._reading, place, span)]).viewer
        return self._view(place, viewer, span)

    def bookmarks(self, credentials: Credentials, *, cursor: str | None, limit: int, span: Span = WHOLE) -> FeedView:
        """Give what the viewer has bookmarked, what was saved last first. Raise UnauthenticatedError."""
        claimed = credentials.claimed_id
        places = []
        if claimed is not None:
            places = [begun(self._reading, Place(keys.BOOKMARKS.of(claimed), cursor, limit), span)]
        viewer = self._viewers.identify(credentials, places=places).viewer
        if viewer is None:
            raise UnauthenticatedError("Sign in to read your bookmarks.")
        return self._view(Place(keys.BOOKMARKS.of(viewer.id), cursor, limit), viewer, span, muted=True)

    def newer_at_home(self, credentials: Credentials, *, after: str) -> int:
        """Count what came into the viewer's home feed since, as `newer` does. Raise UnauthenticatedError."""
        claimed = credentials.claimed_id
        places = [] if claimed is None else [Place(keys.HOME_FEED.of(claimed), None, DEFAULT)]
        viewer = self._viewers.identify(credentials, places=places).viewer
        if viewer is None:
            raise UnauthenticatedError("Sign in to read your home feed, or ask for feed=public.")
        return self._newer(Place(keys.HOME_FEED.of(viewer.id), None, DEFAULT), after, viewer)

    def newer(self, credentials: Credentials, *, after: str) -> int:
        """Count the posts in everyone's feed that are newer than a cursor from `top_of`; a whole page at most.

        It looks at the first page, which all readers share, so that asking costs no SQL while nothing is new.
        """
        place = Place(keys.PUBLIC_FEED, None, DEFAULT)
        viewer = self._viewers.identify(credentials, places=[place]).viewer
        return self._newer(place, after, viewer)

    def _newer(self, place: Place, after: str, viewer: Viewer | None) -> int:
        top = self._reading.cursor(place._replace(cursor=after))
        assert top is not None, "a text is a cursor, or is refused"
        sight = sight_of(viewer)

        def newer(entries: Iterable[Entry]) -> list[Entry]:
            return [entry for entry in entries if entry.position > top.position]

        def needed(entries: Iterable[Entry]) -> list[Key]:
            authors = dict.fromkeys(keys.USER.key(entry.author_id) for entry in entries)
            posts = [keys.POST.key(entry.id) for entry in entries] if sight.words else ()
            return [*authors, *posts, *audience_keys(entries, sight.viewer_id)]

        found = newer(self._reading.page(place, leads_to=lambda entries: needed(newer(entries))).items)
        facts = self._reading.facts(needed(found))
        seen = [each for each in seen_entries(found, facts, sight) if keys.USER.key(each.author_id) in facts]
        texts = [facts.get(keys.POST.key(each.id), {}).get("body", "") for each in seen]
        return sum(sight.bears(each.author_id, body) for each, body in zip(seen, texts, strict=True))

    def top_of(self, posts: Paged[PostView]) -> str | None:
        """Name the place of the first post of a page, as the cursor of all that is newer; None if there is none."""
        if not posts.items:
            return None
        first = posts.items[0]
        cursor = Cursor("newer", Position.at(datetime.fromisoformat(first.created_at), first.id))
        return self._reading.cursor_text(cursor, keys.PUBLIC_FEED.template.cursor)

    def _view(self, place: Place, viewer: Viewer | None, span: Span, *, muted: bool = False) -> FeedView:
        viewer_id = sight_of(viewer).viewer_id
        page = page_of(self._reading, place, span, leads_to=lambda entries: posts_keys(entries, viewer_id))
        return FeedView(viewer, self.paged(page, viewer, muted=muted))

    def paged(self, page: Paged[Entry], viewer: Viewer | None, *, muted: bool = False) -> Paged[PostView]:
        """Put the posts of a page together; those of people whom the viewer mutes only if `muted`."""
        sight = sight_of(viewer)
        facts = self._reading.facts(posts_keys(page.items, sight.viewer_id))
        return page.of(post_views(page.items, facts, sight, muted=muted))
