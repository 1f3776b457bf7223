"""One call as an operation of OpenAPI: what it takes, every answer, who may, which limits count."""

from __future__ import annotations

from collections import defaultdict
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from feedapp.blueprints.api_docs import headers
from feedapp.blueprints.api_docs.parameters import parameters
from feedapp.blueprints.api_docs.schemas import model_of, ref
from feedapp.errors import StaleEditError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedapp.blueprints.api.kit.declaration import Call
    from feedapp.blueprints.api.kit.endpoint import Endpoint
    from feedapp.blueprints.api_docs.paths import PathOfCall
    from feedapp.blueprints.api_docs.schemas import Schemas
    from feedapp.errors import DomainError
    from feedapp.limits import Limit
    from feedapp.services.access.rate_limits import RateLimits

Json = dict[str, Any]
NOT_MODIFIED = 304


class Operations:
    """Makes operations."""

    def __init__(self, schemas: Schemas, rate_limits: RateLimits) -> None:
        self._schemas = schemas
        self._rate_limits = rate_limits

    def of(self, endpoint: Endpoint[Any], address: PathOfCall) -> Json:
        """Describe a call at one of its addresses."""
        call = endpoint.call
        _, blueprint, handler = endpoint.name.split(".")
        limits = self._limits(endpoint)
        operation: Json = {
            "operationId": "_".join([blueprint, handler, *address.chosen.values()]),
            "tags": [blueprint],
            "summary": call.summary.format(**address.chosen),
            "security": _security(call),
            "parameters": parameters(call, address),
        }
        if call.deprecated is not None:
            operation |= {"deprecated": True, "x-sunset": call.deprecated.until.isoformat()}
            operation["externalDocs"] = {"url": call.deprecated.instead, "description": "What takes its place."}
        if call.body is not None:
            operation["requestBody"] = {"required": True, "content": self._schemas.body(call)}
        operation["responses"] = self._responses(call)
        operation["x-rate-limits"] = limits
        return operation

    def _responses(self, call: Call[Any]) -> dict[str, Json]:
        found: dict[int, Json] = {status: self._good(call, status) for status in call.reply.statuses}
        if not call.writes:
            found[NOT_MODIFIED] = {
                "description": "Nothing changed.",
                "headers": headers.described(headers.unchanged(call)),
            }
        by_status: dict[int, list[type[DomainError]]] = defaultdict(list)
        for kind in sorted(call.errors, key=lambda each: each.code):
            by_status[kind.status].append(kind)
        found |= {status: _problem(call, status, kinds) for status, kinds in by_status.items()}
        return {str(status): found[status] for status in sorted(found)}

    def _good(self, call: Call[Any], status: int) -> Json:
        answer: Json = {"description": HTTPStatus(status).phrase, "headers": headers.of_reply(call, call.reply)}
        if call.reply.file is not None and status == HTTPStatus.OK:
            answer["content"] = {
                call.reply.file: {"schema": {"type": "string", "format": "binary"}, "example": "(bytes)"}
            }
        if call.reply.model is not None:
            answer["content"] = self._schemas.reply(call.reply)
        return answer

    def _limits(self, endpoint: Endpoint[Any]) -> list[Json]:
        return [_limit(self._rate_limits.here(each)) for each in endpoint.limits] if self._rate_limits.enabled else []


def _security(call: Call[Any]) -> list[Json]:
    if call.auth == "ignored":
        return []
    required = {"token": list(call.scope)}
    return [{}, required] if call.auth == "optional" else [required]


def _problem(call: Call[Any], status: int, kinds: Iterable[type[DomainError]]) -> Json:
    kinds = list(kinds)
    properties: Json = {"status": {"const": status}, "code": {"enum": [kind.code for kind in kinds]}}
    if StaleEditError in kinds and call.current is not None:
        properties["current"] = model_of(call.current)
    return {
        "description": " ".join(f"`{kind.code}`: {kind.title}." for kind in kinds),
        "headers": headers.of_problem(call, status, kinds),
        "content": {
            "application/problem+json": {
                "schema": {"allOf": [ref("Problem"), {"type": "object", "properties": properties}]},
                "examples": {kind.code: {"$ref": f"#/components/examples/{kind.code}"} for kind in kinds},
            }
        },
    }


def _limit(limit: Limit) -> Json:
    return {
        "name": limit.name,
        "counts": limit.counts,
        "by": limit.by,
        "quota": limit.figure.quota,
        "seconds": limit.figure.seconds,
        "at_most": str(limit.figure),
    }
