"""Searching posts, comments and people. Nothing of it is cached but the facts that are shown of what was found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from feedapp.pagination import cut
from feedapp.reading.assembly import (
    comment_views,
    comments_keys,
    people_keys,
    people_views,
    post_views,
    posts_keys,
)
from feedapp.reading.listings import SEARCHED, SEARCHED_PEOPLE
from feedapp.reading.read_models import CommentView, Paged, PersonView, PostView, viewer_id_of
from feedapp.schemas.texts import fold

if TYPE_CHECKING:
    from feedapp.pagination import Cursor, Entry, Slice
    from feedapp.reading.read_models import Viewer
    from feedapp.reading.reader import Ordering, Reading
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.search import SearchRepository, Texts
    from feedapp.text.search_query import SearchQuery

NOTHING: Paged[Any] = Paged([], None, None)


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
        entries, page = self._texts("posts", wanted)
        viewer_id = viewer_id_of(viewer)
        facts = self._reading.facts(posts_keys(entries, viewer_id))
        return viewer, replace(page, items=post_views(entries, facts, viewer_id))

    def comments(self, credentials: Credentials, wanted: Wanted) -> tuple[Viewer | None, Paged[CommentView]]:
        """Find comments. Raise InvalidQueryError for a cursor that was not given out."""
        viewer = self._viewers.identify(credentials).viewer
        entries, page = self._texts("comments", wanted)
        return viewer, replace(page, items=comment_views(entries, self._reading.facts(comments_keys(entries))))

    def people(self, credentials: Credentials, wanted: Wanted) -> tuple[Viewer | None, Paged[PersonView]]:
        """Find people by name. Raise InvalidQueryError for a cursor that was not given out."""
        viewer = self._viewers.identify(credentials).viewer
        cursor = self._cursor(wanted, SEARCHED_PEOPLE)
        name = " ".join(wanted.query.words).lstrip("@")
        if not name:
            return viewer, NOTHING
        found = self._searches.people(name, size=wanted.limit, cursor=cursor)
        entries, page = self._paged(found, wanted, cursor, SEARCHED_PEOPLE)
        ids, viewer_id = [entry.id for entry in entries], viewer_id_of(viewer)
        return viewer, replace(
            page, items=people_views(ids, self._reading.facts(people_keys(ids, viewer_id)), viewer_id)
        )

    def _texts(self, table: Texts, wanted: Wanted) -> tuple[tuple[Entry, ...], Paged[Any]]:
        cursor = self._cursor(wanted, SEARCHED)
        author_id = None
        if wanted.query.author is not None:
            author_id = self._reading.user_id(fold(wanted.query.author))
            if author_id is None:
                return (), NOTHING
        found = self._searches.texts(table, wanted.query, author_id=author_id, size=wanted.limit, cursor=cursor)
        return self._paged(found, wanted, cursor, SEARCHED)

    def _cursor(self, wanted: Wanted, ordering: Ordering) -> Cursor | None:
        return None if wanted.cursor is None else self._reading.read_cursor(wanted.cursor, ordering)

    def _paged(
        self, found: Slice, wanted: Wanted, cursor: Cursor | None, ordering: Ordering
    ) -> tuple[tuple[Entry, ...], Paged[Any]]:
        page = cut(found, limit=wanted.limit, cursor=cursor, onward=ordering.onward)
        next_, prev = (self._reading.cursor_text(each, ordering) for each in (page.next, page.prev))
        return page.entries, Paged([], next_, prev)
