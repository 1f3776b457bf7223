"""What an operator sees of the cache, on real servers: looking, forgetting, and comparing with PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from sqlalchemy import text

from feedapp.cache.catalogue import envelope, keys
from feedapp.cache.protocol.writes import CacheWrites
from feedapp.cli.cache_texts import nines
from tests.support.copies import held
from tests.support.touring import community, tour

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from redis import Redis
    from sqlalchemy import Engine

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.wiring import Services
    from tests.support.people import Somebody

ROOT = Path(__file__).resolve().parents[3]
LEASE = b"L0123456789abcdef"


class Ask(Protocol):
    def __call__(self, *words: str, fails: bool = False) -> str: ...


@pytest.fixture
def ask(app: Flask) -> Ask:
    def ask(*words: str, fails: bool = False) -> str:
        done = app.test_cli_runner().invoke(args=["cache", *words])
        assert done.exit_code == (1 if fails else 0), done.output
        return done.output

    return ask


@pytest.fixture
def toured(client: FlaskClient, people: Callable[..., Somebody]) -> dict[str, Somebody]:
    everybody = community(client, people)
    tour(client, everybody)
    return everybody


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
        *("post liked", "post unliked", "post deleted", "past likes imported", "post counters repaired")
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


def test_verify_finds_that_all_that_was_read_agrees(ask: Ask, toured: object) -> None:
    said = ask("verify")
    names = {line.split()[0] for line in said.splitlines()[1:]}
    compared = {name for name, template in keys.TEMPLATES.items() if template.kind in {"fact", "page"}}
    assert names == compared | {"all"}


@pytest.mark.parametrize(
    ("name", "forged"),
    [("post:1:likes:count", 77), ("post:2", {"id": 2}), ("user:2", None), ("post:999", {"id": 999})],
)
def test_verify_turns_red_on_a_forged_value(
    ask: Ask, toured: object, services: Services, name: str, forged: object
) -> None:
    services.backend.set(name, forged, 60)
    said = ask("verify", fails=True)
    assert f"{name}: Redis holds" in said


def test_verify_turns_red_on_a_forged_page(ask: Ask, toured: object, services: Services) -> None:
    page = "posts:feed:public:start:20"
    stamps, entries, *rest = services.backend.get(page)
    services.backend.set(page, [stamps, entries[1:], *rest], 60)
    assert f"{page}: Redis holds" in ask("verify", fails=True)


def test_verify_turns_red_on_a_write_past_the_app_until_the_key_is_cleared(
    ask: Ask, toured: object, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE posts SET body = 'past feedapp' WHERE id = 1"))
    assert "post:1: Redis holds" in ask("verify", fails=True)
    ask("clear", "post:1")
    ask("verify")


def test_verify_does_not_count_what_changed_and_changed_back_while_it_looked(
    toured: dict[str, Somebody], services: Services, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The value is the same before and after, and another when PostgreSQL is asked."""
    key = keys.POST_LIKES_COUNT.key(1)
    load = services.reading.load_facts

    def loading(asked: list[Key]) -> object:
        if key not in asked:
            return load(asked)
        monkeypatch.undo()
        client.post("/api/posts/1/likes", headers=toured["cyd"].headers)
        loaded = load(asked)
        client.delete("/api/posts/1/likes", headers=toured["cyd"].headers)
        client.get("/api/posts/1")
        return loaded

    monkeypatch.setattr(services.reading, "load_facts", loading)
    verdicts = {each.template: each for each in services.cache_verification.verify(sample=100)}
    assert verdicts[key.template.name].differences == []
    assert verdicts[key.template.name].compared < verdicts[key.template.name].sampled


def test_verify_passes_over_what_no_reader_can_be_shown(ask: Ask, services: Services, redis: Redis) -> None:
    redis.set("test:post:1", LEASE, px=3_000)
    redis.set("test:post:x", envelope.encode("?"))
    services.backend.set("posts:feed:public:stamp", "s", 60)
    forged = [[envelope.encode("s").decode()], [], 0, 0]
    services.backend.set("posts:feed:public:a-forged-cursor:20", forged, 60)
    services.backend.set("posts:feed:public:start:1000", forged, 60)
    ask("verify")


def test_what_a_post_with_very_many_likes_and_comments_leaves_behind_is_shown_to_nobody(
    ask: Ask, client: FlaskClient, toured: dict[str, Somebody], services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Naming all that a million people did would take minutes, so only some of it is deleted with the post."""
    monkeypatch.setattr("feedapp.services.content.posts.FANOUT", 1)
    client.delete("/api/posts/1", headers=toured["ada"].headers)
    held = services.backend.get_many(*(keys.LIKED.key(1, user_id).name for user_id in (1, 2)))
    held += services.backend.get_many(*(keys.COMMENT.key(comment_id).name for comment_id in (1, 2)))
    assert sum(value is not None for value in held) == 2
    for number in (1, 2):
        assert client.get(f"/api/posts/1/comments/{number}").status_code == 404
        assert client.get(f"/posts/1/comments/{number}").status_code == 404
    ask("verify")


def test_nines_are_counted_and_never_claimed_beyond_what_was_compared() -> None:
    assert nines(0, 0) == "0"
    assert nines(10, 10) == "0"
    assert nines(100, 10) == "1"
    assert nines(1_000, 1) == "3"
    assert nines(1_000, 2) == "2"
    assert nines(3_000, 0) == "3 or more"
    assert nines(2_999, 0) == "2 or more"


@pytest.fixture
def figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where processes have their figures; servers that run on this machine are out of sight."""
    figures = tmp_path / "figures"
    figures.mkdir()
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(figures))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr("feedapp.cli.cache.VAR", tmp_path)
    return figures


@pytest.mark.usefixtures("toured", "figures")
def test_stats_add_up_what_all_processes_counted(ask: Ask) -> None:
    count = (
        "from feedapp.observability.metrics import HITS, MISSES; "
        "HITS.labels('post').inc(30); MISSES.labels('post').inc(10)"
    )
    for _ in range(2):
        subprocess.run([sys.executable, "-c", count], cwd=ROOT, check=True)
    said = ask("stats")
    (line,) = (line.split() for line in said.splitlines() if line.startswith("post "))
    assert line == ["post", "3", "60", "20", "75.0%", "0", "0"]
    assert "2 processes" in said


@pytest.mark.usefixtures("figures")
def test_stats_say_what_is_undelivered_and_that_nobody_serves(ask: Ask, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO outbox (keys) VALUES ('{post:1}')"))
    said = ask("stats", "--no-keys")
    assert "outbox     1 writes" in said
    assert "MB used" in said
    assert "nobody: no serving process" in said
    assert not [line for line in said.splitlines() if line.startswith("post ")]  # there is nothing to say of it
