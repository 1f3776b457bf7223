"""Guessing passwords: one network is one, a name is slowed down, and nobody who is right is locked out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.people import PASSWORD
from tests.web.api.calls import problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from redis import Redis
    from werkzeug.test import TestResponse

    from tests.support.people import Somebody

WRONG = "not the password"


def attempt(client: FlaskClient, address: str, *, username: str = "ada", password: str = WRONG) -> TestResponse:
    return client.post(
        "/api/tokens",
        json={"username": username, "password": password},
        environ_overrides={"REMOTE_ADDR": address},
    )


def statuses(client: FlaskClient, addresses: list[str], **more: Any) -> Counter[int]:
    return Counter(attempt(client, address, **more).status_code for address in addresses)


@pytest.mark.parametrize(
    "addresses",
    [
        [f"2001:db8:0:7::{number:x}" for number in range(25)],
        [f"2001:db8:0:7:{number}:ffff:1:2" for number in range(25)],
        [f"203.0.113.7:{port}" for port in range(5000, 5025)],
        [f"[2001:db8:0:7::1]:{port}" for port in range(5000, 5025)],
        ["203.0.113.7", "::ffff:203.0.113.7", "::ffff:cb00:7107", "203.0.113.7:1", " 203.0.113.7"] * 5,
        ["2001:db8:0:7::1", "2001:DB8:0:7::1", "2001:0db8:0000:0007::1", "2001:db8:0:7::1%eth0", "[2001:db8:0:7::1]"]
        * 5,
    ],
)
def test_wrong_passwords_from_one_network_are_counted_together(
    limited_app: Callable[..., Flask], ada: Somebody, addresses: list[str]
) -> None:
    client = limited_app().test_client()
    assert statuses(client, addresses) == {401: 10, 429: 15}
    assert attempt(client, "198.51.100.1", password=PASSWORD).status_code == 201


@pytest.mark.parametrize("names", [["ada", "ADA", "Ada"], [" ada", "ada ", "aDa"], ["ada\t", "\nAda", "ada "]])
def test_one_name_is_one_however_it_is_spelled(
    limited_app: Callable[..., Flask], ada: Somebody, names: list[str]
) -> None:
    client = limited_app().test_client()
    found = Counter(attempt(client, "203.0.113.7", username=name).status_code for name in names * 8)
    assert found == {401: 10, 429: 14}


def test_a_name_that_is_guessed_at_from_many_networks_is_slowed_down_but_the_right_password_passes(
    limited_app: Callable[..., Flask], ada: Somebody, bob: Somebody
) -> None:
    client = limited_app().test_client()
    assert attempt(client, "192.0.2.1", password=PASSWORD).status_code == 201  # from home
    assert statuses(client, [f"198.51.100.{number}" for number in range(60)]) == {401: 20, 429: 40}
    refusal = attempt(client, "198.51.100.99")
    assert "try again in" in problem(refusal, 429)["detail"]
    assert 0 < int(refusal.headers["Retry-After"]) <= 3_600
    # She is right: at home, on the way, and even from a network that was guessed from.
    for address in ("192.0.2.1", "203.0.113.77", "2001:db8::1", "198.51.100.59", "198.51.100.3"):
        assert attempt(client, address, password=PASSWORD).status_code == 201
    assert attempt(client, "198.51.100.1", username="bob").status_code == 401


def test_what_cannot_be_a_name_is_nobodys_and_is_not_slowed(limited_app: Callable[..., Flask], ada: Somebody) -> None:
    client = limited_app().test_client()
    networks = [f"198.51.100.{number}" for number in range(30)]
    assert statuses(client, networks, username="ada@example.org") == {401: 30}


def test_a_network_that_is_slowed_has_few_tries_and_does_not_learn_which_were_looked_at(
    limited_app: Callable[..., Flask], ada: Somebody
) -> None:
    client = limited_app(wrong_passwords_name="2/hour", passwords_network="100/minute").test_client()
    assert statuses(client, ["203.0.113.1", "203.0.113.2"]) == {401: 2}
    looked_at = [attempt(client, "203.0.113.3") for _ in range(3)]
    not_looked_at = [attempt(client, "203.0.113.3") for _ in range(3)]
    details = {problem(answer, 429)["detail"] for answer in looked_at + not_looked_at}
    assert len(details) == 1
    assert len({answer.headers["RateLimit-Policy"] for answer in looked_at + not_looked_at}) == 1
    assert attempt(client, "203.0.113.3", password=PASSWORD).status_code == 429
    assert attempt(client, "203.0.113.4", password=PASSWORD).status_code == 201


def test_where_somebody_logged_in_before_is_not_slowed_even_when_strangers_are_not_looked_at_any_more(
    limited_app: Callable[..., Flask], ada: Somebody, redis: Redis
) -> None:
    client = limited_app(wrong_passwords_name="2/hour", wrong_passwords_slowed_name="3/hour").test_client()
    assert attempt(client, "2001:db8::1", password=PASSWORD).status_code == 201
    assert statuses(client, [f"203.0.113.{number}" for number in range(9)]) == {401: 2, 429: 7}
    assert attempt(client, "203.0.113.99", password=PASSWORD).status_code == 429
    assert statuses(client, ["2001:db8::2"] * 9) == {401: 9}  # her own slips are told from guesses
    assert attempt(client, "2001:db8::3", password=PASSWORD).status_code == 201
    [known] = redis.scan_iter("*known*")
    assert b"ada" not in known
    assert 0 < redis.ttl(known) <= 90 * 24 * 3_600


def test_a_name_that_nobody_has_is_answered_like_any_other(limited_app: Callable[..., Flask], ada: Somebody) -> None:
    client = limited_app().test_client()
    networks = [f"198.51.100.{number}" for number in range(30)]
    for username in ("ada", "nobody"):
        assert statuses(client, networks, username=username) == {401: 20, 429: 10}


def test_no_network_has_more_passwords_looked_at_than_its_share(
    limited_app: Callable[..., Flask], ada: Somebody, bob: Somebody
) -> None:
    client = limited_app(log_ins="500/minute").test_client()
    found = statuses(client, ["203.0.113.7"] * 500, password=PASSWORD)
    assert (found[201] + found[409], found[429]) == (120, 380), "some had too many tokens by then"
    address = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.7"}}
    sign_up = client.post("/api/users", json={"username": "hal", "password": PASSWORD}, **address)
    proof = {"current_password": PASSWORD, "new_password": PASSWORD + "!"}
    change = client.put("/api/me/password", json=proof, headers=bob.headers, **address)
    for refusal in (sign_up, change):
        assert "passwords" in problem(refusal, 429)["detail"]
    assert attempt(client, "198.51.100.1", username="bob", password=PASSWORD).status_code == 201


def test_the_right_password_in_a_loop_from_many_networks_ends_in_a_wait(
    limited_app: Callable[..., Flask], ada: Somebody
) -> None:
    client = limited_app().test_client()
    addresses = [f"198.51.100.{number}" for number in range(50)]
    assert statuses(client, addresses, password=PASSWORD) == {201: 30, 429: 20}


def test_who_is_signed_in_has_few_passwords_looked_at(limited_app: Callable[..., Flask], ada: Somebody) -> None:
    client = limited_app(wrong_proofs="100/minute").test_client()
    wrong = {"current_password": WRONG, "new_password": PASSWORD}
    answers = [client.put("/api/me/password", json=wrong, headers=ada.headers).status_code for _ in range(25)]
    assert answers == [422] * 20 + [429] * 5
