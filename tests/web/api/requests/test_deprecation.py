"""What is to go says so: in every answer, in the document and on its page, for at least six months."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from feedapp.blueprints.api.kit.declaration import Deprecation
from feedapp.blueprints.api.kit.endpoint import Endpoint
from feedapp.blueprints.api_docs.document import document
from feedapp.blueprints.api_docs.page import sections
from tests.support.apps import services
from tests.web.api.calls import data, links, publish

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.support.people import Somebody

GOING = Deprecation(date(2026, 1, 1), date(2026, 7, 31), "/api/docs#posts_show")
SAID = {"Deprecation": "@1767225600", "Sunset": "Fri, 31 Jul 2026 00:00:00 GMT"}


@pytest.fixture
def listing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Endpoint[Any]:
    """A call that is deprecated: the list of posts."""
    endpoint = app.view_functions["api.posts.feed"]
    assert isinstance(endpoint, Endpoint)
    monkeypatch.setattr(endpoint, "call", replace(endpoint.call, deprecated=GOING))
    return endpoint


def test_every_answer_says_so_once(client: FlaskClient, ada: Somebody, listing: Endpoint[Any]) -> None:
    del listing
    publish(client, ada)
    publish(client, ada)
    for query, status in (("limit=1", 200), ("limit=1", 200), ("limit=0", 400), ("feed=home", 401)):
        answer = client.get(f"/api/posts?{query}")
        assert answer.status_code == status
        assert {name: answer.headers[name] for name in SAID} == SAID
        assert len(answer.headers.getlist("Link")) == 1
        assert links(answer)["deprecation"] == GOING.instead
    page = client.get("/api/posts?limit=1")
    assert set(links(page)) == {"next", "prev", "deprecation"}
    unchanged = client.get("/api/posts?limit=1", headers={"If-None-Match": page.headers["ETag"]})
    assert unchanged.status_code == 304
    assert unchanged.headers["Deprecation"] == SAID["Deprecation"]
    other = client.get("/api/posts/1")
    assert not {"Deprecation", "Sunset", "Link"} & set(other.headers.keys())


def test_the_document_and_its_page_say_so(app: Flask, listing: Endpoint[Any]) -> None:
    found = document([each for each in app.view_functions.values() if isinstance(each, Endpoint)], _limits(app))
    validate(found, cls=OpenAPIV31SpecValidator)
    operation = found["paths"]["/api/posts"]["get"]
    assert (operation["deprecated"], operation["x-sunset"]) == (True, "2026-07-31")
    assert set(SAID) <= set(operation["responses"]["200"]["headers"])
    assert set(SAID) <= set(operation["responses"]["400"]["headers"])
    assert "deprecated" not in found["paths"]["/api/posts"]["post"]
    (shown,) = [call for each in sections(found) for call in each["calls"] if call["sunset"]]
    assert (shown["summary"], shown["instead"]) == (listing.call.summary, GOING.instead)


def test_nothing_goes_sooner_than_was_promised() -> None:
    with pytest.raises(ValueError, match="less than 182 days"):
        Deprecation(date(2026, 1, 1), date(2026, 6, 1), "/api/docs")


def test_nothing_is_deprecated_that_the_docs_do_not_name(client: FlaskClient) -> None:
    """docs/api-start.md says that nothing is: whoever deprecates a call changes that sentence and this test."""
    found = data(client.get("/api/openapi.json"))
    assert not [path for path, methods in found["paths"].items() if any("deprecated" in e for e in methods.values())]


def _limits(app: Flask) -> Any:
    return services(app).rate_limits
