"""Letters and lines of a picture of a link: fonts, where lines are broken, and which way they go.

Fonts come from packages that need not be there: without them there is Pillow's own, which knows Latin letters. A text
with letters that no font has is left out, and signs that none has (emoji) are.
"""

from __future__ import annotations

from bisect import bisect_right
from contextlib import suppress
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import bidirectional, category, combining, normalize

from PIL import ImageFont, features

if TYPE_CHECKING:
    from PIL import ImageDraw

FONTS = (
    ("fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf"),
    ("fontpkg_noto_sans_arabic", "files/NotoSansArabic[wdth,wght].ttf"),
    ("fontpkg_assistant", "files/Assistant[wght].ttf"),
    ("fontpkg_noto_sans_thai", "files/NotoSansThai[wdth,wght].ttf"),
    ("noto_cjk_sans_jp_regular", "NotoSansCJKjp-Regular.otf"),
)
BOLD, REGULAR = 700, 400
SHAPES = features.check("raqm")
FEWEST = 0.9
"""Of the letters of a text have to be known to a font, or the text is left out."""
NOT_WRITTEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "So", "Sk"})
WRITTEN = frozenset("°©®№")
CLOSES = frozenset("、。\uff0c\uff0e\uff1a\uff1b\uff1f\uff01\uff09」』】〉》・ー々")
"""Does not begin a line."""
MARKS = frozenset({"Mn", "Mc", "Me"})
BEFORE = frozenset("เแโใไ")
"""Vowels of Thai, which are written before the letter that they belong to."""
VIRAMA = 9
"""Combining class of what joins two letters of an Indian script."""
UNKNOWN = "\U0010fffe"
"""No font has it: each draws what stands for signs that it lacks."""
Fonts = list[ImageFont.FreeTypeFont]


class Piece(NamedTuple):
    """What is not broken: a word, or a sign of a script without spaces. `gap` is the width of the space before it."""

    text: str
    gap: float
    width: float
    is_rtl: bool


class Style:
    """Letters of one size and weight, each from the first font that has it."""

    def __init__(self, size: int, weight: int = REGULAR) -> None:
        self.size = size
        self._fonts = _fonts(size, weight)
        self.space = self._fonts[0].getlength(" ")

    def runs(self, text: str) -> list[tuple[ImageFont.FreeTypeFont, str]]:
        """Part a text into pieces that have one font each, without what no font has."""
        found: list[tuple[int, str]] = []
        for sign in text:
            if found and category(sign) in MARKS:
                if _has(found[-1][0], sign):  # what stands on a letter is of its font, or is not drawn
                    found[-1] = (found[-1][0], found[-1][1] + sign)
                continue
            number = _font_of(sign)
            if number is None:
                continue
            if found and found[-1][0] == number:
                found[-1] = (number, found[-1][1] + sign)
            else:
                found.append((number, sign))
        return [(self._fonts[number], run) for number, run in found]

    def width(self, text: str) -> float:
        """Measure a text on one line."""
        return sum(font.getlength(run) for font, run in self.runs(text))

    def draw(self, on: ImageDraw.ImageDraw, x: float, y: float, text: str, colour: str, *, rtl: bool = False) -> float:
        """Write it along the line at `y`, to the right of `x`; give where it ends. `rtl` is for what says nothing else.

        Without Raqm, which shapes letters and mirrors brackets, signs stand as they are.
        """
        runs, rtl = self.runs(text), _goes(text, rtl=rtl)
        for font, run in runs[::-1] if rtl else runs:
            way = {"direction": "rtl" if _goes(run, rtl=rtl) else "ltr"} if SHAPES else {}
            on.text((x, y), run, font=font, fill=colour, anchor="ls", **way)  # type: ignore[arg-type]
            x += font.getlength(run)
        return x


@lru_cache(maxsize=1)
def _files() -> list[Path]:
    found: list[Path] = []
    for package, name in FONTS:
        spec = find_spec(package)
        found += [Path(folder, name) for folder in (spec and spec.submodule_search_locations) or ()]
    return [each for each in found if each.is_file()]


@lru_cache(maxsize=8)
def _fonts(size: int, weight: int) -> Fonts:
    fonts: Fonts = [ImageFont.truetype(path, size) for path in _files()]
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
def _font_of(sign: str) -> int | None:
    """Give the number of the first font that has a sign; None if none has."""
    if sign == " ":
        return 0
    if category(sign) in NOT_WRITTEN and sign not in WRITTEN:
        return None
    return next((number for number in range(len(_plain())) if _has(number, sign)), None)


@lru_cache(maxsize=4_096)
def _has(number: int, sign: str) -> bool:
    """Tell whether a font has a sign, by what it draws."""
    font = _plain()[number]
    return _drawn(font, sign) != _drawn(font, UNKNOWN)


