"""Passwords: one spelling for what looks the same, and which are refused because they would be guessed.

`common_passwords.txt` has the passwords that are used most: those of 8 characters and more, and the 500 most used words
below that, from which many are made. They come from the list of the zxcvbn library 4.5.0 (MIT licence, Dan Wheeler,
Dropbox, Daniel Wolf), which is not used itself since it takes 20 MB in each process.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import pairwise
from pathlib import Path

from feedapp.lengths import LONGEST_PASSWORD, SHORTEST_PASSWORD

LONGEST_TYPED = 4 * LONGEST_PASSWORD
"""Decomposed, a character takes four places at most."""
SITE = "feedapp"
COMMON = "is one of the passwords that are guessed first: choose another, such as three or four words of your own"
_ENDS = "0123456789!?.*#$@"
_LEET = [str.maketrans("013457@$!", f"o{one}eastasi") for one in "il"]
_SHIFTED = str.maketrans("!@#$%^&*()", "1234567890")
_LONGEST_UNIT, _FEW = 4, 2
_ENOUGH_MORE = 7
"""Digits and signs beside a name, from which on the name does not matter."""


def opaque(password: str) -> str:
    """Give the form that is hashed, the same however a keyboard composes it: OpaqueString of RFC 8265."""
    spaced = "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in password)
    return unicodedata.normalize("NFC", spaced)


def spellings(password: str) -> list[str]:
    """Give the forms in which a password may have been hashed, that of today first: earlier it was hashed as typed."""
    if password.isascii():
        return [password]
    if len(password) > LONGEST_TYPED:
        return []
    form = opaque(password)
    return list(dict.fromkeys((form, password, unicodedata.normalize("NFD", form))))


def password(text: str) -> str:
    """Check a new password's length, and that there is something to it. Raise ValueError."""
    form = opaque(text) if len(text) <= LONGEST_TYPED else text
    if not SHORTEST_PASSWORD <= len(form) <= LONGEST_PASSWORD:
        raise ValueError(f"must be {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters long")
    if all(unicodedata.category(sign)[0] in "CZ" for sign in form):
        raise ValueError("must not be only spaces: choose three or four words of your own")
    return form


def weakness(password: str, *, username: str) -> str | None:
    """Say why a new password would be guessed soon; None if it is not known that it would."""
    lower = unicodedata.normalize("NFKC", opaque(password)).lower()
    packed = "".join(lower.split())
    if any(map(_is_guessed, {lower, packed})):
        return COMMON
    plain = username.lower()
    for name in filter(None, (plain, plain.replace("_", ""), SITE)):
        rest = lower.replace(name, "").replace(name[::-1], "")
        if rest != lower and len(rest) < _ENOUGH_MORE and not any(map(str.isalpha, rest)):
            return "must not be a name that everybody can see: choose three or four words of your own"
    return None


def _is_guessed(lower: str) -> bool:
    """Tell whether it is common, or made of what is common in a way that guessers know."""
    unit = _unit(lower)
    typed = lower.translate(_SHIFTED)
    return _repeats(lower) or _runs(lower) or _runs(typed) or not (_bases(lower) | {unit}).isdisjoint(_common())


def _bases(lower: str) -> set[str]:
    """Give what a password is made from by digits and signs at its ends, and by digits in place of letters."""
    bases = {lower, lower.rstrip(_ENDS), lower.strip(_ENDS)}
    return bases | {base.translate(leet) for base in bases for leet in _LEET}


def _repeats(lower: str) -> bool:
    """Tell whether it is a few characters again and again; of those that every keyboard has, as guessers begin."""
    return lower.isascii() and (
        len(set(lower)) <= _FEW
        or any(lower == (lower[:size] * len(lower))[: len(lower)] for size in range(1, _LONGEST_UNIT + 1))
    )


def _unit(lower: str) -> str:
    """Give what the whole repeats, be it only once."""
    size = (lower + lower).find(lower, 1)
    return lower[:size]


def _runs(lower: str) -> bool:
    """Tell whether each character is the next one, or the one before, in the alphabet or among the digits."""
    steps = {ord(after) - ord(before) for before, after in pairwise(lower)}
    return re.fullmatch("[a-z0-9]+", lower) is not None and steps in ({1}, {-1})


@cache
def _common() -> frozenset[str]:
    return frozenset((Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8").split())
