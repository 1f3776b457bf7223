"""The pages on which members protect themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.blueprints.pages.relations import blocks_and_mutes, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Blueprint

    from feedapp.web.response_cache import ResponseCache
    from feedapp.wiring import Services


def blueprints(services: Services, kept: ResponseCache) -> Iterator[Blueprint]:
    """Make them, one for each feature."""
    yield blocks_and_mutes.blueprint(services.blocks, services.mutes, services.names, kept)
    yield words.blueprint(services.muted_words)
