"""What a message looks like: as the OpenAPI document and the docs say, and signed by each secret that holds."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from standardwebhooks import WebhookVerificationError

from tests.support.answers.documented import validator

if TYPE_CHECKING:
    from tests.integration.webhooks.conftest import HookSite
    from tests.integration.webhooks.receiver import Receiver

DOCS = Path(__file__).resolve().parents[3] / "docs" / "api.md"


def test_every_message_is_one_that_the_openapi_document_describes(site: HookSite, receiver: Receiver) -> None:
    document = site.call("GET", "/api/openapi.json")
    sent = document["webhooks"]["message"]["post"]
    fits = validator(document, sent["requestBody"]["content"]["application/json"]["schema"])
    site.add(receiver.url)
    site.publish()
    site.call("POST", "/api/webhooks/1/ping", 202)
    site.deliver()
    assert sorted(json.loads(body)["type"] for _, body in receiver.sent) == ["changes", "ping"]
    for headers, body in receiver.sent:
        assert {each["name"] for each in sent["parameters"]} <= headers.keys()
        assert [error.message for error in fits.iter_errors(json.loads(body))] == []
    assert not fits.is_valid({"type": "changes", "timestamp": "now", "data": {}})


def test_the_receiver_in_the_docs_works(site: HookSite, receiver: Receiver) -> None:
    (example,) = re.findall(r"## Webhooks\n.*?```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    found: dict[str, Any] = {}
    exec(example, found)  # noqa: S102 - it is ours
    secret = site.add(receiver.url)["secret"]
    post = site.publish()
    site.deliver()
    ((headers, body),) = receiver.sent
    (change,) = found["received"](secret, headers, body.encode())
    assert (change["kind"], change["id"]) == ("post", post)
    with pytest.raises(WebhookVerificationError):
        found["received"](secret, headers, body.replace(post, "2").encode() + b" ")


def test_both_secrets_sign_for_a_day_after_a_new_one(site: HookSite, receiver: Receiver) -> None:
    old = site.add(receiver.url)["secret"]
    new = site.call("POST", "/api/webhooks/1/secret", 201)["secret"]
    assert new != old
    site.publish()
    site.deliver()
    sent = list(receiver.sent)
    assert receiver.take(old)
    receiver.sent = sent
    assert receiver.take(new)
    with site.engine.begin() as connection:
        connection.execute(text("UPDATE webhooks SET former_until = clock_timestamp()"))
    site.publish()
    site.deliver()
    with pytest.raises(WebhookVerificationError):
        receiver.take(old)
