"""The schemas of bodies, from the models that requests are read into and answers are made of."""

from __future__ import annotations

from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, get_args

from pydantic import TypeAdapter

from feedapp.blueprints.api_docs.examples import EXAMPLES
from feedapp.pictures.uploads import MULTIPART

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedapp.blueprints.api.kit.declaration import Call, Reply

Json = dict[str, Any]
Mode = Literal["validation", "serialization"]
REF = "#/components/schemas/"
CURSOR: Json = {
    "type": ["string", "null"],
    "description": "Leads to the page beside this one; null where nothing lies.",
}


class Schemas:
    """All schemas of some calls, by name: `PostJson` is `Post`, a page of it `PostPage`, a list `PostList`."""

    def __init__(self, calls: Iterable[Call[Any]]) -> None:
        calls = list(calls)
        replies = [reply for call in calls for reply in (call.reply, call.current) if reply is not None]
        wanted: dict[type, Mode] = {model: "serialization" for reply in replies for model in _models(reply)}
        wanted |= {call.body: "validation" for call in calls if call.body is not None}
        _, found = TypeAdapter.json_schemas(
            [(model, mode, TypeAdapter(model)) for model, mode in wanted.items()], ref_template=REF + "{model}"
        )
        self.all: dict[str, Json] = {_named(name): _plain(schema) for name, schema in found["$defs"].items()}
        for model in wanted:
            self.all[_named(model.__name__)]["examples"] = [EXAMPLES[model.__name__]]
        for reply in replies:
            if len(models := _models(reply)) > 1:
                self.all[_one(reply)] = {"anyOf": [ref(_named(model.__name__)) for model in models]}
            if models and reply.many != "one":
                self.all[_name(reply)] = _around(reply, _one(reply))
        self.all = dict(sorted(self.all.items()))

    def body(self, call: Call[Any]) -> Json:
        """Give the body of a request as OpenAPI describes it."""
        assert call.body is not None, "a call without a body has nothing to describe"
        name = call.body.__name__
        if call.file:
            return {MULTIPART: {"schema": _with_file(name), "example": {**EXAMPLES[name], "file": "(a picture)"}}}
        return _content(name, EXAMPLES[name])

    def reply(self, reply: Reply[Any]) -> Json:
        """Give the body of an answer as OpenAPI describes it."""
        assert reply.model is not None, "a reply without a body has nothing to describe"
        return _content(_name(reply), example(reply))


def example(reply: Reply[Any]) -> Any:
    """Give an example of an answer's body."""
    one = EXAMPLES[_models(reply)[0].__name__]
    if reply.many == "one":
        return one
    if reply.many == "items":
        return {"items": [one]}
    return {"items": [one], "next_cursor": None, "prev_cursor": None, **dict.fromkeys(reply.counts, 1)}


def ref(name: str) -> Json:
    """Refer to a schema."""
    return {"$ref": REF + name}


def model_of(reply: Reply[Any]) -> Json:
    """Refer to the schema of one thing in an answer."""
    return ref(_one(reply))


def _models(reply: Reply[Any]) -> tuple[type, ...]:
    """Give what one thing in an answer may be: nothing, one model, or one of several."""
    model: Any = reply.model
    if model is None:
        return ()
    return get_args(model) if isinstance(model, UnionType) else (model,)


def _one(reply: Reply[Any]) -> str:
    """Name one thing in an answer: `PostOrComment` if it may be either."""
    return "Or".join(_named(model.__name__) for model in _models(reply))


def _content(name: str, shown: Any) -> Json:
    return {"application/json": {"schema": ref(name), "example": shown}}


def _named(name: str) -> str:
    return name.removesuffix("Json")


def _name(reply: Reply[Any]) -> str:
    return _one(reply) + {"one": "", "items": "List", "page": "Page"}[reply.many]


def _with_file(name: str) -> Json:
    """Describe a form that has a file beside the fields of a model."""
    file = {"type": "string", "contentMediaType": "application/octet-stream", "description": "A picture."}
    return {"allOf": [ref(name), {"type": "object", "required": ["file"], "properties": {"file": file}}]}


def _around(reply: Reply[Any], name: str) -> Json:
    properties: Json = {"items": {"type": "array", "items": ref(name)}}
    if reply.many == "page":
        properties |= {"next_cursor": CURSOR, "prev_cursor": CURSOR}
        properties |= {each: {"type": "integer", "minimum": 0} for each in reply.counts}
    return {"type": "object", "required": list(properties), "properties": properties}


def _plain(schema: Any) -> Any:
    """Leave out what pydantic adds for itself: titles, and None as the default of what cannot be null."""
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: _named(value) if name == "$ref" else _plain(value)
        for name, value in schema.items()
        if not (name == "title" and isinstance(value, str)) and not (name == "default" and value is None)
    }
