"""Pictures as the API sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from feedapp.pictures.formats import widths_of
from feedapp.serialisers import addresses
from feedapp.serialisers.fields import Address, Count, Id

if TYPE_CHECKING:
    from feedapp.reading.read_models import PictureView

PREVIEW = 800


class MediaJson(TypedDict):
    """A picture. `width` and `height` are those of `url`; `alt` says in words what it shows."""

    id: Id
    url: Address
    preview_url: Address
    width: Count
    height: Count
    alt: str


def media(view: PictureView) -> MediaJson:
    """Give a picture."""
    preview = max(width for width in widths_of(view.width) if width <= PREVIEW or width == min(widths_of(view.width)))
    return {
        "id": str(view.id),
        "url": addresses.picture(view.digest, view.width),
        "preview_url": addresses.picture(view.digest, preview),
        "width": view.width,
        "height": view.height,
        "alt": view.alt,
    }
