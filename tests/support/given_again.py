"""What the tests of answers given again share."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

from feedapp.blueprints.pages.kit.cookies import base_of
from tests.support.apps import SECRET_KEY
from tests.support.costs import Cost, cost_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.support.people import Somebody

NAME = base_of("session", secret=SECRET_KEY)

AGAIN = Cost(redis_trips=1, sql_statements=0)

EACH_TIME = {"X-Request-Id", "Server-Timing"}

KEY = re.compile(rb'(name="idempotency_key" value=")([^"]*)')

Headers = dict[str, str]


def community(client: FlaskClient, people: Callable[..., Somebody]) -> Somebody:
    """Give the author of two posts, one of which was liked and commented by a follower."""
    ada, bob = people("ada"), people("bob")
    for body in ("first " * 100, "second"):
        client.post("/api/posts", headers=ada.headers, json={"body": body})
    client.post("/api/posts/1/comments", headers=bob.headers, json={"body": "a comment"})
    client.post("/api/posts/1/likes", headers=bob.headers)
    client.post("/api/users/ada/followers", headers=bob.headers)
    return ada


def sent_by(somebody: Somebody) -> Headers:
    """Give what both pages and API take for somebody."""
    return {**somebody.headers, "Cookie": f"{NAME}={somebody.session}"}


def warm(client: FlaskClient, address: str, headers: Headers | None = None) -> TestResponse:
    """Read until the answer is one that is given again."""
    for _ in range(3):
        answer = client.get(address, headers=headers)
    assert cost_of(answer) == AGAIN
    return answer


def all_of(answer: TestResponse) -> tuple[str, list[tuple[str, str]], bytes]:
    """Give status, headers and body without what differs each time."""
    headers = sorted((name, value) for name, value in answer.headers if name not in EACH_TIME)
    body = answer.data
    if answer.headers.get("Content-Encoding") == "gzip" and body:
        body = gzip.decompress(body)
    return answer.status, headers, KEY.sub(rb"\1", body)
