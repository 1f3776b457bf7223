"""What is sent to webhooks, as the OpenAPI document describes it."""

from __future__ import annotations

from typing import Any

from feedapp.blueprints.api_docs.examples import EXAMPLES, LATER
from feedapp.blueprints.api_docs.schemas import ref

Json = dict[str, Any]
MESSAGE_SCHEMA: Json = {
    "type": "object",
    "description": "A message to a webhook. `data` is empty for a `ping`.",
    "required": ["type", "timestamp", "data"],
    "properties": {
        "type": {"type": "string", "enum": ["changes", "expired", "ping"]},
        "timestamp": {"type": "string", "format": "date-time"},
        "data": {"anyOf": [ref("Changes"), {"type": "object", "maxProperties": 0}]},
    },
    "examples": [{"type": "changes", "timestamp": LATER, "data": EXAMPLES["ChangesJson"]}],
}
HEADERS = {
    "webhook-id": ("Names the message, the same in each attempt.", "msg_5f0c2d7e9a1b3c4d5e6f7a8b"),
    "webhook-timestamp": ("When it was sent, in seconds since 1970.", "1772359200"),
    "webhook-signature": (
        "Signatures of id, timestamp and body, with spaces between.",
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    ),
}


def messages() -> Json:
    """Describe them: what a receiver is asked, and what it has to answer."""
    return {
        "message": {
            "post": {
                "operationId": "webhook_message",
                "tags": ["webhooks"],
                "summary": "What changed, sent to a webhook",
                "description": "Signed as Standard Webhooks says: check the signature with a library for that.",
                "parameters": [
                    {
                        "name": name,
                        "in": "header",
                        "required": True,
                        "description": about,
                        "schema": {"type": "string"},
                        "example": example,
                    }
                    for name, (about, example) in HEADERS.items()
                ],
                "requestBody": {"required": True, "content": {"application/json": {"schema": ref("WebhookMessage")}}},
                "responses": {
                    "2XX": {"description": "Received: the next message may come."},
                    "410": {"description": "The receiver wants no more: the webhook is disabled."},
                    "default": {"description": "Not received: it is sent again later."},
                },
            }
        }
    }
