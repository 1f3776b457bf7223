"""Files that are sent as they are, a little at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from flask import Response

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

GZIP = "application/gzip"
CHUNK = 64 * 1024


class SomeFile(Protocol):
    """What is sent: its content, which is closed afterwards, its size, and the name under which it is saved."""

    @property
    def content(self) -> IO[bytes]:
        """The bytes, from where it is read to the end."""

    @property
    def size(self) -> int:
        """How many they are."""

    @property
    def name(self) -> str:
        """The name, of letters, digits, dots, hyphens and underscores."""


def sent_file(file: SomeFile, content_type: str) -> Response:
    """Send a file to be saved."""
    response = Response(_chunks(file.content), content_type=content_type)
    response.call_on_close(file.content.close)
    response.content_length = file.size
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


def _chunks(content: IO[bytes]) -> Iterator[bytes]:
    with content:
        while chunk := content.read(CHUNK):
            yield chunk
