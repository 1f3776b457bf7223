"""Everything that may be out of sight, in every view: declared here, and compared with what each reader is shown.

A cell is what a view shows in `plain` less what the state takes out of it (`GONE`). What is kept in some views is
said by their kind (`KEPT`). What is read was read before: it is in the cache when it goes out of sight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest

from tests.web.api.calls import data
from tests.web.sight.views import API, OF_ANYBODY, OF_FOLLOWERS, OF_STRANGERS, OWN, PAGES, View, seen
from tests.web.sight.world import READERS, RELATIONS, State, build

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.support.people import Somebody
    from tests.web.sight.world import World

ALL = {"post", "comment", "under", "listed"}
HERS = {"post", "comment", "listed"}
GONE: dict[State, set[str]] = {
    "plain": set(),
    "hidden post": {"post", "under"},
    "hidden comment": {"comment"},
    "for followers": {"post", "under"},
    "suspended": ALL,
    "leaving": ALL,
    "blocks": ALL,
    "blocked": ALL,
    "mutes": HERS,
    "silenced": HERS,
}
KEPT: dict[State, dict[str, set[str]]] = {
    # Whoever blocks somebody finds the profile, to undo it there.
    "blocks": {"profile": {"listed"}},
    # A muted person is left out of feeds, threads and notifications, and found by whoever looks for them.
    "mutes": dict.fromkeys(("", "profile", "search"), HERS),
    # Somebody silenced is left out where strangers come upon them, and nowhere else.
    "silenced": dict.fromkeys(("", "profile", "thread", "home", "told"), HERS),
}


def views(reader: str | None, state: State) -> list[View]:
    if reader is None:
        return [] if state in RELATIONS else [*API, *PAGES, *OF_ANYBODY]
    return [*API, *PAGES, *OWN, *(OF_FOLLOWERS if reader == "follower" else OF_STRANGERS)]


def expected(view: View, state: State, reader: str | None) -> set[str]:
    gone = GONE[state]
    if reader == "follower" and state in {"for followers", "silenced"}:
        gone = set()
    kept = KEPT.get(state, {}).get(view.kind, set())
    shown = (view.shows - gone) | (view.shows & kept)
    nameless = "newer" in view.address or (reader is None and view.address.endswith("/menu"))
    nameless = nameless or view.address.endswith(("}/report", "/reply", "/@bob/comments"))
    return (shown - {"listed"}) | ({"her"} if shown & HERS and not nameless else set())


def shown(world: World, reader: str | None, state: State) -> dict[str, set[str]]:
    return {view.address: seen(world, view.address, reader) for view in views(reader, state)}


@pytest.mark.parametrize("reader", [*READERS, None], ids=str)
@pytest.mark.parametrize("state", get_args(State))
def test_a_reader_is_shown_what_is_declared(
    app: Flask, client: FlaskClient, people: Callable[..., Somebody], state: State, reader: str | None
) -> None:
    if reader is None and state in RELATIONS:
        pytest.skip("a relation is between two people")
    world = build(app, client, people, visibility="followers" if state == "for followers" else "public")
    shown(world, reader, state)
    world.enter(state, reader or "")
    for _ in range(2):
        found = shown(world, reader, state)
        wrong = {
            view.address: (sorted(found[view.address]), "not", sorted(wanted))
            for view in views(reader, state)
            if found[view.address] != (wanted := expected(view, state, reader))
        }
        assert not wrong
    if reader is not None:
        told = data(client.get("/api/notifications", headers=world.everybody[reader].headers))
        assert told["unread_count"] == sum(not each["read"] for each in told["items"]), "a count of what nobody sees"
