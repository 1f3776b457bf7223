"""Guessing passwords and signing up again and again end in a wait."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from redis.exceptions import TimeoutError as RedisTimeoutError

from feedapp.errors import UnavailableError
from feedapp.repositories.users import UserRepository
from tests.support.apps import services as services_of
from tests.web.api.calls import problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from redis import Redis

    from tests.support.people import Somebody

WRONG = "not the password"


@pytest.fixture
def limited(limited_app: Callable[..., Flask]) -> FlaskClient:
    return limited_app().test_client()


def test_guessing_passwords_ends_in_a_wait(limited: FlaskClient, ada: Somebody) -> None:
    wrong = {"username": "ada", "password": "not the password"}
    for _ in range(10):
        problem(limited.post("/api/tokens", json=wrong), 401)
    refusal = limited.post("/api/tokens", json=wrong | {"password": ada.password})
    assert "try again in" in problem(refusal, 429)["detail"]
    assert 0 < int(refusal.headers["Retry-After"]) <= 300
    problem(limited.post("/api/tokens", json=wrong | {"username": "bob"}), 401)


def log_in(limited: FlaskClient, username: str, password: str = WRONG) -> int:
    return limited.post("/api/tokens", json={"username": username, "password": password}).status_code


def at_once(limited: FlaskClient, count: int, username: str, password: str = WRONG) -> list[int]:
    def guess(_: int) -> int:
        return log_in(limited.application.test_client(), username, password)

    with ThreadPoolExecutor(count) as guessers:
        return sorted(guessers.map(guess, range(count)))


def test_of_many_guesses_at_one_moment_no_more_are_checked_than_are_allowed(
    limited: FlaskClient, ada: Somebody
) -> None:
    assert at_once(limited, 20, "ada") == [401] * 10 + [429] * 10


def test_right_passwords_at_one_moment_lock_nobody_out(limited: FlaskClient, ada: Somebody) -> None:
    assert 201 in at_once(limited, 20, "ada", ada.password)
    assert log_in(limited, "ada", ada.password) == 201
    for _ in range(9):
        assert log_in(limited, "ada") == 401
    assert 201 in at_once(limited, 5, "ada", ada.password)
    assert log_in(limited, "ada", ada.password) == 201


def test_guessing_at_many_names_from_one_address_ends_in_a_wait_that_no_name_is_charged_for(
    limited: FlaskClient, ada: Somebody, redis: Redis
) -> None:
    for number in range(100):
        assert log_in(limited, f"somebody_{number}") == 401
    for _ in range(11):
        assert log_in(limited, "ada", ada.password) == 429
    assert redis.delete(*redis.scan_iter("*:wrong-passwords-network:*")) == 1
    assert log_in(limited, "ada", ada.password) == 201


def test_signing_up_again_and_again_ends_in_a_wait(limited: FlaskClient) -> None:
    statuses = [
        limited.post("/api/users", json={"username": f"dee_{number}", "password": "a good password"}).status_code
        for number in range(31)
    ]
    assert statuses == [201] * 30 + [429]


def test_guessing_ones_own_password_ends_in_a_wait(limited: FlaskClient, ada: Somebody) -> None:
    for _ in range(10):
        assert (
            limited.delete("/api/me", headers=ada.headers, json={"current_password": "not the password"}).status_code
            == 422
        )
    assert limited.delete("/api/me", headers=ada.headers, json={"current_password": ada.password}).status_code == 429
    assert log_in(limited, "ada", ada.password) == 201


def test_without_redis_each_process_counts_for_itself_and_does_not_ask_it_again_and_again(
    limited: FlaskClient, ada: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def times_out(*_: object, **__: object) -> None:
        asked.append(1)
        raise RedisTimeoutError("a test")

    backend = services_of(limited.application).backend
    monkeypatch.setattr(backend, "run_script", times_out)
    monkeypatch.setattr(backend.trust, "seek", lambda: None)
    for _ in range(10):
        assert log_in(limited, "ada") == 401
    assert log_in(limited, "ada", ada.password) == 429
    assert len(asked) == 1


def test_only_wrong_passwords_are_counted(limited: FlaskClient, ada: Somebody, monkeypatch: pytest.MonkeyPatch) -> None:
    right = {"username": ada.username, "password": ada.password}
    for _ in range(8):
        assert limited.post("/api/tokens", json=right).status_code == 201
    with monkeypatch.context() as broken:
        broken.setattr(UserRepository, "get_by_name", unavailable)
        for _ in range(8):
            problem(limited.post("/api/tokens", json=right), 503)
    for _ in range(9):
        problem(limited.post("/api/tokens", json=right | {"password": "not the password"}), 401)
    assert limited.post("/api/tokens", json=right).status_code == 201


def unavailable(*_: object) -> None:
    raise UnavailableError("PostgreSQL does not answer, in a test.")
