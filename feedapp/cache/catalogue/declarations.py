"""Declarations of cache keys: a row of the key table, a fact, a list with its pages.

A fact or a list is described completely by its declaration in `keys.py`. The key parser, cursors, the
invalidation of pages, `flask cache explain` and `flask cache verify` follow from it; its SQL stands under its name in
`repositories/facts.py` or `repositories/pages.py`, which tests/unit/cache/test_key_table.py demands.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from feedapp.pagination import Walk

PAGE_SIZES = (10, 20, 50, 100)
START = "start"
STAMP_LIFETIME = 86_400

Kind = Literal["fact", "page", "stamp", "ranking", "mark"]


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """One row of the key table: `lifetime` in seconds at most, `holds` for `flask cache explain` and the docs.

    `parts` are the names in braces in the pattern, `words` the words that may stand in place of the first id.

    `outlives` is the fact whose deletion may leave copies of this one behind, which nobody is shown: its id is in the
    key or in the value of this one, under the name that it has in the other's pattern. `false_if_none` is a count:
    while it is 0 this fact is false and need not be loaded. That is exact if every write holds and deletes both
    together: a cached count of 0 was true when it was read, whatever happened to the fact's own key.
    """

    name: str
    pattern: str
    lifetime: int
    kind: Kind
    holds: str
    form: str
    parts: tuple[str, ...]
    words: set[str] = field(default_factory=set)
    outlives: Template | None = None
    false_if_none: Template | None = None

    def key(self, *ids: object) -> Key:
        """Make a key from ids, in the order of the pattern."""
        return Key(self.form % ids, self, ids)


class Key(NamedTuple):
    """One key: its name without the prefix, the row of the table it belongs to, and the ids in it."""

    name: str
    template: Template
    ids: tuple[object, ...]

    def part(self, name: str) -> object:
        """Give the id of that name, None if the pattern has none of it."""
        return dict(zip(self.template.parts, self.ids, strict=True)).get(name)


@dataclass(frozen=True, slots=True, eq=False)
class ListTemplate:
    """One kind of list, kept as pages that are valid while the list's stamps stand.

    `cursor` is the letter in the list's cursors: other kinds of list refuse them. `onward` is the direction of reading.
    `of_texts`: their owners are texts, not ids. `owner` is set if there is only one such list; `common` replaces the
    owner in the stamp that all lists of the kind share.
    """

    name: str
    pages: Template
    stamp: Template
    cursor: str
    onward: Walk
    owner: str | None = None
    common: str | None = None
    of_texts: bool = False

    def of(self, owner: int | str) -> Listing:
        """Give the list of one owner."""
        return Listing(
            self, owner, tuple(map(self.stamp.key, (owner,) if self.common is None else (owner, self.common)))
        )

    def may_be_of(self, owner: object) -> bool:
        """Tell whether a list of this kind can have that owner."""
        return isinstance(owner, str if self.of_texts else int) if self.owner is None else owner == self.owner

    def common_stamp(self) -> Key:
        """Name the stamp that all lists of the kind share."""
        return self.stamp.key(self.common)


class Listing(NamedTuple):
    """One paged list: a page is valid while all its `stamps` stand, of which the first is its own."""

    template: ListTemplate
    owner: int | str
    stamps: tuple[Key, ...]

    def page(self, cursor: str, size: int) -> Key:
        """Name the page of `size` entries (one of PAGE_SIZES) at a cursor's text, or at START."""
        return self.template.pages.key(self.owner, cursor, size)

    def first_pages(self) -> tuple[Key, ...]:
        """Name the first pages, whose keys need no cursor."""
        return tuple(self.page(START, size) for size in PAGE_SIZES)

    def stale_keys(self) -> tuple[Key, ...]:
        """Name the keys that a change of this list makes stale: its own stamp, which invalidates every page.

        The first pages are deleted by name as well, to free their memory at once.
        """
        return (self.stamps[0], *self.first_pages())


