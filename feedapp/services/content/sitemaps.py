"""Sitemaps: every post and every profile that anybody may see, in parts that a crawler fetches one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from feedapp.errors import NotFoundError
from feedapp.repositories.site.sitemaps import RUN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.repositories.site.sitemaps import SitemapRepository

MOST_PARTS = 50_000
"""The format allows no more in one index: five hundred million posts."""


class Part(NamedTuple):
    """One part of the sitemap; `kind` is posts or people."""

    kind: str
    number: int


class Page(NamedTuple):
    """A page of the site: its path without a slash before it, and the day of its last change, empty if unknown."""

    path: str
    changed: str


class SitemapService:
    """Tells crawlers what there is."""

    def __init__(self, sitemaps: SitemapRepository) -> None:
        self._sitemaps = sitemaps

    def parts(self) -> list[Part]:
        """Name the parts, the newest first."""
        last = self._sitemaps.last()
        posts = [Part("posts", number) for number in range(last.post // RUN, -1, -1)] if last.post else []
        people = [Part("people", number) for number in range(last.user // RUN, -1, -1)] if last.user else []
        return [*posts, *people][:MOST_PARTS]

    def posts(self, number: int) -> Sequence[Page]:
        """Give the posts of a part. Raise NotFoundError for a part that there is not."""
        self._check(number)
        return [Page(f"posts/{id_}", day) for id_, day in self._sitemaps.posts(number)]

    def people(self, number: int) -> Sequence[Page]:
        """Give the profiles of a part. Raise NotFoundError for a part that there is not."""
        self._check(number)
        return [Page(f"@{name}", "") for name in self._sitemaps.people(number)]

    @staticmethod
    def _check(number: int) -> None:
        if number > MOST_PARTS:
            raise NotFoundError("There is no such part of the sitemap.")
