"""Where pictures are kept: whether one can be written, read and deleted."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from uuid import uuid4

from feedapp.pictures.stores.directory import DirectoryStore
from feedapp.pictures.stores.errors import PictureStoreError
from feedapp.services.operations.doctor.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from feedapp.pictures.stores import PictureStore

CONTENT = b"feedapp doctor"
LOST = "Pictures and avatars can be neither saved nor shown."


def media_faults(store: PictureStore) -> Iterator[Fault]:
    """Try it. A directory that is not there yet is not made: whoever asks may be another user than the site."""
    is_directory = isinstance(store, DirectoryStore)
    remedy = (
        f"`chown -R feedapp {store.directory}` for the user that serves, or let MEDIA_URL name another place."
        if isinstance(store, DirectoryStore)
        else "Mend bucket, endpoint and region in MEDIA_URL, and AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, which "
        "need s3:GetObject, PutObject, DeleteObject and ListBucket."
    )
    if isinstance(store, DirectoryStore) and not store.directory.exists():
        if not _could_be_made(store.directory):
            yield Fault(f"MEDIA_URL leads to {store.directory}, which cannot be made. {LOST}", remedy)
        return
    name = f"{uuid4().hex}-1.png"
    try:
        store.write(name, CONTENT)
        try:
            if store.read(name) != CONTENT:
                yield Fault(f"What is written to MEDIA_URL is not what is read from there. {LOST}", remedy)
        finally:
            store.delete([name])
    except PictureStoreError as error:
        where = "" if is_directory else "the bucket "
        yield Fault(f"Pictures cannot be written to MEDIA_URL ({where}{error.reason}). {LOST}", remedy)


def _could_be_made(directory: Path) -> bool:
    parent = next(each for each in directory.absolute().parents if each.exists())
    return parent.is_dir() and os.access(parent, os.W_OK | os.X_OK)
