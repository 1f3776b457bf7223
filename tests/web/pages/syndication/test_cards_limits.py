"""How many pictures of links are drawn, and what a failure costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from feedapp.errors import TryLaterError
from feedapp.pictures.cards import making
from feedapp.pictures.cards.making import BUSY, Card, CardMaking
from tests.support.apps import services as services_of
from tests.web.pages.syndication.test_cards import card_of, publish

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.support.people import Somebody


@pytest.fixture
def ada(people: Callable[..., Somebody]) -> Somebody:
    return people("ada")


def test_new_ones_have_limits_and_those_that_were_drawn_have_none(
    limited_app: Callable[..., Flask], client: FlaskClient, ada: Somebody
) -> None:
    app = limited_app(cards="2/minute")
    stranger = app.test_client()
    addresses = [card_of(client, f"/posts/{publish(client, ada, f'Beans {number}')}") for number in range(3)]
    assert [stranger.get(each).status_code for each in addresses] == [200, 200, 429]
    refused = stranger.get(addresses[2])
    assert int(refused.headers["Retry-After"]) > 0
    assert "immutable" not in refused.headers.get("Cache-Control", "")
    assert [stranger.get(each).status_code for each in addresses[:2]] == [200, 200]
    all_of = limited_app(cards_site="3/minute").test_client()
    other = {"REMOTE_ADDR": "203.0.113.7"}
    assert all_of.get(addresses[0]).status_code == 200
    assert all_of.get(addresses[1], environ_overrides=other).status_code == 429


def test_while_one_is_drawn_nobody_waits_for_another(client: FlaskClient, ada: Somebody, app: Flask) -> None:
    address = card_of(client, f"/posts/{publish(client, ada, 'While another is drawn')}")
    making_here: CardMaking = services_of(app).link_cards._making
    with making_here._drawing:
        busy = client.get(address)
    assert busy.status_code == 503
    assert BUSY in busy.text
    assert busy.headers["Retry-After"]
    assert client.get(address).status_code == 200


def test_one_that_cannot_be_drawn_counts_and_is_not_tried_again_at_once(
    limited_app: Callable[..., Flask], client: FlaskClient, ada: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = limited_app(cards="2/minute").test_client()
    addresses = [card_of(client, f"/posts/{publish(client, ada, f'Damaged {number}')}") for number in range(3)]
    tried = []

    def fails(card: Card, *_: object) -> bytes:
        tried.append(card.text)
        raise TryLaterError(BUSY)

    monkeypatch.setattr(making, "_drawn", fails)
    assert [stranger.get(each).status_code for each in addresses[:1] * 3] == [503, 503, 503]
    assert len(tried) == 1
    assert [stranger.get(each).status_code for each in addresses[1:]] == [503, 429]


def test_who_has_one_already_has_none_drawn(
    client: FlaskClient, ada: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = card_of(client, f"/posts/{publish(client, ada, 'Known already')}")
    version = address.rpartition("-")[2].removesuffix(".png")
    monkeypatch.setattr(making, "_drawn", None)
    assert client.get(address, headers={"If-None-Match": f'"{version}"'}).status_code == 304