@lru_cache(maxsize=1)
def _plain() -> Fonts:
    """Give the fonts without shaping, which would make the box of a mark that a font lacks as wide as nothing."""
    own = ImageFont.load_default(16)
    assert isinstance(own, ImageFont.FreeTypeFont)
    return [ImageFont.truetype(each, 16, layout_engine=ImageFont.Layout.BASIC) for each in _files()] or [own]


def _drawn(font: ImageFont.FreeTypeFont, sign: str) -> bytes:
    mask = font.getmask(sign)
    return bytes(mask) + repr(mask.size).encode()


def shown(text: str) -> str:
    """Give what can be written of a text: all but signs like emoji, or nothing if its letters are unknown."""
    text = normalize("NFC", text)
    letters = [sign for sign in text if category(sign)[0] in "LN"]
    known = sum(_font_of(sign) is not None for sign in letters)
    if not letters or known < FEWEST * len(letters):
        return ""
    return "".join(sign for sign in text if sign == "\n" or category(sign) in MARKS or _font_of(sign) is not None)


def cut(text: str, style: Style, most: float) -> str:
    """Shorten a text to one line."""
    text = " ".join(shown(text).split())
    if style.width(text) <= most:
        return text
    parts = _clusters(text)
    fit = bisect_right(range(len(parts)), most, key=lambda count: style.width("".join(parts[: count + 1]) + "…"))
    return "".join(parts[:fit]) + "…"


def pieces(line: str, style: Style, most: float) -> list[Piece]:
    """Part a paragraph where it may be broken; what is wider than a line is broken anywhere."""
    found: list[Piece] = []
    rtl = _goes(line)
    for word in line.split():
        gap = style.space
        for part in _parts(word):
            for text in [part] if style.width(part) <= most else _broken(part, style, most):
                found.append(Piece(text, gap, style.width(text), _goes(text, rtl=rtl)))
                gap = 0.0
    return found


def _parts(word: str) -> list[str]:
    parts: list[str] = []
    for sign in word:
        wide = _is_wide(sign)
        if parts and (sign in CLOSES or not (wide or _is_wide(parts[-1][-1])) or category(sign) in MARKS):
            parts[-1] += sign
        else:
            parts.append(sign)
    return parts


def _is_wide(sign: str) -> bool:
    return (
        "\u2e80" <= sign <= "\u9fff" or "\uac00" <= sign <= "\ud7ff" or "\uf900" <= sign <= "\ufaff" or sign > "\uff00"
    )


def _broken(text: str, style: Style, most: float) -> list[str]:
    parts = [""]
    for cluster in _clusters(text):
        if parts[-1] and style.width(parts[-1] + cluster) > most:
            parts.append("")
        parts[-1] += cluster
    return parts


def _clusters(text: str) -> list[str]:
    """Part a text into letters with what belongs to them, of which none is broken."""
    found: list[str] = []
    for sign in text:
        if found and (
            category(sign) in MARKS or found[-1][-1] in BEFORE or (combining(found[-1][-1]) == VIRAMA and sign != " ")
        ):
            found[-1] += sign
        else:
            found.append(sign)
    return found


def _goes(text: str, *, rtl: bool = False) -> bool:
    """Tell whether a text goes from right to left, by its first letter; `rtl` if it has none."""
    return next((kind != "L" for sign in text if (kind := bidirectional(sign)) in {"L", "R", "AL"}), rtl)


def lines(text: str, style: Style, most: float, count: int) -> list[tuple[list[Piece], bool]]:
    """Break a text into so many lines at most, each with whether it goes from right to left; three dots end a cut."""
    found: list[tuple[list[Piece], bool]] = []
    for paragraph in filter(None, (each.strip() for each in text.split("\n"))):
        rtl, left = _goes(paragraph), -1.0
        for piece in pieces(paragraph, style, most):
            if left < piece.gap + piece.width:
                found.append(([piece._replace(gap=0.0)], rtl))
                left = most - piece.width
            else:
                found[-1][0].append(piece)
                left -= piece.gap + piece.width
    if len(found) > count:
        line, rtl = found[count - 1]
        dots = Piece("…", 0.0, style.width("…"), rtl)
        while len(line) > 1 and sum(each.gap + each.width for each in line) + dots.width > most:
            line.pop()
        found = [*found[: count - 1], ([*line, dots], rtl)]
    return found


def ordered(line: list[Piece], *, rtl: bool) -> list[int]:
    """Give the numbers of the pieces of a line as they stand from left to right."""
    groups: list[list[int]] = []
    for number, piece in enumerate(line):
        if groups and line[groups[-1][0]].is_rtl == piece.is_rtl:
            groups[-1].append(number)
        else:
            groups.append([number])
    order = [each[::-1] if line[each[0]].is_rtl else each for each in groups]
    return [number for group in (order[::-1] if rtl else order) for number in group]
