"""Decodes one picture and makes it anew, in a process that ends after it: `python -I decoder.py PLAN`.

Whoever sends a picture may have made it to break the decoder. So this process has bounds on memory, processor time and
files, inherits nothing, imports nothing of feedapp, and the bytes that it got are thrown away: what it writes are
pixels, encoded here, without any metadata of the original.

PLAN is JSON: `most_pixels`; `largest`, the width and height that the picture is made to fit into, and `widths`, smaller
ones to make beside it; or `squares`, sides of squares cut out of its middle, the largest last. `format` is WEBP or PNG;
squares of the sides in `opaque` stand on white. Standard input: the bytes of the picture. Standard output: a line of
JSON, then the files one after the other. The line is `{"files": [[width, height, bytes], …]}`, or `{"refused": code}`.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import warnings
from contextlib import suppress
from io import BytesIO
from typing import Any

from PIL import (
    AvifImagePlugin,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageFile,
    ImageOps,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

MOST_MEMORY = 1_024 * 1024 * 1024
"""Bytes of address space: 40 megapixels with transparency take up to four times 160 MB while they are decoded."""
MOST_SECONDS = 5
"""Of a processor."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
QUALITY, EFFORT = 80, 3
NICE = 5
Plan = dict[str, Any]
_PLUGINS = (AvifImagePlugin, GifImagePlugin, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin)
UNSUPPORTED, UNREADABLE, TOO_MANY_PIXELS = "unsupported", "unreadable", "too_many_pixels"


class RefusedError(Exception):
    """The picture is not taken; the text says why, as a code."""


def bound() -> None:
    """Bound what this process may take, before it has read a byte."""
    for kind, most, at_last in (
        (resource.RLIMIT_AS, MOST_MEMORY, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS, MOST_SECONDS + 1),  # SIGXCPU says why it ended; SIGKILL would not
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_NOFILE, 32, 32),
    ):
        with suppress(ValueError, OSError):  # it is bounded closer already
            resource.setrlimit(kind, (most, at_last))
    os.nice(NICE)


def files_of(data: bytes, plan: Plan) -> list[tuple[int, int, bytes]]:
    """Make the files of a picture, the largest last. Raise RefusedError."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = plan["most_pixels"]
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        picture = _upright(_opened(data, plan["most_pixels"]), min(plan.get("largest") or plan["squares"][-1:]))
        made = _squares(picture, plan["squares"]) if "squares" in plan else _widths(picture, plan)
        white = plan.get("opaque", ())
        return [_encoded(_opaque(each) if each.width in white else each, plan["format"]) for each in made]
    except RefusedError:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise RefusedError(TOO_MANY_PIXELS) from None
    except Exception:  # noqa: BLE001  (whatever a decoder meets in bytes that were made to break it)
        raise RefusedError(UNREADABLE) from None


def _opened(data: bytes, most_pixels: int) -> Image.Image:
    try:
        picture = Image.open(BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        raise RefusedError(UNSUPPORTED) from None
    if picture.width * picture.height > most_pixels:
        raise RefusedError(TOO_MANY_PIXELS)
    return picture


def _upright(picture: Image.Image, side: int) -> Image.Image:
    """Decode the first frame, turned as EXIF says, in the colours of the web; no side below `side` if it is longer."""
    if picture.format in {"JPEG", "MPO"}:
        picture.draft(None, (2 * side, 2 * side))  # JPEG can be decoded to a half, a fourth, an eighth at once
    picture.load()
    profile = picture.info.get("icc_profile")
    turned = picture
    with suppress(Exception):  # EXIF that cannot be read turns nothing
        turned = ImageOps.exif_transpose(picture)
    return _plain(turned, profile)


def _plain(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert to RGB or RGBA in sRGB."""
    if picture.mode.startswith("I;16") or picture.mode == "I":
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
        profile = None
    elif picture.mode == "F":
        picture = picture.convert("L")
    has_alpha = picture.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in picture.info
    if profile is not None and picture.mode in {"RGB", "RGBA", "CMYK", "L"}:
        with suppress(Exception):  # a profile that cannot be read is none
            theirs, srgb = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            mode: Any = "RGBA" if picture.mode == "RGBA" else "RGB"
            picture = ImageCms.profileToProfile(picture, theirs, srgb, outputMode=mode) or picture
    wanted = "RGBA" if has_alpha else "RGB"
    return picture if picture.mode == wanted else picture.convert(wanted)


def _widths(picture: Image.Image, plan: Plan) -> list[Image.Image]:
    width, height = plan["largest"]
    scale = min(1, width / picture.width, height / picture.height)
    whole = _resized(picture, max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    smaller = [each for each in plan["widths"] if each < whole.width]
    return [*(_resized(whole, each, max(1, round(whole.height * each / whole.width))) for each in smaller), whole]


def _squares(picture: Image.Image, sides: list[int]) -> list[Image.Image]:
    largest = ImageOps.fit(picture, (sides[-1], sides[-1]), Image.Resampling.LANCZOS)
    return [*(_resized(largest, side, side) for side in sides[:-1]), largest]


def _resized(picture: Image.Image, width: int, height: int) -> Image.Image:
    if picture.size == (width, height):
        return picture
    return picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _opaque(picture: Image.Image) -> Image.Image:
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    return ground


def _encoded(picture: Image.Image, kind: str) -> tuple[int, int, bytes]:
    clean = picture.copy()
    clean.info = {}
    out = BytesIO()
    options: dict[str, Any] = {"optimize": True} if kind == "PNG" else {"quality": QUALITY, "method": EFFORT}
    clean.save(out, kind, **options)
    return clean.width, clean.height, out.getvalue()


def main(plan: str) -> None:
    """Read a picture, write its files."""
    bound()
    try:
        files = files_of(sys.stdin.buffer.read(), json.loads(plan))
        head: dict[str, Any] = {"files": [[width, height, len(content)] for width, height, content in files]}
    except RefusedError as refused:
        files, head = [], {"refused": str(refused)}
    except MemoryError:
        files, head = [], {"refused": UNREADABLE}
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + b"".join(content for _, _, content in files))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1])
