"""Files in one directory, which nginx can serve by itself."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from feedapp.pictures.formats import NAME
from feedapp.pictures.stores.errors import PictureStoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

READABLE = 0o644


class DirectoryStore:
    """A directory, which is made when the first file is written."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def write(self, name: str, content: bytes) -> None:
        """Write a file beside its place, to disk, then rename it: nobody sees half of it. Raise PictureStoreError."""
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self.directory, prefix=".", delete=False) as file:
                try:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                    os.fchmod(file.fileno(), READABLE)
                    Path(file.name).replace(self._path(name))
                except BaseException:
                    with suppress(OSError):
                        Path(file.name).unlink()
                    raise
        except OSError as error:
            raise PictureStoreError(f"{self.directory}: {error.strerror}") from error

    def read(self, name: str) -> bytes | None:
        """Give a file; None if there is none. Raise PictureStoreError."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise PictureStoreError(f"{self.directory}: {error.strerror}") from error

    def delete(self, names: Iterable[str]) -> None:
        """Delete files. Raise PictureStoreError."""
        try:
            for name in names:
                self._path(name).unlink(missing_ok=True)
        except OSError as error:
            raise PictureStoreError(f"{self.directory}: {error.strerror}") from error

    def names(self) -> Iterator[str]:
        """Give the name of every file."""
        with suppress(FileNotFoundError), os.scandir(self.directory) as found:
            yield from (each.name for each in found if NAME.fullmatch(each.name))

    def _path(self, name: str) -> Path:
        assert NAME.fullmatch(name), "names are made here, never sent by anybody"
        return self.directory / name
