"""Filters: whether a text has a word, a link or a domain, whatever it is written like; and networks.

Text and patterns are folded alike: compatibility forms, case, accents and invisible letters make no difference. Nobody
writes expressions, so to look takes time in proportion to the text, for each filter.
"""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

import regex

from feedapp.text.links import links

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LEAST_BITS = {4: 8, 6: 16}
"""Of a network that a filter may name."""
_IGNORED = regex.compile(r"\p{Default_Ignorable_Code_Point}")
_UNSEEN = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Mn}]")
_WORDS = regex.compile(r"[\p{L}\p{M}\p{N}_]++")
_WITHOUT_SPACES = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_HOSTS = regex.compile(r"[\p{L}\p{N}-]++(?:\.[\p{L}\p{N}-]++)++")
_SCHEME = regex.compile(r"(?:https?://)?+(?:www\.)?+")
_DOMAIN = regex.compile(r"[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+")


class Screen(NamedTuple):
    """One filter: of which kind, what it looks for (folded), and what it does."""

    id: int
    kind: str
    pattern: str
    effect: str


class Screened(NamedTuple):
    """A text in the forms in which filters look at it. `words` is between spaces."""

    words: str
    addresses: Sequence[str]
    hosts: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Screened:
        """Fold a text."""
        plain = _plain(text)
        addresses = [_address(text[link.start : link.end]) for link in links(text) if not link.name]
        return cls(_words(_folded(text)), addresses, frozenset(_ascii(each[0]) for each in _HOSTS.finditer(plain)))


def read_pattern(kind: str, text: str) -> str:
    """Fold what a filter is to look for. Raise ValueError for what can never be found, or is everywhere."""
    if kind == "network":
        try:
            network = ip_network(text.strip(), strict=False)
        except ValueError:
            raise ValueError("must be a network such as 203.0.113.0/24 or 2001:db8::/48") from None
        if network.prefixlen < LEAST_BITS[network.version]:
            raise ValueError("is too large a network: 8 bits at least, 16 of IPv6")
        return str(network)
    if kind == "domain":
        domain = _SCHEME.sub("", _plain(text).strip(), count=1).partition("/")[0].strip(".")
        if not _DOMAIN.fullmatch(domain):
            raise ValueError("must be a domain such as example.com")
        return _ascii(domain)
    if kind == "link":
        address = _address(text.strip())
        if not _DOMAIN.match(address) or "/" not in address or regex.search(r"\s", address):
            raise ValueError("must be the beginning of an address such as example.com/offers")
        return address
    words = _words(_folded(text)).strip()
    if not words:
        raise ValueError("must have a letter or a digit")
    return words


def found(screens: Iterable[Screen], text: Screened, network: str | None) -> Screen | None:
    """Give the first filter that a text is held by or refused by; one that refuses comes first."""
    matching = [each for each in screens if _matches(each, text, network)]
    return min(matching, key=lambda each: (each.effect != "refuse", each.id), default=None)


def _matches(screen: Screen, text: Screened, network: str | None) -> bool:
    pattern = screen.pattern
    if screen.kind == "word":
        return (pattern if _WITHOUT_SPACES.search(pattern) else f" {pattern} ") in text.words
    if screen.kind == "link":
        return any(each.startswith(pattern) for each in text.addresses)
    if screen.kind == "domain":
        return any(host == pattern or host.endswith(f".{pattern}") for host in text.hosts)
    return network is not None and _overlap(pattern, network)


def _overlap(pattern: str, network: str) -> bool:
    try:
        ours, theirs = ip_network(pattern), ip_network(network)
    except ValueError:  # a client without an address that can be read
        return False
    return ours.version == theirs.version and ours.overlaps(theirs)


def _folded(text: str) -> str:
    return _UNSEEN.sub("", normalize("NFKD", text)).casefold()


def _plain(text: str) -> str:
    """Fold what is part of an address, where marks make a difference."""
    return normalize("NFKC", _IGNORED.sub("", text)).casefold()


def _words(folded: str) -> str:
    return f" {' '.join(_WORDS.findall(normalize('NFKC', folded)))} "


def _address(text: str) -> str:
    """Give an address without scheme and www, its host in one form."""
    rest = _SCHEME.sub("", _plain(text), count=1)
    end = next((place for place, letter in enumerate(rest) if letter in "/?#:"), len(rest))
    return _ascii(rest[:end]) + rest[end:]


def _ascii(host: str) -> str:
    try:
        return normalize("NFKC", host).encode("idna").decode("ascii")
    except UnicodeError:
        return host
