"""What the usual application caches, and how it forgets."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

import orjson
from flask_caching import Cache

from bench.rival import queries
from feedapp.blueprints.pages.kit import cards, rendering
from feedapp.observability import request_costs
from feedapp.serialisers.posts import post

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask_caching.backends import RedisCache

    from feedapp.reading.read_models import Viewer

PREFIX = "rival:"
LIFETIME = int(os.environ.get("BENCH_RIVAL_LIFETIME", "300"))
Body = bytes | None


class Pages:
    """Bodies of answers, each from the cache or made and kept."""

    def __init__(self, app: Flask) -> None:
        settings = {
            "CACHE_TYPE": "RedisCache",
            "CACHE_REDIS_URL": app.config["CACHE_REDIS_URL"],
            "CACHE_KEY_PREFIX": PREFIX,
            "CACHE_DEFAULT_TIMEOUT": LIFETIME,
        }
        self._app = app
        self._cache = Cache()
        self._cache.init_app(app, config=settings)
        self.viewer: Callable[[str], Viewer | None] = self._cached(queries.viewer, "token:{}")
        self.json_feed: Callable[..., Body] = self._cached(self._json_feed, "posts:feed:{1}:{3}:{4}:{0}-{2}")
        self.page_feed: Callable[..., Body] = self._cached(self._page_feed, "posts:feed:{1}:{2}:{3}:page-{0}")
        self.json_post: Callable[..., Body] = self._cached(self._json_post, "posts:post:{1}:{0}")

    def _cached(self, make: Callable[..., Any], pattern: str) -> Callable[..., Any]:
        def made(*args: Any) -> Any:
            request_costs.current().misses += 1
            return make(*args)

        cached: Callable[..., Any] = self._cache.cached(make_cache_key=lambda *args: pattern.format(*map(_name, args)))(
            made
        )

        def counted(*args: Any) -> Any:
            spent = request_costs.current()
            before = spent.misses
            answer = cached(*args)
            spent.hits += spent.misses == before
            return answer

        return counted

    def forget_feeds(self) -> None:
        """After a post: every page of every feed of every viewer."""
        self._forget("posts:feed:*")

    def forget_own(self, viewer_id: int) -> None:
        """After a like or a comment: what its author has seen."""
        self._forget(f"posts:feed:{viewer_id}:*", f"posts:post:{viewer_id}:*")

    def _forget(self, *patterns: str) -> None:
        with self._app.app_context():
            client = cast("RedisCache", self._cache.cache)._write_client  # noqa: SLF001  (there is no public way to it)
        for pattern in patterns:
            names = list(client.scan_iter(PREFIX + pattern, count=1_000))
            if names:
                client.delete(*names)

    def _json_feed(self, kind: str, viewer: Viewer | None, username: str | None, cursor: str, limit: int) -> bytes:
        page = queries.feed(kind, viewer.id if viewer else None, username, cursor, limit)
        items = [post(view, root=self._root) for view in page.items]
        return orjson.dumps({"items": items, "next_cursor": page.next_cursor, "prev_cursor": None})

    def _page_feed(self, tab: str, viewer: Viewer | None, cursor: str, limit: int) -> bytes:
        page = queries.feed(tab, viewer.id if viewer else None, None, cursor, limit)
        fed: dict[str, Any] = {"tab": tab, "cards": cards.feed(page, viewer, frozenset()), "top": "", "suggestions": []}
        shown = rendering.page("feed.html", viewer=viewer, **fed)
        return shown.get_data()

    def _json_post(self, post_id: int, viewer: Viewer | None) -> Body:
        view = queries.post(post_id, viewer.id if viewer else None)
        return orjson.dumps(post(view, root=self._root)) if view else None

    @property
    def _root(self) -> str:
        return "http://127.0.0.1/"


def _name(argument: Any) -> str:
    return str(getattr(argument, "id", argument))
