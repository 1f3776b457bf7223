"""The fonts of pictures of links, and which of them has a sign.

They come from packages that need not be there: without them there is Pillow's own, which knows Latin letters.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from unicodedata import category

from PIL import ImageFont

FONTS = (
    ("fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf"),
    ("fontpkg_noto_sans_arabic", "files/NotoSansArabic[wdth,wght].ttf"),
    ("fontpkg_assistant", "files/Assistant[wght].ttf"),
    ("fontpkg_noto_sans_thai", "files/NotoSansThai[wdth,wght].ttf"),
    ("noto_cjk_sans_jp_regular", "NotoSansCJKjp-Regular.otf"),
)
NOT_WRITTEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "So", "Sk"})
WRITTEN = frozenset("°©®№")
UNKNOWN = "\U0010fffe"
"""No font has it: each draws what stands for signs that it lacks."""
Fonts = list[ImageFont.FreeTypeFont]


@lru_cache(maxsize=1)
def files() -> list[Path]:
    """Give those that are there."""
    found: list[Path] = []
    for package, name in FONTS:
        spec = find_spec(package)
        found += [Path(folder, name) for folder in (spec and spec.submodule_search_locations) or ()]
    return [each for each in found if each.is_file()]


@lru_cache(maxsize=8)
def fonts_of(size: int, weight: int) -> Fonts:
    """Give them of one size and weight."""
    fonts: Fonts = [ImageFont.truetype(path, size) for path in files()]
    for font in fonts:
        with suppress(OSError):  # it has one weight
            axes = font.get_variation_axes()
            font.set_variation_by_axes([weight if axis["name"] == b"Weight" else axis["default"] or 0 for axis in axes])
    if not fonts:
        own = ImageFont.load_default(size)
        assert isinstance(own, ImageFont.FreeTypeFont)
        fonts.append(own)
    return fonts


@lru_cache(maxsize=2_048)
def font_of(sign: str) -> int | None:
    """Give the number of the first font that has a sign; None if none has."""
    if sign == " ":
        return 0
    if category(sign) in NOT_WRITTEN and sign not in WRITTEN:
        return None
    return next((number for number in range(len(_plain())) if has(number, sign)), None)


@lru_cache(maxsize=4_096)
def has(number: int, sign: str) -> bool:
    """Tell whether a font has a sign, by what it draws."""
    font = _plain()[number]
    return _drawn(font, sign) != _drawn(font, UNKNOWN)


@lru_cache(maxsize=1)
def _plain() -> Fonts:
    """Give the fonts without shaping, which would make the box of a mark that a font lacks as wide as nothing."""
    own = ImageFont.load_default(16)
    assert isinstance(own, ImageFont.FreeTypeFont)
    return [ImageFont.truetype(each, 16, layout_engine=ImageFont.Layout.BASIC) for each in files()] or [own]


def _drawn(font: ImageFont.FreeTypeFont, sign: str) -> bytes:
    mask = font.getmask(sign)
    return bytes(mask) + repr(mask.size).encode()
