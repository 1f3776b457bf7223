"""Types of fields that JSON has as strings, with what a JSON schema says of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import WithJsonSchema

Id = Annotated[str, WithJsonSchema({"type": "string", "description": "An id: an opaque string.", "minLength": 1})]
Time = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time", "description": "RFC 3339, in UTC."})]
Address = Annotated[str, WithJsonSchema({"type": "string", "format": "uri"})]
Count = Annotated[int, WithJsonSchema({"type": "integer", "minimum": 0})]
TokenKind = Annotated[str, WithJsonSchema({"type": "string", "enum": ["api", "session"]})]
ScopeName = Annotated[str, WithJsonSchema({"type": "string", "enum": ["read", "write", "moderate", "admin"]})]
Visibility = Annotated[str, WithJsonSchema({"type": "string", "enum": ["public", "followers"]})]
