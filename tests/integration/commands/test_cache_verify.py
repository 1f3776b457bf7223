"""`flask cache verify` compares what Redis holds with PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp.cache.catalogue import envelope, keys

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from redis import Redis
    from sqlalchemy import Engine

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.wiring import Services
    from tests.integration.commands.conftest import Ask
    from tests.support.people import Somebody

LEASE = b"L0123456789abcdef"


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
    under = [int(each["id"]) for each in client.get("/api/posts/1/comments?limit=100").get_json()["items"]]
    of_it = [keys.LIKED.key(1, user_id) for user_id in (1, 2)] + [keys.COMMENT.key(each) for each in under]

    def held() -> int:
        return sum(value is not None for value in services.backend.get_many(*(key.name for key in of_it)))

    before = held()
    client.delete("/api/posts/1", headers=toured["ada"].headers)
    assert before - 2 <= held() < before  # a comment that is named may be one that nobody sees
    for number in (1, 2):
        assert client.get(f"/api/posts/1/comments/{number}").status_code == 404
        assert client.get(f"/posts/1/comments/{number}").status_code == 404
    ask("verify")
