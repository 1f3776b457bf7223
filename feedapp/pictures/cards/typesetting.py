"""Letters and lines of a picture of a link: where lines are broken, and which way they go.

A text with letters that no font has is left out, and signs that none has (emoji) are.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import bidirectional, category, combining, normalize

from PIL import features

from feedapp.pictures.cards.fonts import font_of, fonts_of, has

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

BOLD, REGULAR = 700, 400
SHAPES = features.check("raqm")
FEWEST = 0.9
"""Of the letters of a text have to be known to a font, or the text is left out."""
CLOSES = frozenset("、。\uff0c\uff0e\uff1a\uff1b\uff1f\uff01\uff09」』】〉》・ー々")
"""Does not begin a line."""
MARKS = frozenset({"Mn", "Mc", "Me"})
BEFORE = frozenset("เแโใไ")
"""Vowels of Thai, which are written before the letter that they belong to."""
VIRAMA = 9
"""Combining class of what joins two letters of an Indian script."""


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
        self._fonts = fonts_of(size, weight)
        self.space = self._fonts[0].getlength(" ")

    def runs(self, text: str) -> list[tuple[ImageFont.FreeTypeFont, str]]:
        """Part a text into pieces that have one font each, without what no font has."""
        found: list[tuple[int, str]] = []
        for sign in text:
            if found and category(sign) in MARKS:
                if has(found[-1][0], sign):  # what stands on a letter is of its font, or is not drawn
                    found[-1] = (found[-1][0], found[-1][1] + sign)
                continue
            number = font_of(sign)
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


def shown(text: str) -> str:
    """Give what can be written of a text: all but signs like emoji, or nothing if its letters are unknown."""
    text = normalize("NFC", text)
    letters = [sign for sign in text if category(sign)[0] in "LN"]
    known = sum(font_of(sign) is not None for sign in letters)
    if not letters or known < FEWEST * len(letters):
        return ""
    return "".join(sign for sign in text if sign == "\n" or category(sign) in MARKS or font_of(sign) is not None)


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
