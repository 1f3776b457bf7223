"""Lists of posts beside the feeds, and of one person's comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.blueprints.pages.lists import activity, bookmarks, pins, tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Blueprint

    from feedapp.web.response_cache import ResponseCache
    from feedapp.wiring import Services


def blueprints(services: Services, kept: ResponseCache) -> Iterator[Blueprint]:
    """Make a blueprint for each."""
    yield activity.blueprint(services.activity, services.names, kept)
    yield bookmarks.blueprint(services.bookmarks, services.feeds, services.names, kept)
    yield pins.blueprint(services.pins)
    yield tags.blueprint(services.tags, services.feeds, services.names, kept)
