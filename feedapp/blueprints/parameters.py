"""What a view knows of the query of an address; the rest is nothing to it, nor to what is looked up for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from urllib.parse import parse_qsl

Known = Mapping[str, Collection[str] | None]
"""The parameters that a view knows, each with the values that mean something; None for any."""


def known_parameters(query: str, known: Known) -> tuple[tuple[str, str], ...]:
    """Read those that are known, the first of each, in the order in which they are declared."""
    if not query or not known:
        return ()
    found: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, errors="werkzeug.url_quote"):
        if name in known:
            found.setdefault(name, value)
    return tuple(
        (name, found[name])
        for name, meaningful in known.items()
        if name in found and (meaningful is None or found[name] in meaningful)
    )
