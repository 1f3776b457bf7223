"""Characters by what a reader sees of them, as Unicode's properties tell."""

from __future__ import annotations

import regex

MOST_MARKS = 10
"""Marks on one letter. Tibetan stacks eight; with hundreds a letter paints over the lines above and below it."""

ISOLATES, ISOLATE_END = "\u2066\u2067\u2068", "\u2069"
_DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_BLANKS = "\u2800\ufffc\U00013441\U00013442\U0001d159"  # drawn as nothing, though Unicode counts them as symbols
_VISIBLE = regex.compile(rf"(?V1)[^\p{{C}}\p{{Z}}\p{{M}}\p{{Default_Ignorable_Code_Point}}{_BLANKS}]")
_CONTROLS = regex.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\p{Noncharacter_Code_Point}]")
_PILED_UP = regex.compile(
    r"(?V1)(?:[\p{Mn}\p{Me}--\p{Default_Ignorable_Code_Point}]\p{Default_Ignorable_Code_Point}*+){"
    rf"{MOST_MARKS + 1}}}"
)
_TURNING = regex.compile(f"[{_DIRECTIONS}]")
_LINE_ENDS = regex.compile("\r\n|[\r\x85\u2028\u2029]")


def is_visible(text: str) -> bool:
    """Tell whether a reader sees anything of it: a mark alone, a filler or a blank is nothing."""
    return _VISIBLE.search(text) is not None


def has_controls(text: str) -> bool:
    """Tell whether there are control characters beside tab and line feed, or code points that are no characters."""
    return _CONTROLS.search(text) is not None


def has_piled_marks(text: str) -> bool:
    """Tell whether one letter carries more than MOST_MARKS combining marks."""
    return _PILED_UP.search(text) is not None


def with_line_feeds(text: str) -> str:
    """End every line as Unix does, so that counting line feeds counts lines."""
    return _LINE_ENDS.sub("\n", text)


def one_line(text: str) -> str:
    """Put a text on one line, without what turns writing around: for places where no element can contain it."""
    return " ".join(_TURNING.sub("", text).split())


def contained(text: str) -> str:
    """Take out each end of an isolate that begins nowhere in it: it would end the one that <bdi> puts around.

    All else that turns writing around ends with the element.
    """
    if ISOLATE_END not in text:
        return text
    kept, depth = [], 0
    for sign in text:
        depth += (sign in ISOLATES) - (sign == ISOLATE_END)
        if depth < 0:
            depth = 0
        else:
            kept.append(sign)
    return "".join(kept)
