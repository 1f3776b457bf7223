"""Which of the names in the texts of a page are people's."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from feedapp.text.folding import excerpt
from feedapp.text.links import may_name, names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedapp.services.names import NameService

MOST = 1_000
"""Names that are looked up for one page. Where there are more, each text has an equal share, its first ones."""


class _Written(Protocol):
    @property
    def body(self) -> str: ...


class _Described(Protocol):
    @property
    def bio(self) -> str: ...


class People(NamedTuple):
    """Looks names up for the pages, all of a page at once."""

    names: NameService

    def in_texts(self, *texts: str) -> frozenset[str]:
        """Give the names in these texts that are people's, in lower case."""
        return self._existing([names(text) for text in texts])

    def in_cards(
        self, written: Iterable[_Written], *, whole: _Written | None = None, bios: Iterable[_Described] = ()
    ) -> frozenset[str]:
        """Give those in what a list shows of posts or comments, in one that is shown `whole`, and in bios."""
        texts = [each.bio for each in bios] if whole is None else [whole.body, *(each.bio for each in bios)]
        shown = [names(each.body, end=excerpt(each.body).end) for each in written if may_name(each.body)]
        return self._existing([*map(names, texts), *shown])

    def _existing(self, found: list[list[str]]) -> frozenset[str]:
        share = MOST if sum(map(len, found)) <= MOST else MOST // len(found)
        wanted = {name for each in found for name in each[:share]}
        return self.names.existing(wanted) if wanted else frozenset()
