"""The OpenAPI document: valid, complete, and made once. That answers fit it, each test of the API checks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from feedapp import limits
from feedapp.errors import kinds
from tests.support.answers.declared import endpoints
from tests.support.answers.documented import validator
from tests.support.costs import Cost, cost_of
from tests.web.api.calls import data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient

Json = dict[str, Any]


@pytest.fixture
def document(client: FlaskClient) -> Json:
    return data(client.get("/api/openapi.json"))


def operations(document: Json) -> Iterator[tuple[str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_the_document_is_valid_openapi(document: Json) -> None:
    validate(document, cls=OpenAPIV31SpecValidator)


def test_the_root_leads_to_both_documents(client: FlaskClient) -> None:
    both = data(client.get("/api"))
    assert set(both) == {"openapi", "docs"}
    assert [client.get(address).status_code for address in both.values()] == [200, 200]


def test_every_declared_call_is_described(running_app: Flask, document: Json) -> None:
    described = {re.sub(r"{\w+}", "*", name) for name, _ in operations(document)}
    for name, endpoint in endpoints(running_app).items():
        if name.removeprefix(f"{endpoint.call.method} /api") in endpoint.call.aliases:
            continue
        words = re.search(r"<any\(([^)]*)\):\w+>", name)
        for word in words[1].split(", ") if words else [""]:
            one = name.replace(words[0], word) if words else name
            assert re.sub(r"<\w+>", "*", one) in described, name


def test_every_call_has_its_parameters_errors_scopes_and_limits(limited_app: Callable[..., Flask]) -> None:
    app = limited_app()
    document = data(app.test_client().get("/api/openapi.json"))
    described = {operation["operationId"]: operation for _, operation in operations(document)}
    for endpoint in endpoints(app).values():
        call = endpoint.call
        _, blueprint, handler = endpoint.name.split(".")
        for name in [name for name in described if name.startswith(f"{blueprint}_{handler}")]:
            operation = described[name]
            if name != f"{blueprint}_{handler}" and "any(" not in call.path:
                continue  # another one that begins alike
            query = [each["name"] for each in operation["parameters"] if each["in"] == "query"]
            assert query == list(call.parameters)
            headers = {each["name"] for each in operation["parameters"] if each["in"] == "header"}
            assert ("Idempotency-Key" in headers, "If-Match" in headers) == (call.idempotent, call.current is not None)
            codes = {code for _, code in _problems(operation)}
            assert codes == {kind.code for kind in call.errors}
            assert {scope for each in operation["security"] for scope in each.get("token", ())} == set(call.scope)
            assert [each["name"] for each in operation["x-rate-limits"]] == [each.name for each in endpoint.limits]
            assert ("requestBody" in operation) == (call.body is not None)


def _problems(operation: Json) -> list[tuple[int, str]]:
    return [
        (int(status), code)
        for status, answer in operation["responses"].items()
        for code in answer.get("content", {}).get("application/problem+json", {}).get("examples", ())
    ]


def test_every_example_fits_its_schema(document: Json) -> None:
    checked = 0
    for name, operation in operations(document):
        contents = [operation.get("requestBody", {}), *operation["responses"].values()]
        for each in [content for part in contents for content in part.get("content", {}).values()]:
            shown = [each["example"]] if "example" in each else []
            shown += [document["components"]["examples"][code]["value"] for code in each.get("examples", ())]
            assert shown, name
            for one in shown:
                assert [error.message for error in validator(document, each["schema"]).iter_errors(one)] == [], name
                checked += 1
        for each in operation["parameters"]:
            if "example" in each:
                assert validator(document, each["schema"]).is_valid(each["example"]), (name, each["name"])
    assert checked > 100


def test_every_kind_of_problem_has_an_example(document: Json) -> None:
    assert document["components"]["examples"].keys() == kinds().keys()


def test_limits_have_the_figures_that_hold_here(limited_app: Callable[..., Flask]) -> None:
    client = limited_app(posts="7/hour").test_client()
    described = data(client.get("/api/openapi.json"))["paths"]["/api/posts"]["post"]["x-rate-limits"]
    assert {each["name"]: (each["quota"], each["seconds"]) for each in described}["posts"] == (7, limits.HOUR)


@pytest.mark.parametrize("address", ["/api/openapi.json", "/api/docs"])
def test_a_document_costs_no_statement_and_no_trip_and_is_revalidated(client: FlaskClient, address: str) -> None:
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert [cost_of(each) for each in (first, again)] == [Cost(0, 0)] * 2


def test_the_page_shows_every_call_with_its_example(client: FlaskClient, document: Json) -> None:
    page = client.get("/api/docs").text
    for name, operation in operations(document):
        assert f'<h3 id="{operation["operationId"]}">' in page, name
        assert f"<code>{name}</code>" in page
        assert f'data-trying="{operation["operationId"]}" hidden>Try it' in page, name
    assert page.count("curl ") >= len(list(operations(document)))
    [script] = re.findall(r'<script type="module" src="(/static/[^"]+)"></script>', page)
    assert client.get(script).status_code == 200
    assert page.count("<script") == 1, "nothing from elsewhere"
    assert "—" not in page
