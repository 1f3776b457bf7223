"""An invalidation rule is a function from what a write knows to the keys that it makes stale.

`@rule` registers it, with the ways in which it can be called, read from the types of its arguments. So `flask cache
explain` and the tests can ask each rule which keys it names.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from itertools import product
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Union, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.cache.catalogue.declarations import Key

P = ParamSpec("P")
RULES: dict[str, Rule[...]] = {}
"""By name; all of them once `invalidation` is imported."""


class Rule(Generic[P]):
    """One rule, called like the function that it wraps (`keys`). `told` is its description.

    Raise TypeError for an argument of another type than `rule` allows.
    """

    def __init__(self, keys: Callable[P, list[Key]]) -> None:
        self.name = keys.__name__
        self.told = (inspect.getdoc(keys) or "").partition("\n")[0]
        self.keys = keys
        hints = get_type_hints(keys)
        self._types = {name: hints[name] for name in inspect.signature(keys).parameters}
        for each in self._types.values():
            _ways(each, None)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> list[Key]:
        """Name the keys that one write makes stale."""
        return self.keys(*args, **kwargs)

    def named(self, blank: Any) -> list[Key]:
        """Name the keys for every way to call the rule, with `blank` for each id and text; iterables have one."""
        ways = product(*(_ways(each, blank) for each in self._types.values()))
        keys: Callable[..., list[Key]] = self.keys
        return [key for way in ways for key in keys(**dict(zip(self._types, way, strict=True)))]


def rule(keys: Callable[P, list[Key]]) -> Rule[P]:
    """Register a rule. Its arguments are ids and texts, tuples of them, any number of those, or None."""
    made = Rule(keys)
    assert made.name not in RULES, f"there are two rules {made.name}"
    RULES[made.name] = made
    return made


def _ways(hint: Any, blank: Any) -> list[Any]:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        return [way for each in arguments for way in _ways(each, blank)]
    if origin is tuple:
        return [tuple(_ways(each, blank)[0] for each in arguments)]
    if origin is Iterable:
        return [_ways(arguments[0], blank)]
    if hint is NoneType:
        return [None]
    if hint in {int, str}:
        return [blank]
    raise TypeError(f"a rule cannot be asked about an argument of type {hint}")
