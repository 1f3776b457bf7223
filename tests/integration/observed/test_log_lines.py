"""What an operator sees: log lines with true figures, headers of every answer, health, and metrics of all processes."""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING

from tests.web.api.calls import logged, messages

if TYPE_CHECKING:
    import io
    from collections.abc import Callable

    import pytest
    from flask.testing import FlaskClient
    from redis import Redis

    from feedapp.wiring import Services
    from tests.support.people import Somebody


INVALIDATED = re.compile(r"Invalidated (\d+) cache entries \((.*)\)")


def hits_and_misses(records: list[logging.LogRecord]) -> dict[str, list[str]]:
    """Give the keys that were said to be hit and missed."""
    said = [re.fullmatch(r"Cache (HIT|MISS) \((.+)\)", line) for line in messages(records, "Cache ")]
    assert all(said)
    return {kind: sorted(each[2] for each in said if each and each[1] == kind) for kind in ("HIT", "MISS")}


def test_a_cold_read_is_logged_as_misses_and_a_warm_one_as_hits_of_the_same_keys(
    client: FlaskClient, services: Services, ada: Somebody
) -> None:
    services.backend.clear()
    with logged() as cold:
        client.get("/api/posts")
    with logged() as warm:
        client.get("/api/posts")
    wanted = {"posts:feed:public:start:20", "post:1", "post:1:likes:count", "post:1:comments:count", "user:1"}
    missed = hits_and_misses(cold)
    assert set(missed["MISS"]) == {f"test:{name}" for name in wanted}
    assert missed["HIT"] == []
    assert hits_and_misses(warm) == {"HIT": missed["MISS"], "MISS": []}


def test_what_a_write_says_it_has_invalidated_is_what_is_gone(
    client: FlaskClient, services: Services, redis: Redis, ada: Somebody
) -> None:
    for address in ("/api/posts", "/api/posts?limit=100", "/api/posts/1", "/api/users/ada"):
        client.get(address, headers=ada.headers)
    writes: list[tuple[str, str, dict[str, str] | None]] = [
        ("POST", "/api/posts/1/likes", None),
        ("POST", "/api/posts", {"body": "new"}),
        ("PATCH", "/api/posts/1", {"body": "other"}),
        ("DELETE", "/api/posts/1", None),
    ]
    for method, address, body in writes:
        before = values_in(redis)
        with logged() as records:
            client.open(address, method=method, headers=ada.headers, json=body)
        (line,) = messages(records, "Invalidated")
        found = INVALIDATED.fullmatch(line)
        assert found
        named = found[2].split(", ") if found[2] else []
        assert len(named) == int(found[1]) == len(set(named)) > 0
        gone_or_new = before - values_in(redis)
        assert {name for name, _ in gone_or_new} == set(named), method


def values_in(redis: Redis) -> set[tuple[str, bytes]]:
    """Give every value in Redis; markers are none."""
    held = {name.decode(): redis.get(name) for name in redis.scan_iter("*")}
    return {(name, stored) for name, stored in held.items() if isinstance(stored, bytes) and stored[:1] == b"["}


def test_the_post_that_is_read_has_its_line_and_those_of_a_feed_have_none(
    client: FlaskClient, services: Services, ada: Somebody
) -> None:
    first, _, _ = (
        client.post("/api/posts", headers=ada.headers, json={"body": body}).get_json()["id"] for body in "abc"
    )
    services.backend.clear()
    for outcome in ("MISS", "HIT"):
        with logged() as records:
            client.get(f"/api/posts/{first}")
        assert messages(told_by_default(records), "Cache") == [f"Cache {outcome} (test:post:{first})"]
    services.backend.clear()
    for outcome in ("MISS", "HIT"):
        with logged() as records:
            client.get("/api/posts")
        assert messages(told_by_default(records), "Cache") == [f"Cache {outcome} (test:posts:feed:public:start:20)"]


def told_by_default(records: list[logging.LogRecord]) -> list[logging.LogRecord]:
    return [record for record in records if record.levelno >= logging.INFO]


def test_a_write_that_found_nothing_to_delete_says_so(client: FlaskClient, services: Services, ada: Somebody) -> None:
    services.backend.clear()
    with logged() as records:
        client.patch("/api/me", headers=ada.headers, json={"bio": "new"})
    assert messages(records, "Invalidated") == ["Invalidated 1 cache entries (test:user:1)"], "read to know who asks"


def test_a_long_list_of_keys_is_cut_and_its_number_is_not(
    client: FlaskClient, services: Services, people: Callable[..., Somebody], ada: Somebody
) -> None:
    fans = [people(f"fan_{number}") for number in range(30)]
    for fan in fans:
        client.post("/api/users/ada/followers", headers=fan.headers)
        client.get("/api/posts", headers=fan.headers)
    with logged() as records:
        client.post("/api/posts", headers=ada.headers, json={"body": "new"})
    (line,) = messages(records, "Invalidated")
    number, listed = INVALIDATED.fullmatch(line).groups()  # type: ignore[union-attr]
    assert int(number) >= 60
    assert listed.endswith(f", and {int(number) - 20} more")


def test_in_json_each_line_is_an_object_with_the_id_of_its_request(
    client: FlaskClient, ada: Somebody, told: Callable[[str], io.StringIO]
) -> None:
    output = told("json")
    client.get('/public?x="\n', headers={"X-Request-Id": "from-the-proxy.1"})
    client.post("/api/posts", headers={**ada.headers, "X-Request-Id": "from-the-proxy.2"}, json={"body": "new"})
    lines = [json.loads(line) for line in output.getvalue().splitlines()]
    assert {line["request_id"] for line in lines} == {"from-the-proxy.1", "from-the-proxy.2"}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"]) for line in lines)
    assert all({"time", "level", "logger", "request_id", "message"} <= set(line) for line in lines)
    said = [line["message"] for line in lines]
    assert [line for line in said if re.fullmatch(r"Cache (HIT|MISS) \(test:posts:feed:public:start:20\)", line)]
    assert [line for line in said if INVALIDATED.fullmatch(line)]
    assert [line for line in said if line.startswith("POST /api/posts 201 ")]


def test_in_text_each_line_has_the_id_of_its_request(
    client: FlaskClient, ada: Somebody, told: Callable[[str], io.StringIO]
) -> None:
    output = told("text")
    request_id = client.get("/api/posts").headers["X-Request-Id"]
    lines = output.getvalue().splitlines()
    assert lines
    assert all(re.match(rf"\d{{4}}-\d\d-\d\d [\d:,]+ INFO +{re.escape(request_id)} feedapp\.", line) for line in lines)


def test_a_mistake_of_ours_is_one_json_object_with_its_traceback(
    client: FlaskClient, ada: Somebody, told: Callable[[str], io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    output = told("json")
    monkeypatch.setattr("feedapp.services.content.posts.PostService.show", lambda *_: 1 / 0)
    client.get("/api/posts/1")
    error = next(line for line in map(json.loads, output.getvalue().splitlines()) if line["level"] == "ERROR")
    assert "ZeroDivisionError" in error["exc_info"]
