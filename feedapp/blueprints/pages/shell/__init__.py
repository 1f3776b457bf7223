"""What stands around the pages: the menus of posts and comments, and a newcomer's first pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.blueprints.pages.shell import menus, welcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Blueprint

    from feedapp.web.response_cache import ResponseCache
    from feedapp.wiring import Services


def blueprints(services: Services, kept: ResponseCache) -> Iterator[Blueprint]:
    """Make a blueprint for each."""
    yield menus.blueprint(services.posts, services.comments, services.viewers, kept)
    yield welcome.blueprint(services.tags, services.suggestions, services.names, kept)
