"""Where files of pictures are kept: a directory, or a bucket of S3. `MEDIA_URL` says which."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qsl, urlsplit

from feedapp.pictures.stores.directory import DirectoryStore
from feedapp.pictures.stores.s3 import S3Store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SCHEME = "s3://"


class PictureStore(Protocol):
    """Files by name (`feedapp.pictures.formats.NAME`); each is written once, and never changed.

    Raise PictureStoreError if it cannot be reached, or refuses.
    """

    def write(self, name: str, content: bytes) -> None:
        """Keep a file, for good once this returns."""

    def read(self, name: str) -> bytes | None:
        """Give a file; None if there is none."""

    def delete(self, names: Iterable[str]) -> None:
        """Delete files; those that are not there are no error."""

    def names(self) -> Iterator[str]:
        """Give the name of every file, in any order: for a backup."""


def store_at(url: str) -> PictureStore:
    """Make the store of a `MEDIA_URL`. Nothing is opened before the first file. Raise ValueError."""
    if not url.startswith(SCHEME):
        if "://" in url:
            raise ValueError("another scheme: name a directory, or s3://bucket/prefix")
        return DirectoryStore(Path(url))
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if not parts.hostname or parts.username or set(options) - {"endpoint", "region"}:
        raise ValueError(
            "a wrong form: write s3://bucket/prefix, with ?endpoint=https://… and &region=… where they are needed"
        )
    endpoint = options.get("endpoint") or None
    if endpoint is not None and urlsplit(endpoint).scheme not in {"http", "https"}:
        raise ValueError("a wrong endpoint: it must begin with https:// or http://")
    return S3Store(parts.hostname, parts.path.strip("/"), endpoint=endpoint, region=options.get("region") or None)


def checked(url: str) -> str:
    """Give a `MEDIA_URL` back. Raise ValueError for one that names no store."""
    store_at(url)
    return url
