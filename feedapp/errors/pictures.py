"""Pictures that are not taken."""

from __future__ import annotations

from feedapp.errors.base import InvalidInputError


class UnsupportedPictureError(InvalidInputError):
    """The file is no JPEG, PNG, WebP, GIF or AVIF, whatever it is called."""

    code = "unsupported_picture"
    status = 415
    title = "This is no picture that can be read here"


class UnreadablePictureError(InvalidInputError):
    """The file begins like a picture, but cannot be decoded: it is damaged, cut, or too complex."""

    code = "unreadable_picture"
    title = "The picture cannot be read"


class TooManyPixelsError(InvalidInputError):
    """The picture has more pixels than this site decodes."""

    code = "too_many_pixels"
    title = "The picture is too large"


class QuotaError(InvalidInputError):
    """Your pictures take as much space, or are as many, as one member may have. Delete some first."""

    code = "quota"
    status = 403
    title = "There is no room for more of your pictures"
