"""What follows from facts that were found, so that it need not be read or loaded.

A post that nobody likes is not liked by this reader. It is exact: a like holds and deletes the count and the flag
together, so a count of 0 that is found was true when it was read, whatever has become of the flag's own key. Nearly
every reader's first sight of a new post is such a case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from feedapp.cache.catalogue.keys import LIKED, POST_LIKES_COUNT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from feedapp.cache.catalogue.keys import Key


def implied(missing: Iterable[Key], found: Mapping[Key, Any]) -> dict[Key, Any]:
    """Give those of the missing facts that follow from the found ones."""
    return {key: False for key in missing if key.template is LIKED and found.get(POST_LIKES_COUNT.key(key.ids[0])) == 0}
