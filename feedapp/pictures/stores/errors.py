"""What goes wrong with a store."""

from __future__ import annotations

from feedapp.errors import UnavailableError


class PictureStoreError(UnavailableError):
    """The place where pictures are kept does not answer. Nothing was changed, and you can send the request again."""

    code = "pictures_unavailable"
    title = "Pictures are not available right now"

    def __init__(self, reason: str) -> None:
        super().__init__("Pictures cannot be saved or read right now. Please try again in a moment.")
        self.reason = reason
