"""Every call of the API is declared, and completely: an OpenAPI document can be derived from the declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from feedapp import limits
from feedapp.blueprints.api.kit.endpoint import Endpoint
from feedapp.errors import DomainError, ResultGoneError, StaleEditError
from feedapp.schemas.inputs import Input
from tests.support.answers.declared import adapter, endpoints

if TYPE_CHECKING:
    from flask import Flask

NO_BODY = {
    "PUT /me/avatar",
    *(f"POST /webhooks/<webhook_id>/{what}" for what in ("secret", "ping")),
    "POST /posts/<post_id>/comments/<comment_id>/likes",
    "POST /tags/<tag>/followers",
    *(f"POST /posts/<post_id>/{what}" for what in ("likes", "bookmarks", "mutes", "pin")),
    *(f"POST /users/<username>/{what}" for what in ("followers", "blocks", "mutes")),
}
"""Writes with nothing to say beyond their path."""


@pytest.fixture(scope="session")
def declared(running_app: Flask) -> dict[str, Endpoint[Any]]:
    return endpoints(running_app)


def test_every_rule_of_the_api_leads_to_a_declared_call(running_app: Flask) -> None:
    found = endpoints(running_app)
    assert len(found) > 20
    assert [name for name, view in found.items() if not isinstance(view, Endpoint)] == []


def test_the_declaration_says_what_the_rule_says(declared: dict[str, Endpoint[Any]]) -> None:
    for name, endpoint in declared.items():
        call = endpoint.call
        assert name in {f"{call.method} /api{path}" for path in (call.path, *call.aliases)}


def test_every_model_of_a_response_is_one_that_a_schema_can_be_made_of(declared: dict[str, Endpoint[Any]]) -> None:
    for name, endpoint in declared.items():
        reply = endpoint.call.reply
        assert (reply.model is None) == (reply.serialise is None), name
        assert reply.statuses, name
        if reply.model is not None:
            schema = adapter(reply.model, reply.many).json_schema()
            assert schema.get("properties") or schema["anyOf"], name


def test_every_write_that_takes_something_has_the_model_of_its_body(declared: dict[str, Endpoint[Any]]) -> None:
    for name, endpoint in declared.items():
        call = endpoint.call
        if call.method in {"POST", "PUT", "PATCH"} and f"{call.method} {call.path}" not in NO_BODY:
            assert call.body is not None, name
            assert issubclass(call.body, Input), name
            assert call.body.model_json_schema()["properties"], name


OF_MODERATORS = {
    *(f"api.reports.{each}" for each in ("listed", "show", "resolve")),
    *(f"api.hiding.{act}_{what}" for act in ("hide", "show") for what in ("post", "comment")),
    *(f"api.sanctions.{act}_{what}" for act in ("begin", "end") for what in ("suspension", "silence")),
    *("api.sweeps.begin", "api.sweeps.end"),
    "api.moderation.listed",
}


def test_every_call_names_its_errors_scopes_and_limits(declared: dict[str, Endpoint[Any]]) -> None:
    for name, endpoint in declared.items():
        call = endpoint.call
        assert call.errors, name
        assert all(issubclass(kind, DomainError) for kind in call.errors), name
        usual = () if call.auth == "ignored" else ("write",) if call.writes else ("read",)
        expected = ("moderate",) if endpoint.name in OF_MODERATORS else usual
        if endpoint.name.startswith("api.webhooks."):
            expected = ("admin",)
        assert call.scope == expected, name
        assert endpoint.limits, name
        if call.writes:
            assert endpoint.name in {*limits.OF_ENDPOINT, *limits.WRITES_ONLY}, name


def test_what_makes_something_heeds_idempotency_keys(declared: dict[str, Endpoint[Any]]) -> None:
    for name, endpoint in declared.items():
        assert endpoint.call.idempotent == (endpoint.call.method == "POST"), name
        if endpoint.call.again is not None:
            assert ResultGoneError in endpoint.call.errors, name


def test_what_has_an_etag_is_changed_by_if_match(declared: dict[str, Endpoint[Any]]) -> None:
    versioned = {each.call.path for each in declared.values() if not each.call.writes and each.call.reply.version}
    assert versioned == {"/posts/<post_id>", "/posts/<post_id>/comments/<comment_id>", "/me"}
    for name, endpoint in declared.items():
        call = endpoint.call
        edits = call.path in versioned and call.method in {"PATCH", "DELETE"} and name != "DELETE /api/me"
        assert (call.current is not None) == edits, name
        assert (StaleEditError in call.errors) == edits, name
