"""What the site gives to feed readers, crawlers and those who embed a post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.blueprints.pages.syndication import cards, crawlers, embeds, feeds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Blueprint

    from feedapp.web.response_cache import ResponseCache
    from feedapp.wiring import Services


def blueprints(services: Services, kept: ResponseCache) -> Iterator[Blueprint]:
    """Make them, one for each feature."""
    yield feeds.blueprint(services, kept)
    yield crawlers.blueprint(services.sitemaps)
    yield embeds.blueprint(services.posts, services.comments)
    yield cards.blueprint(services.link_cards, services.posts, services.profiles, services.tags)
