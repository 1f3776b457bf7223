"""/admin/people/members: members by sign-up, by what they wrote last, by network, for moderators."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody

PAGE = "/admin/people/members"


def names(answer: Any) -> list[str]:
    return re.findall(r'<a href="/@[a-z]+">@([a-z]+)</a>', answer.text.partition('id="found"')[2])


@pytest.fixture
def members(people: Callable[..., Somebody]) -> dict[str, Somebody]:
    """Ada, Bob and Cyd sign up, then Mod."""
    return {name: people(name) for name in ("ada", "bob", "cyd", "mod")}


@pytest.fixture
def mod(browser: Callable[..., Any], members: dict[str, Somebody], services: Services) -> Any:
    """Let Mod moderate."""
    services.roles.assign(username="mod", role="moderator")
    return browser(members["mod"])


def log_in(client: FlaskClient, name: str, address: str) -> None:
    account = {"username": name, "password": "a good password"}
    assert client.post("/api/tokens", json=account, environ_base={"REMOTE_ADDR": address}).status_code == 201


def test_the_newest_come_first_and_those_who_wrote_last(
    mod: Any, client: FlaskClient, members: dict[str, Somebody]
) -> None:
    assert names(mod.get(PAGE)) == ["mod", "cyd", "bob", "ada"]
    for name in ("bob", "ada", "bob"):
        client.post("/api/posts", headers=members[name].headers, json={"body": "text"})
    found = mod.get(f"{PAGE}?by=activity")
    assert names(found) == ["bob", "ada"]
    assert "Wrote 2 of the latest texts" in found.text


def test_whoever_came_from_a_network_is_found_by_it_and_by_an_address_in_it(mod: Any, client: FlaskClient) -> None:
    log_in(client, "ada", "203.0.113.7")
    log_in(client, "bob", "2001:db8::1")
    log_in(client, "cyd", "2001:db8::2")
    assert names(mod.get(f"{PAGE}?network=203.0.113.99")) == ["ada"]
    for network in ("2001:db8::/64", " 2001:db8::99 "):
        assert names(mod.get(PAGE, query_string={"network": network})) == ["cyd", "bob"]
    assert names(mod.get(f"{PAGE}?network=@bob")) == ["cyd", "bob"]
    assert names(mod.get(f"{PAGE}?by=activity&network=203.0.113.7")) == []
    assert names(mod.get(f"{PAGE}?network=nonsense")) == []
    assert "From <a" in mod.get(PAGE).text


def test_it_says_who_is_out_of_sight_and_leads_to_what_can_be_done(mod: Any, services: Services) -> None:
    services.sanctions.begin(None, "suspension", "ada", reason="Spam.")
    services.sanctions.begin(None, "silence", "bob", reason="Spam.")
    shown = mod.get(PAGE).text
    assert shown.count(">suspended</span>") == shown.count(">silenced</span>") == 1
    assert 'value="ada"' in mod.get("/admin/people/sanctions?username=ada").text
    assert "/admin/people/sweeps?username=ada" in shown


def test_networks_are_forgotten_after_a_month(
    mod: Any, client: FlaskClient, services: Services, engine: Engine
) -> None:
    log_in(client, "ada", "203.0.113.7")
    log_in(client, "bob", "198.51.100.7")
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE seen_networks SET seen_at = now() - interval '31 days' WHERE network = '203.0.113.0/24'")
        )
    services.devices.sweep()
    assert names(mod.get(f"{PAGE}?network=203.0.113.7")) == []
    assert names(mod.get(f"{PAGE}?network=198.51.100.0/24")) == ["bob"]


def test_members_do_not_see_it(mod: Any, browser: Callable[..., Any], members: dict[str, Somebody]) -> None:
    assert mod.get(PAGE).status_code == 200
    assert browser(members["ada"]).get(PAGE).status_code == 403
    assert browser().get(PAGE).headers["Location"].startswith("/login")
