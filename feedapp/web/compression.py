"""Answers compressed for whoever takes gzip: pages, static files and JSON."""

from __future__ import annotations

import zlib
from struct import Struct
from typing import TYPE_CHECKING

from flask import request

from feedapp.web.encodings import wanted
from feedapp.web.response_cache import BODY
from feedapp.web.response_cache.bounded_cache import kept_if_small

if TYPE_CHECKING:
    from flask import Flask, Response

    from feedapp.web.response_cache import Parted

SMALLEST = 1_000
"""Bytes below which it is not worth the time: one packet carries them in any case."""
LEVEL = 5  # 0.3 ms for a page of 29 KB, which becomes 5.1 KB; 9 saves one percent more
KEPT = 192
LARGEST_KEPT = 48 * 1024
"""How many texts are kept with what they became, and up to how many bytes each: files, and parts of pages. Together
they stay below 20 MB; what is larger is compressed again, or kept by `feedapp.web.response_cache`, which counts it."""
GZIP = 16 + zlib.MAX_WBITS
HEADER = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
_STORED, _TRAILER = Struct("<BHH"), Struct("<II")
TEXTS = frozenset(
    {"text/html", "text/css", "text/javascript", "image/svg+xml", "application/json", "application/problem+json"}
)


def register(app: Flask) -> None:
    """Compress what the app answers. What is registered later sees it before."""

    @app.after_request
    def compress(response: Response) -> Response:
        if response.mimetype not in TEXTS or response.is_streamed or "Content-Encoding" in response.headers:
            return response
        response.vary.add("Accept-Encoding")
        encoding = wanted(request.headers.get("Accept-Encoding"))
        if encoding == "only gzip" or (encoding == "gzip" and (response.content_length or 0) >= SMALLEST):
            etag, is_weak = response.get_etag()
            if etag is not None and not is_weak:  # these are no longer the very bytes that it names
                response.set_etag(etag, weak=True)
            made: Parted | None = request.environ.get(BODY)
            if made is not None:
                made = request.environ[BODY] = made.joined_by(joined)
            response.set_data(_gzip(response.get_data()) if made is None else made())
            response.headers["Content-Encoding"] = "gzip"
        return response


@kept_if_small(KEPT, largest=LARGEST_KEPT, size=len)
def _gzip(content: bytes) -> bytes:
    """Compress; what is answered again as the same object (files) is found by its remembered hash."""
    compressor = zlib.compressobj(LEVEL, wbits=GZIP)
    return compressor.compress(content) + compressor.flush()


def joined(parts: list[bytes]) -> bytes:
    """Compress a page whose every second part is a short one that differs each time, and the others are kept.

    Each kept part is compressed once, by itself; the short ones stand between as they are (RFC 1951, 3.2.4).
    """
    checksum, written = 0, [HEADER]
    for number, part in enumerate(parts):
        checksum = zlib.crc32(part, checksum)
        if number % 2:
            written.append(_STORED.pack(0, len(part), len(part) ^ 0xFFFF) + part)
        else:
            written.append(_deflated(part, last=number == len(parts) - 1))
    return b"".join((*written, _TRAILER.pack(checksum, sum(map(len, parts)))))


@kept_if_small(KEPT, largest=LARGEST_KEPT, size=len)
def _deflated(part: bytes, *, last: bool) -> bytes:
    """Compress a part on its own, so that it ends at a whole byte and refers to nothing before it."""
    compressor = zlib.compressobj(LEVEL, wbits=-zlib.MAX_WBITS)
    return compressor.compress(part) + compressor.flush(zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH)
