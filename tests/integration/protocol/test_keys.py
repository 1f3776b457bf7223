"""The keys in Redis are those of the key table, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.cache.catalogue.keys import INCARNATION, TEMPLATES
from tests.support.touring import community, kept, stale, tour

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from feedapp.wiring import Services
    from tests.support.people import Somebody


def test_after_a_tour_every_key_is_in_the_table_and_every_row_has_a_key(
    client: FlaskClient, services: Services, people: Callable[..., Somebody]
) -> None:
    everybody = community(client, people)
    tour(client, everybody)
    for address in ("/", "/public", "/posts/1", "/@ada", "/login", "/signup"):
        client.get(address)
    found = {key.template.name for key, _ in kept(services)}
    assert found | {INCARNATION.name} == set(TEMPLATES)


def test_every_key_lives_as_long_as_the_table_says_less_a_tenth_at_most(
    client: FlaskClient, services: Services, people: Callable[..., Somebody]
) -> None:
    tour(client, community(client, people))
    for key, _ in kept(services):
        left = services.backend.client_of(key.name).pttl(services.backend.name(key.name)) / 1_000
        assert 0.9 * key.template.lifetime - 10 <= left <= key.template.lifetime, key.name


def test_a_tour_leaves_what_postgresql_says(
    client: FlaskClient, services: Services, people: Callable[..., Somebody]
) -> None:
    tour(client, community(client, people))
    assert stale(services) == []
