"""Where the web addresses and the names of people in a text are. The rule is described in docs/pages.md.

Writing without spaces is what makes this hard: an address ends where the script changes, a name where its letters do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import regex

from feedapp.lengths import TAG_LENGTH, USERNAME_LENGTH
from feedapp.text.tags import MOST_TAGS, SIGNS, TAG, folded, may_have_tags

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 100
"""Links in one text, and different names that are looked up for it. What comes after them stays text."""
LONGEST_ADDRESS = 2_000
"""Characters; what is longer stays text. Browsers and servers promise no more, and each stands in the page twice."""

_IGNORED = r"\p{Default_Ignorable_Code_Point}"
_NEAR = rf"[[\p{{Latin}}0-9_[\p{{M}}&&\p{{Inherited}}]]--[\uff00-\uffef]--{_IGNORED}]"
"""Letters of the Latin alphabet with their marks, digits, underscores: what addresses and names are made of at home."""
_FAR = rf"[[\p{{L}}\p{{M}}\p{{N}}]--\p{{ASCII}}--{_NEAR}--{_IGNORED}]"
"""Letters of every other script."""
_BETWEEN_FAR = "[\u30fb\u00b7\u2013\u200c\u200d\u05f3\u05f4\u0f0b]"
_BETWEEN_NEAR = "[\u2010\u2011\u2013\u00b7]"
_SCHEME = r"(?i:https?)://"
_WWW = r"(?i:www)\."
_AT = "@\uff20"
_NAME = f"[A-Za-z0-9_]{{1,{USERNAME_LENGTH}}}"

_LETTER = rf"[{_NEAR}{_FAR}]"
_FAR_RUN = rf"{_FAR}{_LETTER}*+(?:{_BETWEEN_FAR}(?={_FAR}){_LETTER}++)*+"
_LABEL = rf"(?:{_FAR}[{_LETTER}-]*+|{_NEAR}[{_NEAR}-]*+(?:{_FAR}[{_LETTER}-]*+(?=\.{_LETTER}))?+)"
_PORT = "(?::[0-9]{1,5}+)?+"
_HOST = (
    rf"(?:\[[0-9A-Fa-f:.]{{2,45}}\]|{_LETTER}[{_LETTER}-]*+(?:\.{_LABEL})*+){_PORT}"
    r"(?!(?::[^\s/?#@]{0,100})?@)"  # before an @ it would be no host, but the name of a user
)
_PATH = (
    rf"(?:{_NEAR}++"
    r"|[-._~!$&'(*+=:@%/?#\[{]"
    rf"|[],;|)}}](?!{_SCHEME}|{_WWW})"
    rf"|(?<=[/=#_+~:&@*$%-]|_\(){_FAR_RUN}"
    rf"|(?<={_NEAR}){_BETWEEN_NEAR}(?={_NEAR})(?!{_SCHEME}|{_WWW})"
    ")*+"
)
_SITE = (
    rf"(?<![[{_NEAR}--_]@/]){_SCHEME}{_HOST}"
    rf"|(?<![{_NEAR}@/.-]){_WWW}{_LABEL}(?:\.{_LABEL})++{_PORT}"
)
_MENTION = (
    rf"(?:(?<![{_NEAR}{_AT}&]|{_NEAR}[.+%/-]*[+%/-])"  # no mailbox before it, none of which ends with a dot, no path
    rf"|(?<=(?<![{_NEAR}.+%/-])(?i:rt|mt|cc|via))"
    rf"|(?<=[{_AT}]{_NAME}/))"
    rf"[{_AT}](?P<name>{_NAME})"
    rf"(?![{_NEAR}{_AT}]|[-.][A-Za-z0-9_]|:[A-Za-z0-9-]++\.[A-Za-z])"  # what goes on is a longer name, or a host
)
_LINK = regex.compile(f"(?V1)(?:{_SITE}|{_MENTION}|{TAG})")
_REST = regex.compile(f"(?V1)(?=[/?#]){_PATH}")
_MAY_LINK = regex.compile(rf"[{_AT}{SIGNS}]|://|(?i:www)\.")
_BRACKETS = regex.compile(r"[][(){}]")
_OPENER_OF = {")": "(", "]": "[", "}": "{"}
_TRAILING = ".,:;!?'*_~|([{"


class Link(NamedTuple):
    """From `start` to `end` of the text: an address, or an `@name` if `name`, in lower case, is not empty.

    Or a `#tag`, if `tag`, folded, is not empty.
    """

    start: int
    end: int
    name: str
    tag: str = ""


def links(text: str) -> Iterator[Link]:
    """Find addresses, MOST at most, tags, and what may be names, in order, in time in proportion to the length."""
    if not _MAY_LINK.search(text):
        return
    addresses = position = 0
    while match := _LINK.search(text, position):
        start, position = match.span()
        if name := match["name"]:
            yield Link(start, position, name.lower())
            continue
        if match["tag"]:
            if len(tag := folded(match["tag"])) <= TAG_LENGTH:
                yield Link(start, position, "", tag)
            continue
        rest = _end_of_path(text, position, most=LONGEST_ADDRESS)
        if addresses == MOST or rest - start >= LONGEST_ADDRESS:
            position = _end_of_path(text, position)
        else:
            addresses += 1
            position = start + _length(text[start:rest])  # in what was left off there may be more
            yield Link(start, position, "")


def may_name(text: str) -> bool:
    """Tell at once whether it is worth looking for names."""
    return any(sign in text for sign in _AT)


def names(text: str, *, end: int | None = None) -> list[str]:
    """Give the first MOST different names in a text up to `end`, in lower case, whether or not they are somebody's."""
    found: dict[str, None] = {}
    if may_name(text):
        for link in links(text):
            if len(found) == MOST or (end is not None and link.end > end):
                break
            if link.name:
                found[link.name] = None
    return list(found)


def tags(text: str) -> list[str]:
    """Give the first MOST_TAGS different tags of a text, folded, in order."""
    found: dict[str, None] = {}
    if may_have_tags(text):
        for link in links(text):
            if link.tag:
                found[link.tag] = None
                if len(found) == MOST_TAGS:
                    break
    return list(found)


def _end_of_path(text: str, start: int, *, most: int | None = None) -> int:
    match = _REST.match(text, start, None if most is None else start + most)
    return match.end() if match else start


def _length(address: str) -> int:
    """Leave off brackets that were opened before the address, all that follows those, and what ends a sentence."""
    end = len(address)
    opened = dict.fromkeys("([{", 0)
    for match in _BRACKETS.finditer(address):
        sign = match[0]
        opener = _OPENER_OF.get(sign)
        opened[opener or sign] += -1 if opener else 1
        if opener and opened[opener] < 0:
            end = match.start()
            break
    while address[end - 1] in _TRAILING:
        end -= 1
    return end
