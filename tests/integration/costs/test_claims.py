"""No read waits for what it has claimed itself, and none leaves a claim behind, for which the next one would wait.

What nobody has read for long is claimed in the trip that fills the page (`CacheReads.page`): only the stamps stand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from feedapp.blueprints.pages.kit.cookies import session_cookie
from feedapp.cache.catalogue import envelope
from feedapp.cache.catalogue.keys import POST, PUBLIC_FEED
from feedapp.cache.protocol.backoff import Backoff
from feedapp.errors import NotFoundError
from feedapp.observability import request_costs
from feedapp.reading.assembly import posts_keys
from feedapp.reading.reader import Place
from tests.integration.costs.test_costs import OWN_READS, READS, community
from tests.support.touring import kept

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

    from feedapp.pagination import Entry
    from feedapp.wiring import Services
    from tests.support.people import Somebody
    from tests.support.stage import Stage

__all__ = ["community"]
SPANS = [
    f"/api/posts?feed={feed}&{span}&order={order}&limit={limit}"
    for feed in ("public", "home", "user&username=ada")
    for span in ("since=2020-01-01", "since=2020-01-01&until=2100-01-01", "until=2100-01-01")
    for order in ("asc", "desc")
    for limit in (1, 100)
]


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """Note each time that a reader waits."""
    noted: list[None] = []
    monkeypatch.setattr(Backoff, "wait", lambda _: noted.append(None))
    return noted


def claims(services: Services) -> Iterator[str]:
    """Name the keys that a reader has claimed."""
    return (key.name for key, stored in kept(services) if stored.startswith(envelope.LEASE))


def forget_all_but_stamps(services: Services) -> None:
    """Leave what nobody has read for long: what a page shows lives no longer than the stamps that it carries."""
    services.backend.delete_many(*(key.name for key, _ in kept(services) if key.template.kind in ("fact", "page")))


def test_no_read_leaves_a_claim_or_waits_for_itself(
    client: FlaskClient, services: Services, community: dict[str, Somebody], pauses: list[None]
) -> None:
    bob = community["bob"]
    client.set_cookie(session_cookie(client.application), bob.session)
    for each in (*READS, *OWN_READS, *SPANS):
        address = each.format(limit=10)
        headers = bob.headers if address.startswith("/api") else {}
        first = client.get(address, headers=headers)
        assert first.status_code == 200, address
        ahead = (first.get_json(silent=True) or {}).get("next_cursor") if address.startswith("/api") else None
        for again in (address, *([f"{address}&cursor={ahead}"] if ahead else [])):
            client.get(again, headers=headers)
            forget_all_but_stamps(services)
            client.get(again, headers=headers)
            assert list(claims(services)) == [], again
            assert pauses == [], again


def test_a_request_that_fails_half_way_leaves_no_claim(stage: Stage) -> None:
    """It has read a page and claimed what that shows; then there is an error, and nothing of it is read."""
    stage.page(10)
    forget_all_but_stamps(stage.services)
    place = Place(PUBLIC_FEED, None, 10)

    def fails_half_way() -> None:
        with request_costs.counted(), stage.services.cache_reads.request():
            stage.services.reading.page(place, leads_to=lambda entries: posts_keys(entries, None))
            assert POST.key(stage.post_id).name in claims(stage.services)
            raise NotFoundError("nothing of it is read")

    with pytest.raises(NotFoundError):
        fails_half_way()
    assert list(claims(stage.services)) == []


def test_a_request_of_two_pages_does_not_wait_for_its_own_claims(stage: Stage, pauses: list[None]) -> None:
    stage.services.posts.publish(stage.ada, body="second")
    stage.page(1, stage.page(1).next_cursor)
    forget_all_but_stamps(stage.services)
    reading = stage.services.reading

    def page(cursor: str | None) -> tuple[tuple[Entry, ...], str | None]:
        found = reading.page(Place(PUBLIC_FEED, cursor, 1), leads_to=lambda entries: posts_keys(entries, None))
        return tuple(found.items), found.next_cursor

    with request_costs.counted(), stage.services.cache_reads.request():
        first, cursor = page(None)
        second, _ = page(cursor)
        needed = posts_keys(first + second, None)
        assert set(reading.facts(needed)) == set(needed)
    assert pauses == []
