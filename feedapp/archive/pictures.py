"""Files of pictures: out of the store into lines of an archive, and back."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

from feedapp.archive.kinds.pictures import Picture
from feedapp.errors import InvalidInputError
from feedapp.pictures.formats import SQUARES, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedapp.archive.batches import Record
    from feedapp.archive.outcome import Outcome
    from feedapp.pictures.processing import Shape
    from feedapp.pictures.stores import PictureStore
    from feedapp.repositories.transfer.imports import ImportRepository
    from feedapp.services.media.files import Files, PictureFiles
    from feedapp.writing.unit_of_work import UnitOfWork


def with_content(row: dict[str, Any], store: PictureStore) -> dict[str, Any] | None:
    """Put the content of a picture into its row of an export; None if its file is missing."""
    line = dict(row)
    content = store.read(name_of(line["id"], line.pop("width", None) or SQUARES[-1]))
    return None if content is None else {**line, "content": b64encode(content).decode()}


class PictureImports:
    """Keeps the files of an archive's pictures, before the transaction that needs them: decoding takes its time."""

    def __init__(self, *, files: PictureFiles, rows: ImportRepository, unit_of_work: UnitOfWork) -> None:
        self._files = files
        self._rows = rows
        self._unit_of_work = unit_of_work

    def keep(self, batch: Iterable[Record], outcome: Outcome) -> dict[str, Files]:
        """Keep the files of those that are not here yet. Give them by digest; `outcome` hears of the unreadable."""
        pictures = [each for each in batch if isinstance(each, Picture)]
        if not pictures:
            return {}
        with self._unit_of_work():
            known = self._rows.known_pictures([each.digest for each in pictures])
        kept: dict[str, Files] = {}
        for each in pictures:
            if each.digest not in known and each.digest not in kept:
                try:
                    shape: Shape = "square" if each.post is None else "whole"
                    kept[each.digest] = self._files.restore(each.digest, each.content, shape)
                except InvalidInputError as error:
                    outcome.fault(Picture.kind, each.line, f"content {error.errors[0].message}")
        return kept
