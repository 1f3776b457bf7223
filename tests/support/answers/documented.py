"""Whether an answer is one that the OpenAPI document describes: its status, headers, media type and body."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from flask import request
from jsonschema_rs import Draft202012Validator

from feedapp.blueprints.api.kit.endpoint import Endpoint
from feedapp.blueprints.api_docs.document import document
from feedapp.blueprints.api_docs.paths import addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask, Response

    from feedapp.blueprints.api_docs.paths import PathOfCall

Json = dict[str, Any]
OF_EVERYTHING = {"Content-Type", "Content-Length", "Content-Encoding", "X-Request-Id"}
"""Headers that no operation has to describe."""
_DOCUMENTS: dict[tuple[tuple[str, bool], ...], Json] = {}
_VIEWS: WeakKeyDictionary[Flask, list[Endpoint[Any]]] = WeakKeyDictionary()


def described(app: Flask) -> Json:
    """Make the document of an app; of apps with the same calls only once, since they differ in figures alone."""
    if app not in _VIEWS:
        _VIEWS[app] = [each for each in app.view_functions.values() if isinstance(each, Endpoint)]
    views = _VIEWS[app]
    key = tuple((each.name, each.call.deprecated is not None) for each in views)
    if key not in _DOCUMENTS:
        _DOCUMENTS[key] = document(views, app.extensions["feedapp"].rate_limits)
    return _DOCUMENTS[key]


def validator(found: Json, schema: Json) -> Draft202012Validator:
    """Make what checks a body against a schema of the document."""
    return Draft202012Validator({**schema, "components": found["components"]}, validate_formats=True)


def undescribed(app: Flask, response: Response) -> Iterator[str]:
    """Say what the document does not say of the answer to the current request."""
    endpoint = app.view_functions.get(request.endpoint or "")
    if not isinstance(endpoint, Endpoint) or request.method == "OPTIONS":
        return
    found = described(app)
    method = "get" if request.method == "HEAD" else request.method.lower()
    path = _address(endpoint).path
    answer = found["paths"][path][method]["responses"].get(str(response.status_code))
    what = f"{request.method} {request.path}: {response.status_code}"
    if answer is None:
        yield f"{what} is not in the document"
        return
    if (
        extra := {name.title() for name in dict(response.headers)}
        - {each.title() for each in answer["headers"]}
        - {each.title() for each in OF_EVERYTHING}
    ):
        yield f"{what} has headers that are not in the document: {extra}"
    if response.get_data() and request.method != "HEAD" and "Content-Encoding" not in response.headers:
        if response.mimetype not in answer.get("content", {}):
            yield f"{what} has a {response.mimetype} that is not in the document"
            return
        for error in _of_answer(path, method, response.status_code, response.mimetype, id(found)).iter_errors(
            response.get_json()
        ):
            yield f"{what}: {error.message}"


def _address(endpoint: Endpoint[Any]) -> PathOfCall:
    named = request.view_args or {}
    return next(
        each
        for each in addresses(endpoint.call.path)
        if all(named.get(name) == word for name, word in each.chosen.items())
    )


@cache
def _of_answer(path: str, method: str, status: int, media_type: str, known: int) -> Draft202012Validator:
    found = next(each for each in _DOCUMENTS.values() if id(each) == known)
    return validator(found, found["paths"][path][method]["responses"][str(status)]["content"][media_type]["schema"])
