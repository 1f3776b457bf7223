"""What the comments of a batch answer, and their places in threads."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import regex

from feedapp.repositories.comments import DEEPEST
from feedapp.repositories.transfer.answers import Answerable, place_in_thread
from feedapp.text.links import names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from feedapp.repositories.transfer.imports import ImportRepository

SHORTEST = 3
"""Letters by which somebody may be called, of a longer name."""
LOOKED_AT = 1_000
"""Comments of a batch under one post that are looked back through."""
_CALLED = regex.compile(r"@([\p{L}\p{M}\p{N}_.\u2019'-]+)")


def addressed(body: str) -> str | None:
    """Give whom a comment addresses in its first word by a username, if anybody."""
    if not body.startswith("@"):
        return None
    first = next(iter(names(body)), "")
    return first if first and body[1 : len(first) + 1].lower() == first else None


def called(body: str) -> str | None:
    """Give how a comment calls somebody in its first word: elsewhere names are written without their gaps."""
    found = _CALLED.match(body)
    name = squeezed(found[1]) if found else ""
    return name if len(name) >= SHORTEST or (found and not name.isascii() and name) else None


def squeezed(name: str) -> str:
    """Give the letters and digits of a name, in small letters."""
    return "".join(sign for sign in name if sign.isalnum()).lower()


def thread(rows: Sequence[dict[str, Any]], known: ImportRepository) -> None:
    """Give each new comment its id, if it keeps none, what it answers, and its place in the thread.

    What it answers was there before this batch, or came in a line before: the latest that fits of whoever has the
    username, and if there is nothing, of whoever is called so, or begins to be.
    """
    stored, stored_called = known.answers.answered(rows), known.answers.called(rows)
    authors = {row["author_id"] for row in rows} if any(row["called"] for row in rows) else set()
    display_names = {id_: squeezed(name) for id_, name in known.answers.display_names(authors).items()}
    here = defaultdict[tuple[int, str], list[Answerable]](list)
    said = defaultdict[int, list[tuple[str, Answerable]]](list)
    others = iter(known.comment_ids(sum(row["id"] is None for row in rows)))
    for row in rows:
        id_ = row["id"] or next(others)
        found = [each for each in here[row["post_id"], row["answered"] or ""] if _fits(each, row)]
        found += [stored[row["n"]]] if row["n"] in stored else []
        if not found and row["called"]:
            before = said[row["post_id"]][-LOOKED_AT:]
            found = [each for name, each in before if name.startswith(row["called"]) and _fits(each, row)]
            found += [stored_called[row["n"]]] if row["n"] in stored_called else []
        answered = max(found, default=None)
        under = answered.path[:DEEPEST] if answered else b""
        row |= {"id": id_, "in_reply_to": answered.id if answered else None, "under": under.hex()}
        written = Answerable(row["created_at"], id_, under + place_in_thread(row["created_at"], id_))
        here[row["post_id"], row["author"]].append(written)
        said[row["post_id"]].append((display_names.get(row["author_id"], ""), written))


def _fits(each: Answerable, row: dict[str, Any]) -> bool:
    at: datetime | None = row["answers_at"]
    latest: datetime = row["created_at"]
    return each.created_at <= latest if at is None else each.created_at == at
