"""The document as the page for people shows it: sections of calls, each with tables and an example for curl."""

from __future__ import annotations

import re
from shlex import quote
from typing import Any

import orjson
from markupsafe import Markup, escape

Json = dict[str, Any]
ERROR = 400
_CODE = re.compile(r"`([^`]+)`")


def sections(document: Json) -> list[Json]:
    """Give the calls by section: `{"name", "title", "calls": […]}`."""
    found = {tag["name"]: {"name": tag["name"], "title": tag["description"], "calls": []} for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found[operation["tags"][0]]["calls"].append(_call(document, path, method.upper(), operation))
    return list(found.values())


def _call(document: Json, path: str, method: str, operation: Json) -> Json:
    answers = {int(status): answer for status, answer in operation["responses"].items()}
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return {
        "id": operation["operationId"],
        "method": method,
        "path": path,
        "summary": operation["summary"],
        "sunset": operation.get("x-sunset"),
        "instead": operation.get("externalDocs", {}).get("url"),
        "auth": _auth(operation["security"]),
        "parameters": [
            {**each, "rule": _rule({**each["schema"], "description": ""})} for each in operation["parameters"]
        ],
        "fields": _fields(document, body["schema"]) if body else [],
        "curl": _curl(path, method, operation, body),
        "answers": [_answer(document, status, each) for status, each in answers.items() if status < ERROR],
        "problems": [
            {"status": status, "code": code, "title": document["components"]["examples"][code]["summary"]}
            for status, answer in answers.items()
            if status >= ERROR
            for code in answer["content"]["application/problem+json"]["examples"]
        ],
        "limits": operation["x-rate-limits"],
    }


def _auth(security: list[Json]) -> str:
    if not security:
        return "No token; one that is sent is ignored."
    scope = ", ".join(security[-1]["token"])
    return f"A token with the scope {scope}{', or none' if {} in security else ''}."


def _answer(document: Json, status: int, answer: Json) -> Json:
    content = answer.get("content", {}).get("application/json")
    return {
        "status": status,
        "description": answer["description"],
        "headers": [{"name": name, **header} for name, header in answer["headers"].items()],
        "fields": _fields(document, content["schema"]) if content else [],
        "example": _pretty(content["example"]) if content else "",
    }


def _fields(document: Json, schema: Json) -> list[Json]:
    found = _resolved(document, schema)
    if "anyOf" in found:  # one of several models
        return [field for each in found["anyOf"] for field in _fields(document, each)]
    needed = found.get("required", ())
    return [
        {"name": name, "required": name in needed, "type": _kind(document, each), "about": _rule(each)}
        for name, each in found["properties"].items()
    ]


def _resolved(document: Json, schema: Json) -> Json:
    if "$ref" not in schema:
        return schema
    found: Json = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def _kind(document: Json, schema: Json) -> str:
    """Name a type for people: `string or null`, `list of Post`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_kind(document, each) for each in schema["anyOf"])
    kind = schema.get("type", "any")
    if kind == "array":
        return f"list of {_kind(document, schema['items'])}"
    return kind if isinstance(kind, str) else " or ".join(kind)


def _rule(schema: Json) -> str:
    """Say what holds for a value, beside its type."""
    if "anyOf" in schema:
        return " ".join(filter(None, (_rule(each) for each in schema["anyOf"])))
    parts = [str(schema.get("description", "")) if "$ref" not in schema else ""]
    if "maxLength" in schema:
        parts.append(f"{schema.get('minLength', 0):,} to {schema['maxLength']:,} characters.")
    if "pattern" in schema:
        parts.append(f"Matches {schema['pattern']}.")
    if "minimum" in schema and "maximum" in schema:
        usual = f"; the default is {schema['default']}" if schema.get("default") is not None else ""
        parts.append(f"From {schema['minimum']:,} to {schema['maximum']:,}{usual}.")
    if "enum" in schema:
        parts.append(f"One of {', '.join(each or 'null' for each in schema['enum'])}.")
    if schema.get("format") not in {None, "date-time"}:
        parts.append(f"Format: {schema['format']}.")
    return " ".join(filter(None, parts))


def _curl(path: str, method: str, operation: Json, body: Json | None) -> str:
    for each in operation["parameters"]:
        if each["in"] == "path":
            path = path.replace(f"{{{each['name']}}}", str(each["example"]))
    lines = [f'curl{"" if method == "GET" else f" -X {method}"} "$SITE{path}"']
    if operation["security"] and {} not in operation["security"]:
        lines.append('-H "Authorization: Bearer $TOKEN"')
    lines += [
        f"-H {quote(each['name'] + ': ' + each['example'])}"
        for each in operation["parameters"]
        if each["name"] == "Idempotency-Key"
    ]
    if body:
        lines += ["-H 'Content-Type: application/json'", f"-d {quote(orjson.dumps(body['example']).decode())}"]
    return " \\\n  ".join(lines)


def marked(text: str) -> Markup:
    """Give HTML of a text that has code between backticks."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


def _pretty(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
