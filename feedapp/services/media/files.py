"""Files of pictures: made, named and written before the transaction that needs them."""

from __future__ import annotations

from hashlib import blake2b
from secrets import token_bytes
from typing import TYPE_CHECKING, NamedTuple

from feedapp.errors import TooLargeError
from feedapp.pictures.formats import MOST_BYTES, name_of
from feedapp.writing.targets.pictures import NAME, deletion

if TYPE_CHECKING:
    from feedapp.pictures.processing import PictureProcessing, Shape
    from feedapp.pictures.stores import PictureStore
    from feedapp.writing.unit_of_work import UnitOfWork


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
        width, height, whole = made[-1]
        # By its content and a salt: nobody who has a picture can find out whether it is here, and whoever else sends
        # the same has files of their own, which stay when these go.
        digest = blake2b(whole, digest_size=16, salt=token_bytes(16)).hexdigest()
        with self._unit_of_work() as work:
            work.sends(NAME, deletion(digest, None if shape == "square" else width, pending=True))
        for each in made:
            self._store.write(name_of(digest, each.width), each.content)
        return Files(digest, width, height, sum(len(each.content) for each in made))
