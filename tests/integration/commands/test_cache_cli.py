"""`flask cache show`, `explain` and `clear`, on a real Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp.cache.catalogue import envelope, keys
from feedapp.cache.protocol.writes import CacheWrites
from tests.support.copies import held

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from redis import Redis
    from sqlalchemy import Engine

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.wiring import Services
    from tests.integration.commands.conftest import Ask
    from tests.support.people import Somebody

LEASE = b"L0123456789abcdef"


@pytest.mark.parametrize("name", ["post:1:likes:count", "test:post:1:likes:count"])
def test_a_key_is_shown_with_its_value_age_and_time_left_with_and_without_prefix(
    ask: Ask, toured: object, redis: Redis, name: str
) -> None:
    redis.pexpire("test:post:1:likes:count", 50_000)
    shown = ask("show", name)
    assert "how many like the post" in shown
    assert "\n2\n" in shown
    left = float(shown.partition("lives")[2].split()[0])
    assert 40 < left <= 50
    age = float(shown.partition("age")[2].split()[0])
    assert 0.9 * 120 - 50 <= age <= 120 - 40


def test_a_value_that_was_just_stored_is_young(ask: Ask, toured: object, services: Services) -> None:
    services.backend.delete("user:1")
    services.reading.facts([keys.USER.key(1)])
    age = float(ask("show", "user:1").partition("age")[2].split()[0])
    assert age <= 10


def test_a_lease_a_hold_garbage_and_nothing_are_said_as_such(ask: Ask, services: Services, redis: Redis) -> None:
    redis.set("test:post:1", LEASE, px=3_000)
    redis.set("test:post:2", b"?")
    writes = CacheWrites(services.backend)
    for _ in range(2):
        writes.hold([keys.POST.key(3)])
    assert "a lease" in ask("show", "post:1")
    assert "not to be read" in ask("show", "post:2")
    assert "2 writers are about to commit" in ask("show", "post:3")
    assert "nothing" in ask("show", "post:4")


def test_a_page_is_shown_with_whether_its_stamps_stand(ask: Ask, toured: object, services: Services) -> None:
    page = "posts:feed:public:start:20"
    assert "its stamps stand" in ask("show", page)
    services.backend.delete("posts:feed:public:stamp")
    assert "has fallen" in ask("show", page)


@pytest.mark.parametrize("command", ["show", "explain", "clear"])
def test_a_name_outside_the_key_table_is_refused_with_what_to_do(ask: Ask, command: str) -> None:
    assert "flask cache explain" in ask(command, "post:x:y", fails=True)


def test_explain_without_a_key_lists_the_key_table(ask: Ask) -> None:
    listed = ask("explain")
    assert all(template.pattern in listed for template in keys.TEMPLATES.values())


def rules_in(said: str) -> set[str]:
    return {line.strip().split("  ")[0] for line in said.splitlines() if line.startswith("  ")}


def test_explain_names_the_writes_that_delete_a_key(ask: Ask) -> None:
    assert rules_in(ask("explain", "post:7:likes:count")) == {
        *("post liked", "post unliked", "post deleted", "past likes imported", "post counters repaired"),
        "likes recounted",
    }
    assert {"post published", "post deleted"} <= rules_in(ask("explain", "test:posts:feed:5:some-cursor:20"))


def test_clear_forgets_every_value_and_nothing_else(ask: Ask, toured: object, services: Services, redis: Redis) -> None:
    for foreign in ("other:key", "test:limits:ada"):
        redis.set(foreign, "1")
    hold = CacheWrites(services.backend).hold([keys.POST.key(9)])
    assert "cached values" in ask("clear")
    left = {*held(redis)}
    assert left == {"other:key", "test:limits:ada", "test:post:9"}
    assert envelope.is_marker(services.backend.raw_many(["post:9"])[0])
    CacheWrites(services.backend).forget(hold)


def test_clear_takes_the_lease_of_a_reader_that_loaded_before(ask: Ask, services: Services, engine: Engine) -> None:
    key = keys.POST_LIKES_COUNT.key(1)
    loads = [1, 2]

    def load(asked: object) -> dict[Key, int]:
        loaded = loads.pop(0)
        if loaded == 1:
            ask("clear")
        return {key: loaded}

    assert services.cache_reads.facts([key], load) == {key: 2}


def test_clear_forgets_single_keys(ask: Ask, toured: object, services: Services) -> None:
    assert "1 of 2 keys" in ask("clear", "post:1", "post:99")
    assert services.backend.get("post:1") is None
    assert services.backend.get("post:2") is not None


def test_clear_forgets_one_feed_by_its_stamps(
    ask: Ask, toured: dict[str, Somebody], client: FlaskClient, engine: Engine
) -> None:
    def shown(feed: str) -> int:
        return len(client.get(f"/api/posts?feed={feed}", headers=toured["ada"].headers).get_json()["items"])

    feeds = ("public", "home", "user&username=ada")
    before = [shown(feed) for feed in feeds]
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO posts (author_id, body) VALUES (1, 'past feedapp')"))
        connection.execute(text("INSERT INTO post_counters (post_id) SELECT max(id) FROM posts"))
    assert [shown(feed) for feed in feeds] == before
    ask("clear", "--feed", "public")
    assert [shown(feed) for feed in feeds] == [before[0] + 1, *before[1:]]
    ask("clear", "--feed", "Ada")
    assert [shown(feed) for feed in feeds] == [number + 1 for number in before]


def test_clear_of_a_feed_of_nobody_is_an_error(ask: Ask) -> None:
    assert "nobody called nemo" in ask("clear", "--feed", "nemo", fails=True)
