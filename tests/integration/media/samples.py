"""Pictures for tests, made as they are needed."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart


def picture(kind: str = "JPEG", size: tuple[int, int] = (120, 80), colour: Any = (200, 60, 20), **more: Any) -> bytes:
    """Make a picture of one colour."""
    out = BytesIO()
    mode = "RGB" if len(colour) == 3 else "RGBA"
    Image.new(mode, size, colour).save(out, kind, **more)
    return out.getvalue()


def form(content: bytes | None = None, name: str = "beans.jpg", **fields: str) -> dict[str, Any]:
    """Make what the test client sends as a form with a file."""
    data: dict[str, Any] = dict(fields)
    if content is not None:
        data["file"] = FileStorage(BytesIO(content), name)
    boundary, body = encode_multipart(data)
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def png_of_size(width: int, height: int) -> bytes:
    """Make a PNG that says to have that size and has next to nothing in it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(4 * 1024)))
        + chunk(b"IEND", b"")
    )
