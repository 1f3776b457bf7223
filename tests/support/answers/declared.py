"""Whether an answer of the API is one that its call declares: the status, the problem, the model of the body."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from flask import request
from pydantic import TypeAdapter, ValidationError

from feedapp.blueprints.api.kit.endpoint import Endpoint
from feedapp.serialisers.lists import ItemsJson, PageJson

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask, Response

    from feedapp.blueprints.api.kit.declaration import Reply

NOT_MODIFIED, STALE = 304, 412
DOCUMENTS = {"/api/openapi.json", "/api/docs"}
"""What describes the calls, and is none."""
_AROUND: dict[str, Any] = {"items": ItemsJson, "page": PageJson}


def endpoints(app: Flask) -> dict[str, Any]:
    """Give the view of every rule under /api, by the rule's text and methods."""
    return {
        f"{','.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))} {rule.rule}": app.view_functions[
            rule.endpoint
        ]
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api") and rule.rule not in DOCUMENTS
    }


@cache
def adapter(model: Any, many: str) -> TypeAdapter[Any]:
    """Make what reads a body of this model."""
    return TypeAdapter(_AROUND[many][model] if many in _AROUND else model)


def deviations(app: Flask, response: Response) -> Iterator[str]:
    """Say how the answer to the current request deviates from its declaration."""
    endpoint = app.view_functions.get(request.endpoint or "")
    if not isinstance(endpoint, Endpoint):
        return
    call, what = endpoint.call, f"{request.method} {request.path}: {response.status_code}"
    if "Content-Encoding" in response.headers:
        return
    if response.mimetype == "application/problem+json":
        sent = response.get_json()
        if (sent["code"], sent["status"]) not in {(kind.code, kind.status) for kind in call.errors}:
            yield f"{what} {sent['code']} is not declared"
        if "current" in sent and call.current is not None:
            yield from _misfits(call.current, sent["current"], what)
    elif response.status_code not in {*call.reply.statuses, NOT_MODIFIED}:
        yield f"{what} is not declared"
    elif response.get_data() and request.method != "HEAD":
        yield from _misfits(call.reply, response.get_json(), what)


def _misfits(reply: Reply[Any], sent: Any, what: str) -> Iterator[str]:
    if reply.model is None:
        yield f"{what} has a body"
        return
    try:
        read = adapter(reply.model, reply.many).validate_python(sent, strict=True)
    except ValidationError as error:
        yield f"{what}: {error}"
        return
    if read != {name: value for name, value in sent.items() if name not in reply.counts}:
        yield f"{what}: {sent} has more than {reply.model}"
