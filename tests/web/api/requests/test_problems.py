"""Problems: each has a kind, whose address explains it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from feedapp.errors import DomainError, kinds
from tests.web.api.calls import data, problem

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.support.people import Somebody

DOCS = Path(__file__).parents[4] / "docs" / "api.md"


@pytest.mark.parametrize("code", kinds())
def test_the_type_of_a_problem_is_an_address_that_explains_it(client: FlaskClient, code: str) -> None:
    found = data(client.get(f"/api/problems/{code}"))
    assert found["type"] == f"/api/problems/{code}"
    assert (found["code"], found["status"], found["title"]) == (code, kinds()[code].status, kinds()[code].title)
    assert len(found["description"]) > 15
    assert client.head(found["type"]).status_code == 200
    assert found in data(client.get("/api/problems/"))["items"]


def test_every_kind_has_a_code_of_its_own() -> None:
    waiting, seen = list(DomainError.__subclasses__()), {DomainError.code}
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        assert kind.code not in seen, f"{kind.__name__} needs a code"
        seen.add(kind.code)


def test_every_code_stands_in_the_docs() -> None:
    page = DOCS.read_text(encoding="utf-8")
    assert [code for code in kinds() if f"`{code}`" not in page] == []


def test_a_kind_that_there_is_not_is_not_found(client: FlaskClient) -> None:
    for code in ("nothing", "NOT_FOUND", "not_found.json", "%00"):
        assert problem(client.get(f"/api/problems/{code}"), 404)["code"] == "not_found"


def test_they_need_no_token_and_mind_none(client: FlaskClient, ada: Somebody) -> None:
    for headers in ({}, ada.headers, {"Authorization": "Bearer nonsense"}):
        data(client.get("/api/problems/taken", headers=headers))


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "not_found"),
        ("PUT", "/api/posts", 405, "method_not_allowed"),
        ("POST", "/api/posts/1/likes/x", 404, "not_found"),
    ],
)
def test_what_flask_finds_has_a_kind_too(
    client: FlaskClient, method: str, address: str, status: int, code: str
) -> None:
    assert problem(client.open(address, method=method), status)["code"] == code


def test_a_field_of_the_body_has_a_pointer_and_a_parameter_has_none(client: FlaskClient, ada: Somebody) -> None:
    found = problem(client.post("/api/posts", headers=ada.headers, json={}), 422)
    assert found["errors"] == [{"field": "body", "pointer": "#/body", "message": "is required"}]
    found = problem(client.get("/api/posts?limit=0"), 400)
    assert [(each["field"], each["pointer"]) for each in found["errors"]] == [("limit", None)]
    found = problem(client.post("/api/users/ada/followers", headers=ada.headers), 422)
    assert [(each["field"], each["pointer"]) for each in found["errors"]] == [("username", None)]
    taken = {"username": "ada", "password": "a good password"}
    found = problem(client.post("/api/users", json=taken), 409)
    assert [(each["field"], each["pointer"]) for each in found["errors"]] == [("username", "#/username")]
