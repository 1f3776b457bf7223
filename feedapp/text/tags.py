"""What a `#tag` is: letters, marks, digits and underscores of any script, one letter at least. See docs/pages.md.

Where the tags of a text are, `links.py` says, as only it knows what is part of an address.
"""

from __future__ import annotations

from unicodedata import normalize

import regex

from feedapp.lengths import TAG_LENGTH

MOST_TAGS = 20
"""Different ones that a post has. Those that come after them stay text."""
SIGNS = "#\uff03"

_OF_TAGS = r"[[\p{L}\p{M}\p{N}_]--\p{Default_Ignorable_Code_Point}]"
_WITHOUT_SPACES = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\u3005-\u3007\u30fc]"
"""Letters after which a tag may begin at once, as nobody writes a space there."""
TAG = (
    rf"(?<!_|[{_OF_TAGS}--{_WITHOUT_SPACES}]|[&/@{SIGNS}])[{SIGNS}]"
    rf"(?P<tag>(?!\p{{M}})(?=[\p{{N}}\p{{M}}_]{{0,{TAG_LENGTH}}}+\p{{L}}){_OF_TAGS}{{1,{TAG_LENGTH}}}+)(?!{_OF_TAGS})"
)
_NAME = regex.compile(f"(?V1)(?={_OF_TAGS}{{1,{TAG_LENGTH}}}$)(?!\\p{{M}}).*\\p{{L}}.*")


def folded(tag: str) -> str:
    """Give a tag as it is kept and compared: NFC, in lower case."""
    return normalize("NFC", normalize("NFC", tag).lower())


def read(text: str) -> str | None:
    """Read the name of a tag, with or without `#`, and give it folded; None for what is none."""
    name = folded(text[1:] if text[:1] in tuple(SIGNS) else text)
    return name if _NAME.fullmatch(name) else None


def may_have_tags(text: str) -> bool:
    """Tell at once whether it is worth looking for tags."""
    return any(sign in text for sign in SIGNS)
