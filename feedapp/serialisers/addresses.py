"""Addresses of pictures, below the address by which a request came."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from feedapp.pictures.formats import SQUARES, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_root: ContextVar[str] = ContextVar("root", default="/")


@contextmanager
def below(root: str) -> Iterator[None]:
    """Let what is serialised in the block have addresses below this one, which ends with a slash."""
    token = _root.set(root)
    try:
        yield
    finally:
        _root.reset(token)


def picture(digest: str, width: int) -> str:
    """Give the address of a file of a picture."""
    return f"{_root.get()}media/{name_of(digest, width)}"


def avatar(digest: str | None) -> str | None:
    """Give the address of somebody's picture, the largest; None for none."""
    return None if digest is None else picture(digest, SQUARES[-1])
