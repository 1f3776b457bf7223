"""The pages of the site itself, and of those who run it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.blueprints.pages.site import people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Blueprint

    from feedapp.wiring import Services


def blueprints(services: Services) -> Iterator[Blueprint]:
    """Make them, one for each feature."""
    yield people.blueprint(services.roles)
