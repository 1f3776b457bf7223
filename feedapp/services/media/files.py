"""Files of pictures: made, named and written before the transaction that needs them."""

from __future__ import annotations

from hashlib import blake2b
from secrets import token_bytes
from typing import TYPE_CHECKING, NamedTuple

from feedapp.errors import TooLargeError
from feedapp.pictures.formats import MOST_BYTES, icon_name, name_of
from feedapp.writing.targets.pictures import NAME, deletion, icon_deletion

if TYPE_CHECKING:
    from feedapp.pictures.formats import Made
    from feedapp.pictures.processing import PictureProcessing, Shape
    from feedapp.pictures.stores import PictureStore
    from feedapp.writing.unit_of_work import UnitOfWork

NOT_PIXELS = 0b101110
"""The flags of a WebP that has a profile, EXIF, XMP or more than one frame."""


class Files(NamedTuple):
    """The files of one picture: how they are called, how large the largest is, how many bytes they take together."""

    digest: str
    width: int
    height: int
    bytes: int


class PictureFiles:
    """Makes them. The bytes that somebody sent are kept nowhere."""

    def __init__(self, *, processing: PictureProcessing, store: PictureStore, unit_of_work: UnitOfWork) -> None:
        self._processing = processing
        self._store = store
        self._unit_of_work = unit_of_work

    def make(self, data: bytes, shape: Shape) -> Files:
        """Decode a picture and write its files, which are deleted in a while if no table names them by then.

        Raise TooLargeError, UnsupportedPictureError, UnreadablePictureError, TooManyPixelsError, TryLaterError,
        PictureStoreError.
        """
        if len(data) > MOST_BYTES:
            raise TooLargeError(f"This picture is too large: send at most {MOST_BYTES // 1024**2} MB.")
        made = self._processing.make(data, shape)
        width, _, whole = made[-1]
        # By its content and a salt: nobody who has a picture can find out whether it is here, and whoever else sends
        # the same has files of their own, which stay when these go.
        digest = blake2b(whole, digest_size=16, salt=token_bytes(16)).hexdigest()
        unused = deletion(digest, None if shape == "square" else width, pending=True)
        with self._unit_of_work() as work:
            work.sends(NAME, icon_deletion(digest, pending=True) if shape == "icon" else unused)
        named = icon_name if shape == "icon" else name_of
        for each in made:
            self._store.write(named(digest, each.width), each.content)
        return _described(digest, made)

    def restore(self, digest: str, content: bytes, shape: Shape) -> Files:
        """Keep the files of a picture of an archive under its own name, for a command. Raise as `make`.

        What was made here before stays as it is, byte by byte; anything else is made anew.
        """
        made = self._processing.make(content, shape)
        if _is_plain_webp(content):
            made[-1] = made[-1]._replace(content=content)
        for each in made:
            self._store.write(name_of(digest, each.width), each.content)
        return _described(digest, made)


def _described(digest: str, made: list[Made]) -> Files:
    return Files(digest, made[-1].width, made[-1].height, sum(len(each.content) for each in made))


def _is_plain_webp(content: bytes) -> bool:
    """Tell whether this is a WebP with pixels and nothing else: no metadata, no other frames, nothing behind it."""
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or int.from_bytes(content[4:8], "little") + 8 != len(content):
        return False
    return content[12:16] in {b"VP8 ", b"VP8L"} or (content[12:16] == b"VP8X" and not content[20] & NOT_PIXELS)
