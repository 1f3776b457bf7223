"""A cache with a bound on its memory, whatever people write or ask for."""

from __future__ import annotations

from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., Any]")


def kept_if_small(count: int, *, largest: int, size: Callable[[Any], int]) -> Callable[[F], F]:
    """Decorate a function whose last `count` results are kept, but none for an argument larger than `largest`.

    `size` measures the first argument, in whatever unit. All arguments have to be hashable.
    """

    def decorate(function: F) -> F:
        kept = lru_cache(maxsize=count)(function)

        @wraps(function)
        def call(first: Any, *args: Any, **kwargs: Any) -> Any:
            return (kept if size(first) <= largest else function)(first, *args, **kwargs)

        return cast("F", call)

    return decorate
