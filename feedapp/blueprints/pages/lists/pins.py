"""The forms that put a post at the top of its author's profile, and take it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.addresses import came_from, known_id
from feedapp.blueprints.pages.kit.rendering import see_other

if TYPE_CHECKING:
    from flask import Response

    from feedapp.services.content.pins import PinService


def blueprint(pins: PinService) -> Blueprint:
    """Make the blueprint."""
    pin_pages = Blueprint("pins", __name__)

    @pin_pages.post("/posts/<post_id>/pin")
    def add(post_id: str) -> Response:
        pins.pin(cookies.credentials(), known_id(post_id))
        return see_other(came_from(_post(post_id)))

    @pin_pages.post("/posts/<post_id>/pin/delete")
    def remove(post_id: str) -> Response:
        pins.unpin(cookies.credentials(), known_id(post_id))
        return see_other(came_from(_post(post_id)))

    @pin_pages.get("/posts/<post_id>/pin")
    @pin_pages.get("/posts/<post_id>/pin/delete")
    def of_post(post_id: str) -> Response:
        return see_other(_post(post_id))

    return pin_pages


def _post(post_id: str) -> str:
    return url_for("pages.posts.show", post_id=known_id(post_id))
