"""The key table: every key belongs to one row, every row has a lifetime, and a page's size is one of few."""

from __future__ import annotations

import inspect
import re
from itertools import combinations

import pytest

from feedapp.cache.catalogue import envelope, invalidation, keys
from feedapp.cache.catalogue.declarations import PAGE_SIZES, START, Key, KeyTable, ListTemplate, Template
from feedapp.cache.catalogue.envelope import spread
from feedapp.cache.catalogue.invalidation import RULES
from feedapp.cache.catalogue.key_parser import listing_of, row_of
from feedapp.cache.catalogue.keys import LISTS, TEMPLATES
from feedapp.cache.catalogue.rules import Rule
from feedapp.reading.reader import Place
from feedapp.repositories.facts import SELECTS
from feedapp.repositories.pages import SOURCES

TABLE = {
    "post": ("post:{post_id}", 600),
    "post_likes_count": ("post:{post_id}:likes:count", 120),
    "post_comments_count": ("post:{post_id}:comments:count", 120),
    "liked": ("post:{post_id}:liked:{user_id}", 300),
    "bookmarked": ("user:{user_id}:bookmarked:{span}", 300),
    "tag": ("tag:{tag}", 120),
    "tags_of": ("user:{user_id}:tags", 300),
    "used_tags": ("tags:used", 60),
    "tagged": ("posts:tagged:{tag}:{cursor}:{limit}", 300),
    "tagged_stamp": ("posts:tagged:{tag}:stamp", 86_400),
    "comment": ("comment:{comment_id}", 600),
    "user": ("user:{user_id}", 600),
    "user_posts_count": ("user:{user_id}:posts:count", 120),
    "followers_count": ("user:{user_id}:followers:count", 120),
    "following_count": ("user:{user_id}:following:count", 120),
    "follows": ("user:{user_id}:follows:{followee_id}", 300),
    "username": ("username:{username}", 600),
    "taken": ("username:{username}:taken", 600),
    "passkeys": ("user:{user_id}:passkeys", 300),
    "email": ("user:{user_id}:email", 300),
    "tokens_of": ("user:{user_id}:tokens", 300),
    "token": ("token:{token_hash}", 600),
    "notable": ("people:notable", 60),
    "relations": ("user:{user_id}:relations", 300),
    "blocks": ("user:{user_id}:blocks:{cursor}:{limit}", 300),
    "blocks_stamp": ("user:{user_id}:blocks:stamp", 86_400),
    "mutes": ("user:{user_id}:mutes:{cursor}:{limit}", 300),
    "mutes_stamp": ("user:{user_id}:mutes:stamp", 86_400),
    "incarnation": ("incarnation:{number}", 0),
    "fence": ("fence:{number}", 0),
    "feed": ("posts:feed:{user_id}:{cursor}:{limit}", 300),
    "feed_stamp": ("posts:feed:{user_id}:stamp", 86_400),
    "posts_by": ("posts:by:{user_id}:{cursor}:{limit}", 300),
    "posts_by_stamp": ("posts:by:{user_id}:stamp", 86_400),
    "comments": ("post:{post_id}:comments:{cursor}:{limit}", 300),
    "comments_stamp": ("post:{post_id}:comments:stamp", 86_400),
    "likes": ("post:{post_id}:likes:{cursor}:{limit}", 300),
    "likes_stamp": ("post:{post_id}:likes:stamp", 86_400),
    "bookmarks": ("user:{user_id}:bookmarks:{cursor}:{limit}", 300),
    "bookmarks_stamp": ("user:{user_id}:bookmarks:stamp", 86_400),
    "liked_by": ("user:{user_id}:likes:{cursor}:{limit}", 300),
    "liked_by_stamp": ("user:{user_id}:likes:stamp", 86_400),
    "comments_by": ("user:{user_id}:comments:{cursor}:{limit}", 300),
    "comments_by_stamp": ("user:{user_id}:comments:stamp", 86_400),
    "followers": ("user:{user_id}:followers:{cursor}:{limit}", 300),
    "followers_stamp": ("user:{user_id}:followers:stamp", 86_400),
    "following": ("user:{user_id}:following:{cursor}:{limit}", 300),
    "following_stamp": ("user:{user_id}:following:stamp", 86_400),
}
"""What stands in the Redis of every site, where processes of other versions read and delete: rows may be added, none
may be changed."""
LISTING_KEYS = {
    "home": (("posts:feed:7:stamp", "posts:feed:home:stamp"), "posts:feed:7:start:20"),
    "public": (("posts:feed:public:stamp",), "posts:feed:public:start:20"),
    "posts_by": (("posts:by:7:stamp",), "posts:by:7:start:20"),
    "comments": (("post:7:comments:stamp",), "post:7:comments:start:20"),
    "likes": (("post:7:likes:stamp",), "post:7:likes:start:20"),
    "bookmarks": (("user:7:bookmarks:stamp", "user:all:bookmarks:stamp"), "user:7:bookmarks:start:20"),
    "liked_by": (("user:7:likes:stamp", "user:all:likes:stamp"), "user:7:likes:start:20"),
    "comments_by": (("user:7:comments:stamp", "user:all:comments:stamp"), "user:7:comments:start:20"),
    "tagged": (("posts:tagged:ab7:stamp", "posts:tagged:0:stamp"), "posts:tagged:ab7:start:20"),
    "followers": (("user:7:followers:stamp",), "user:7:followers:start:20"),
    "following": (("user:7:following:stamp",), "user:7:following:start:20"),
    "blocks": (("user:7:blocks:stamp",), "user:7:blocks:start:20"),
    "mutes": (("user:7:mutes:stamp",), "user:7:mutes:start:20"),
}
CURSORS = {
    "home": ("p", "older"),
    "public": ("p", "older"),
    "posts_by": ("p", "older"),
    "comments": ("c", "newer"),
    "likes": ("l", "older"),
    "bookmarks": ("b", "older"),
    "liked_by": ("k", "older"),
    "comments_by": ("m", "older"),
    "tagged": ("t", "older"),
    "followers": ("f", "older"),
    "following": ("g", "older"),
    "blocks": ("y", "older"),
    "mutes": ("u", "older"),
}
"""What stands in cursors that clients keep."""
CURSOR = "A" * 36


