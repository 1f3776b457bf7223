"""Filters on a page, and what a refused text looks like to who wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.web.pages.browsing import textarea

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.wiring import Services
    from tests.support.people import Somebody


def test_a_filter_is_made_used_and_removed(
    browser: Callable[..., Any], people: Callable[..., Somebody], services: Services
) -> None:
    ada, mod = (browser(people(name)) for name in ("ada", "mod"))
    services.roles.assign(username="mod", role="moderator")
    assert ada.get("/admin/filters").status_code == 403
    wrong = mod.post("/admin/filters", {"kind": "network", "pattern": "everywhere", "effect": "hold"})
    assert wrong.status_code == 422
    assert 'value="everywhere"' in wrong.text
    assert "must be a network such as" in wrong.text
    added = mod.post("/admin/filters", {"kind": "word", "pattern": "Cheap Beans", "effect": "refuse"})
    assert added.location == "/admin/filters?saved=1"
    assert "cheap beans" in mod.get("/admin/filters").text
    refused = ada.post("/posts", {"body": "Buy cheap beans!"})
    assert refused.status_code == 422
    assert textarea(refused, "body") == "Buy cheap beans!"
    assert "has what this site does not take: cheap beans" in refused.text
    assert mod.post("/admin/filters/1/removal").status_code == 303
    assert ada.post("/posts", {"body": "Buy cheap beans!"}).status_code == 303


def test_who_writes_what_is_held_is_told_so(
    browser: Callable[..., Any], people: Callable[..., Somebody], services: Services
) -> None:
    ada, bob = (browser(people(name)) for name in ("ada", "bob"))
    services.filters.add(None, kind="word", pattern="beans", effect="hold")
    ada.post("/posts", {"body": "Beans for @bob"})
    assert "waits for a moderator" in ada.get("/posts/1").text
    assert bob.get("/posts/1").status_code == 404
    assert "Beans" not in bob.get("/notifications").text
