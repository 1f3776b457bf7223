"""The key table: every key belongs to one row, every row has a lifetime, and a page's size is one of few."""

from __future__ import annotations

import inspect
import re
from itertools import combinations
from typing import Any

import pytest

from feedapp.cache.catalogue import envelope, invalidation, keys
from feedapp.cache.catalogue.envelope import spread
from feedapp.cache.catalogue.keys import PAGE_SIZES, TEMPLATES, Key, Template
from feedapp.reading.listings import public_place

CONTRACT = {
    "post:{post_id}": 600,
    "posts:feed:{user_id}:{cursor}:{limit}": 300,
    "post:{post_id}:likes:count": 120,
    "post:{post_id}:comments:count": 120,
}
CURSOR = "A" * 36


def test_the_keys_that_others_rely_on_are_there_with_their_lifetimes() -> None:
    table = {template.pattern: template.lifetime for template in TEMPLATES.values()}
    assert table.items() >= CONTRACT.items()


def filled(template: Template) -> str:
    ids = {"cursor": CURSOR, "limit": "20", "token_hash": "ab" * 32, "username": "ada"}
    return template.key(*(ids.get(name, "7") for name in re.findall(r"{(\w+)}", template.pattern))).name


def matches(template: Template, name: str) -> bool:
    return bool(re.fullmatch(re.sub(r"\\{\w+\\}", r"[^:]+", re.escape(template.pattern)), name))


@pytest.mark.parametrize(
    ("one", "other"), list(combinations(TEMPLATES.values(), 2)), ids=lambda template: template.name
)
def test_no_two_rows_can_name_the_same_key(one: Template, other: Template) -> None:
    assert filled(one) != filled(other)
    assert one.pattern != other.pattern


@pytest.mark.parametrize("template", list(TEMPLATES.values()), ids=lambda template: template.name)
def test_a_key_is_its_pattern_filled_in(template: Template) -> None:
    assert matches(template, filled(template))
    assert template.lifetime > 0 or template.kind == "mark"
    assert template.holds


def test_a_page_is_loaded_in_one_of_a_few_sizes() -> None:
    sizes = {limit: public_place(cursor=None, limit=limit).address()[1] for limit in range(1, 101)}
    assert set(sizes.values()) == set(PAGE_SIZES) == {10, 20, 50, 100}
    assert all(size >= limit for limit, size in sizes.items())


def test_lifetimes_can_be_changed_by_the_names_in_the_table_only() -> None:
    changed = keys.lifetimes({"post": 5})
    assert changed["post"] == 5
    assert changed["feed"] == TEMPLATES["feed"].lifetime
    with pytest.raises(ValueError, match="'posts'"):
        keys.lifetimes({"posts": 5})


def test_keys_filled_together_do_not_expire_together() -> None:
    lifetimes = {spread(600, keys.POST.key(number).name) for number in range(1_000)}
    assert len(lifetimes) > 500
    assert 540_000 <= min(lifetimes) < max(lifetimes) <= 600_000


ARGUMENTS: dict[str, Any] = {
    **dict.fromkeys(("post_id", "author_id", "user_id", "follower_id", "followee_id", "comment_id"), 1),
    **dict.fromkeys(("username", "old", "new"), "ada"),
    "likes": ((1, 1),),
    "users": (("ada", 1),),
    "tokens": ((1, "a"),),
}
RULES = [
    rule
    for name, rule in inspect.getmembers(invalidation, inspect.isfunction)
    if rule.__module__ == invalidation.__name__ and not name.startswith("_")
]


def named_by(rule: Any) -> list[Key]:
    parameters = inspect.signature(rule).parameters
    found: list[Key] = rule(**{name: ARGUMENTS.get(name, (1,)) for name in parameters})
    return found


def test_every_row_that_copies_what_can_change_is_named_by_a_rule() -> None:
    """A mark is about Redis itself; a page below the first is forgotten by its stamp."""
    named = {key.template.name for rule in RULES for key in named_by(rule)}
    assert named == {template.name for template in TEMPLATES.values() if template.kind != "mark"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_that_names_a_page_names_the_stamps_it_hangs_on(rule: Any) -> None:
    found = {key.template.name for key in named_by(rule)}
    for name in found & {"feed", "posts_by", "comments", "likes"}:
        assert f"{name}_stamp" in found


@pytest.mark.parametrize("data", [None, 0, 7, "text", "\u202e\x00", True, [], {"a": [1, None]}, 2**53, -1.5])
def test_a_value_is_read_as_it_was_written(data: object) -> None:
    assert envelope.decode(envelope.encode(data)) == data
    assert not envelope.is_marker(envelope.encode(data))


def test_a_value_of_another_version_is_a_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = envelope.encode({"id": 1})
    monkeypatch.setattr(envelope, "VERSION", envelope.VERSION + 1)
    assert envelope.decode(stored) is envelope.MISS


@pytest.mark.parametrize("stored", [b"L0123456789abcdef", b"W 0123@17", b"W 0123@17 ab@18"])
def test_a_marker_is_a_miss_and_known_as_one(stored: bytes) -> None:
    assert envelope.is_marker(stored)
    assert envelope.decode(stored) is envelope.MISS


@pytest.mark.parametrize("stored", [None, b"", b"L", b"W", b"[1,2", b"[1,1]", b"nonsense", b"\x80\x04K\x01."])
def test_anything_else_is_a_miss_and_no_marker(stored: bytes | None) -> None:
    assert envelope.decode(stored) is envelope.MISS
    assert not envelope.is_marker(stored)
