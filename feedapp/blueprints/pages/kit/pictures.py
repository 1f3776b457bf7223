"""How pictures stand in pages: their addresses and sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.blueprints.pages.kit.addresses import link
from feedapp.pictures.formats import ACCEPTED, name_of, widths_of

if TYPE_CHECKING:
    from jinja2 import Environment

    from feedapp.reading.read_models import PictureView

PREVIEW, SMALL = 800, 400


def file_of(digest: str, width: int) -> str:
    """Give the address of a file of a picture."""
    return link("pages.media.show", name=name_of(digest, width))


def srcset(picture: PictureView) -> str:
    """Name every width of a picture, for the browser to choose."""
    return ", ".join(f"{file_of(picture.digest, width)} {width}w" for width in widths_of(picture.width))


def preview(width: int) -> int:
    """Give which width of such a picture is shown where the browser does not choose."""
    return min(width, PREVIEW)


def small(width: int) -> int:
    """Give the smallest."""
    return min(width, SMALL)


def equip(environment: Environment) -> None:
    """Give templates what they use."""
    environment.filters.update(file_of=file_of, srcset=srcset, preview=preview, small=small)
    environment.globals.update(accepted=",".join(ACCEPTED))
