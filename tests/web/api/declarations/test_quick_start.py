"""Every example of docs/api-start.md, carried out in order; `…` matches anything."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from flask.testing import FlaskClient

TEXT = (Path(__file__).resolve().parents[4] / "docs" / "api-start.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```http\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FEWEST = 8


class Message(NamedTuple):
    """A request or an answer as it is written."""

    first: str
    headers: dict[str, str]
    body: Any


def read(block: str) -> Message:
    head, _, body = block.partition("\n\n")
    first, *lines = head.strip().splitlines()
    return Message(first, dict(line.split(": ", 1) for line in lines), json.loads(body) if body.strip() else None)


def matches(shown: Any, sent: Any) -> bool:
    """Tell whether all that is shown is there."""
    if shown == "…":
        return isinstance(sent, str) and bool(sent)
    if isinstance(shown, dict):
        return isinstance(sent, dict) and all(name in sent and matches(shown[name], sent[name]) for name in shown)
    if isinstance(shown, list):
        return isinstance(sent, list) and len(shown) == len(sent) and all(map(matches, shown, sent))
    return bool(shown == sent)


def test_every_example_is_answered_as_it_says(client: FlaskClient, app: object) -> None:
    messages = [read(block) for block in BLOCK.findall(TEXT)]
    requests, answers = messages[::2], messages[1::2]
    assert len(requests) == len(answers) >= FEWEST
    known = {"TOKEN": "", "ETAG": ""}
    for request, answer in zip(requests, answers, strict=True):
        method, path = request.first.split(" ")
        headers = {
            name: re.sub("TOKEN|ETAG", lambda found: known[found[0]], value) for name, value in request.headers.items()
        }
        sent = client.open(path, method=method, headers=headers, json=request.body)
        assert sent.status_code == int(answer.first.split(" ")[1]), f"{request.first}: {sent.text}"
        assert matches(answer.headers, dict(sent.headers)), f"{request.first}: {sent.headers}"
        assert answer.body is None or matches(answer.body, sent.get_json()), f"{request.first}: {sent.text}"
        known["ETAG"] = sent.headers.get("ETag", known["ETAG"])
        if answer.body is not None and "token" in answer.body:
            known["TOKEN"] = sent.get_json()["token"]


def test_an_example_that_is_wrong_is_seen() -> None:
    sent = {"items": [{"id": "1", "liked": False}], "next_cursor": None}
    several: tuple[Any, ...] = (
        {"items": []},
        {"items": [{"id": "2"}]},
        {"next_cursor": "…"},
        {"other": None},
        {"items": {}},
    )
    for wrong in several:
        assert not matches(wrong, sent)
    assert matches({"items": [{"id": "…"}]}, sent)
