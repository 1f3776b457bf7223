"""Searching posts, comments and people. Nothing of it is cached but the facts that are shown of what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from feedapp.pagination import Slice, cut
from feedapp.reading.assembly import (
    people_keys,
    people_views,
    post_views,
    posts_keys,
)
from feedapp.reading.read_models import Paged, PersonView, PostView, sight_of
from feedapp.reading.tags import TagView, tag_keys, tag_views
from feedapp.reading.threads import CommentView, comment_views, comments_keys
from feedapp.repositories.search import Reader
from feedapp.schemas.texts import fold
from feedapp.text.tags import read as read_tag

if TYPE_CHECKING:
    from feedapp.pagination import Cursor, Entry
    from feedapp.reading.read_models import Viewer
    from feedapp.reading.reader import Reading
    from feedapp.reading.sight import Sight
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.search import SearchRepository, Texts
    from feedapp.text.search_query import SearchQuery

BY_TIME, BY_MATCH = "s", "n"
"""The letters of the cursors, which those of lists in the key table do not have."""
NOTHING: Paged[Any] = Paged((), None, None)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for, and which page of what is found."""

    query: SearchQuery
    cursor: str | None
    limit: int


class SearchService:
    """Finds what was written, the newest first, and people, the best match first."""

    def __init__(self, *, reading: Reading, viewers: ViewerService, searches: SearchRepository) -> None:
        self._reading = reading
        self._viewers = viewers
        self._searches = searches

    def posts(self, credentials: Credentials, wanted: Wanted) -> tuple[Viewer | None, Paged[PostView]]:
        """Find posts. Raise InvalidQueryError for a cursor that was not given out."""
        viewer = self._viewers.identify(credentials).viewer
        sight = sight_of(viewer)
        page = self._texts("posts", wanted, sight)
        facts = self._reading.facts(posts_keys(page.items, sight.viewer_id))
        return viewer, page.of(post_views(page.items, facts, sight, muted=True))

    def comments(self, credentials: Credentials, wanted: Wanted) -> tuple[Viewer | None, Paged[CommentView]]:
        """Find comments. Raise InvalidQueryError for a cursor that was not given out."""
        viewer = self._viewers.identify(credentials).viewer
        sight = sight_of(viewer)
        page = self._texts("comments", wanted, sight)
        facts = self._reading.facts(comments_keys(page.items, sight.viewer_id))
        return viewer, page.of(comment_views(page.items, facts, sight, muted=True))

    def people(self, credentials: Credentials, wanted: Wanted) -> tuple[Viewer | None, Paged[PersonView]]:
        """Find people by name. Raise InvalidQueryError for a cursor that was not given out."""
        viewer = self._viewers.identify(credentials).viewer
        cursor = self._cursor(wanted, BY_MATCH)
        name = " ".join(wanted.query.words).lstrip("@")
        if not name:
            return viewer, NOTHING
        sight = sight_of(viewer)
        found = self._searches.people(name, reader_id=sight.viewer_id, size=wanted.limit, cursor=cursor)
        page = self._paged(found, wanted, cursor, BY_MATCH)
        ids = [entry.id for entry in page.items]
        return viewer, page.of(people_views(ids, self._reading.facts(people_keys(ids, sight.viewer_id)), sight))

    def tags(self, credentials: Credentials, wanted: Wanted) -> tuple[Viewer | None, Paged[TagView]]:
        """Find tags by how they begin. Raise InvalidQueryError for a cursor that was not given out."""
        viewer = self._viewers.identify(credentials).viewer
        cursor, viewer_id = self._cursor(wanted, BY_MATCH), sight_of(viewer).viewer_id
        asked = wanted.query.tag or read_tag("".join(wanted.query.words))
        if asked is None:
            return viewer, NOTHING
        found, names = self._searches.tags(asked, size=wanted.limit, cursor=cursor)
        page = self._paged(found, wanted, cursor, BY_MATCH)
        shown = [names[entry.id] for entry in page.items]
        return viewer, page.of(tag_views(shown, self._reading.facts(tag_keys(shown, viewer_id)), viewer_id))

    def _texts(self, table: Texts, wanted: Wanted, sight: Sight) -> Paged[Entry]:
        cursor = self._cursor(wanted, BY_TIME)
        author_id = None
        if wanted.query.author is not None:
            author_id = self._reading.user_id(fold(wanted.query.author))
            if author_id is None:
                return self._paged(Slice((), more=False, behind=False), wanted, cursor, BY_TIME)
        reader = Reader(sight.viewer_id, sorted(sight.apart))
        found = self._searches.texts(
            table, wanted.query, author_id=author_id, reader=reader, size=wanted.limit, cursor=cursor
        )
        return self._paged(found, wanted, cursor, BY_TIME)

    def _cursor(self, wanted: Wanted, kind: str) -> Cursor | None:
        return None if wanted.cursor is None else self._reading.read_cursor(wanted.cursor, kind)

    def _paged(self, found: Slice, wanted: Wanted, cursor: Cursor | None, kind: str) -> Paged[Entry]:
        page = cut(found, limit=wanted.limit, cursor=cursor, onward="older")
        return self._reading.paged(page if kind == BY_TIME else page._replace(newer=None), kind)