def test_the_keys_that_others_rely_on_are_there_with_their_lifetimes() -> None:
    table = {template.name: (template.pattern, template.lifetime) for template in TEMPLATES.values()}
    assert table.items() >= TABLE.items()


def test_lists_have_the_stamps_pages_and_cursors_that_others_rely_on() -> None:
    listings = {name: list_.of(list_.owner or ("ab7" if list_.of_texts else 7)) for name, list_ in LISTS.items()}
    named = {
        name: (tuple(stamp.name for stamp in listing.stamps), listing.page(START, 20).name)
        for name, listing in listings.items()
    }
    assert named.items() >= LISTING_KEYS.items()
    assert {name: (list_.cursor, list_.onward) for name, list_ in LISTS.items()}.items() >= CURSORS.items()


def filled(template: Template) -> str:
    ids = {"cursor": CURSOR, "limit": "20", "token_hash": "ab" * 32, "username": "ada"}
    return template.key(*(ids.get(name, "7") for name in re.findall(r"{(\w+)}", template.pattern))).name


def matches(template: Template, name: str) -> bool:
    return bool(re.fullmatch(re.sub(r"\\{\w+\\}", r"[^:]+", re.escape(template.pattern)), name))


def test_no_two_rows_can_name_the_same_key() -> None:
    """One test for thousands of pairs: as a test each they took longer to collect than to try."""
    rows = [(template.name, template.pattern, filled(template)) for template in TEMPLATES.values()]
    assert len(rows) > 70
    assert [
        (one[0], other[0]) for one, other in combinations(rows, 2) if one[1] == other[1] or one[2] == other[2]
    ] == []


@pytest.mark.parametrize("template", list(TEMPLATES.values()), ids=lambda template: template.name)
def test_a_key_is_its_pattern_filled_in(template: Template) -> None:
    assert matches(template, filled(template))
    assert template.lifetime > 0 or template.kind == "mark"
    assert template.holds


def test_a_page_is_loaded_in_one_of_a_few_sizes() -> None:
    sizes = {limit: Place(keys.PUBLIC_FEED, None, limit).address()[1] for limit in range(1, 101)}
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


def test_every_row_that_copies_what_can_change_is_named_by_a_rule() -> None:
    """A mark is about Redis itself; a page below the first is forgotten by its stamp."""
    named = {key.template.name for rule in RULES.values() for key in rule.named(1)}
    assert named == {template.name for template in TEMPLATES.values() if template.kind != "mark"}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_a_rule_that_names_a_page_names_the_stamp_it_hangs_on(rule: Rule[...]) -> None:
    named = rule.named(1)
    pages = [key for key in named if key.template.kind == "page"]
    assert all(listing.stamps[0] in named for page in pages if (listing := listing_of(page)))


@pytest.mark.parametrize("list_", LISTS.values(), ids=lambda list_: list_.name)
def test_a_list_is_found_by_the_name_of_a_page(list_: ListTemplate) -> None:
    listing = list_.of(list_.owner or ("ab7" if list_.of_texts else 7))
    for cursor in (START, CURSOR):
        page = row_of(listing.page(cursor, 20).name)
        assert page
        assert (page.ids, listing_of(page)) == ((listing.owner, cursor, 20), listing)


def test_every_declared_fact_and_list_has_its_sql_and_no_sql_is_without_a_declaration() -> None:
    loaded = {template.name for template in TEMPLATES.values() if template.kind in {"fact", "ranking"}}
    assert (set(SELECTS), set(SOURCES)) == (loaded, set(LISTS))


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda template: template.name)
def test_what_a_fact_is_declared_to_follow_from_can_be_named(template: Template) -> None:
    if template.false_if_none:
        assert set(template.false_if_none.parts) <= set(template.parts)
    if template.outlives:
        held = SELECTS.get(template.name, "")  # a page has the ids in its key
        assert all(part in template.parts or f"'{part}'" in held for part in template.outlives.parts)


def test_a_list_that_is_declared_twice_is_refused() -> None:
    table = KeyTable()
    table.list_("likes", "post:{post_id}:likes", 300, "likes", cursor="l", onward="older")
    with pytest.raises(AssertionError, match="likes is declared twice"):
        table.list_("likes", "likes:{post_id}", 300, "likes", cursor="l", onward="older")


def test_whatever_may_be_called_to_name_stale_keys_is_a_registered_rule() -> None:
    for domain in (module for _, module in inspect.getmembers(invalidation, inspect.ismodule)):
        functions = inspect.getmembers(domain, inspect.isfunction)
        assert [name for name, each in functions if name[0] != "_" and each.__module__ == domain.__name__] == []


def test_a_rule_that_cannot_be_asked_is_refused() -> None:
    def odd(*, moment: float) -> list[Key]:
        return [keys.POST.key(moment)]

    with pytest.raises(TypeError, match="float"):
        Rule(odd)


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