EntryT = TypeVar("EntryT", Template, ListTemplate)


class KeyTable:
    """All declarations, by name. A list is registered in `lists`, and by its two rows in `templates`."""

    def __init__(self) -> None:
        self.templates: dict[str, Template] = {}
        self.lists: dict[str, ListTemplate] = {}

    def row(self, name: str, pattern: str, lifetime: int, kind: Kind, holds: str, **more: Any) -> Template:
        """Declare a row that belongs to neither a fact nor a list."""
        head, *rest = pattern.split("{")
        form = head + "".join("%s" + each.partition("}")[2] for each in rest)
        parts = tuple(each.partition("}")[0] for each in rest)
        return self._enter(self.templates, Template(name, pattern, lifetime, kind, holds, form, parts, **more))

    def fact(
        self,
        name: str,
        pattern: str,
        lifetime: int,
        holds: str,
        *,
        outlives: Template | None = None,
        false_if_none: Template | None = None,
    ) -> Template:
        """Declare a fact: see `Template`."""
        return self.row(name, pattern, lifetime, "fact", holds, outlives=outlives, false_if_none=false_if_none)

    def list_(
        self,
        name: str,
        base: str,
        lifetime: int,
        holds: str,
        *,
        cursor: str,
        onward: Walk,
        rows: str | None = None,
        common: str | None = None,
        of_texts: bool = False,
        **more: Template,
    ) -> ListTemplate:
        """Declare a kind of list: see `ListTemplate`. `rows` is the name of its rows, if not the list's own.

        `more` is what else its pages are declared with: what they outlive.
        """
        rows, one = rows or name, f"one page of {holds}: ids, positions and stamps"
        pages = self.row(rows, base + ":{cursor}:{limit}", lifetime, "page", one, **more)
        stamp = self.row(
            f"{rows}_stamp", base + ":stamp", STAMP_LIFETIME, "stamp", f"without it no page of {holds} is valid"
        )
        if common is not None:
            stamp.words.add(common)
        return self._enter(
            self.lists, ListTemplate(name, pages, stamp, cursor, onward, common=common, of_texts=of_texts)
        )

    def part(
        self,
        name: str,
        whole: ListTemplate,
        base: str,
        holds: str,
        *,
        cursor: str | None = None,
        onward: Walk | None = None,
    ) -> ListTemplate:
        """Declare a kind of list that has the entries of another, or some: the same stamps forget its pages.

        One in another order has a `cursor` of its own.
        """
        lifetime = whole.pages.lifetime
        pages = self.row(
            name, base + ":{cursor}:{limit}", lifetime, "page", f"one page of {holds}: ids, positions and stamps"
        )
        return self._enter(
            self.lists, ListTemplate(name, pages, whole.stamp, cursor or whole.cursor, onward or whole.onward)
        )

    def single(self, name: str, like: ListTemplate, *, owner: str, cursor: str | None = None) -> Listing:
        """Declare a list that exists once, in the rows of another kind, with a word in place of the owner.

        One in another order has a `cursor` of its own.
        """
        for row in (like.pages, like.stamp):
            row.words.add(owner)
        alone = ListTemplate(name, like.pages, like.stamp, cursor or like.cursor, like.onward, owner)
        return self._enter(self.lists, alone).of(owner)

    @staticmethod
    def _enter(table: dict[str, EntryT], entry: EntryT) -> EntryT:
        assert entry.name not in table, f"{entry.name} is declared twice"
        table[entry.name] = entry
        return entry


def implied(missing: Iterable[Key], found: Mapping[Key, Any]) -> dict[Key, Any]:
    """Derive missing facts from found ones, by `false_if_none`.

    Nearly every first read of a new post is such a case: nobody likes it yet.
    """
    return {
        key: False
        for key in missing
        if (count := key.template.false_if_none) and found.get(count.key(*map(key.part, count.parts))) == 0
    }
