"""What the tests of the API say often: that an answer is a problem, what the tables hold, what was logged."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from feedapp.errors import kinds
from feedapp.models import Base

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from sqlalchemy import Engine
    from werkzeug.test import TestResponse

    from tests.support.people import Somebody

Json = dict[str, Any]
USER_FIELDS = {
    "id", "username", "display_name", "avatar", "bio", "created_at",
    "posts_count", "followers_count", "following_count",
}  # fmt: skip
POST_FIELDS = {
    "id", "url", "body", "language", "author", "created_at", "edited_at", "likes_count", "comments_count", "liked",
    "visibility", "bookmarked", "tags", "media", "hidden", "version",
}  # fmt: skip
MEDIA_FIELDS = {"id", "url", "preview_url", "width", "height", "alt"}
COMMENT_FIELDS = {
    "id", "post_id", "in_reply_to", "body", "language", "author", "created_at", "edited_at", "replies_count",
    "likes_count", "liked", "hidden", "version",
}  # fmt: skip
RFC_3339 = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"


def data(response: TestResponse, status: int = 200) -> Json:
    """Read a good answer."""
    assert response.status_code == status, f"{response.status_code}: {response.text[:500]}"
    assert response.content_type == "application/json"
    found: Json = response.get_json()
    return found


def problem(response: TestResponse, *statuses: int) -> Json:
    """Read an RFC 9457 problem, and see that it is one that helps."""
    assert response.status_code in statuses, f"{response.status_code}, not {statuses}: {response.text[:500]}"
    assert response.content_type == "application/problem+json"
    found: Json = response.get_json()
    assert set(found) - {"errors"} == {"type", "title", "status", "detail", "code"}
    assert found["status"] == response.status_code
    assert found["type"] == f"/api/problems/{found['code']}"
    assert found["code"] in kinds()
    assert len(found["title"]) > 3
    assert len(found["detail"]) > 15
    assert "Traceback" not in found["detail"]
    for error in found.get("errors", ()):
        assert set(error) == {"field", "pointer", "message"}
        assert len(error["message"]) > 5
    return found


def fields_at_fault(response: TestResponse, *statuses: int) -> set[str]:
    """Read which fields a problem names."""
    return {error["field"] for error in problem(response, *statuses).get("errors", ())}


def bearer(token: str) -> dict[str, str]:
    """Give the header with a token."""
    return {"Authorization": f"Bearer {token}"}


def links(response: TestResponse) -> dict[str, str]:
    """Read the Link header: address by relation."""
    found = {}
    for value in filter(None, response.headers.get("Link", "").split(", ")):
        address, _, relation = value.partition("; rel=")
        found[relation.strip('"')] = address.strip("<>")
    return found


def publish(client: FlaskClient, author: Somebody, body: str = "Hello") -> str:
    """Write a post and give its id."""
    return str(data(client.post("/api/posts", headers=author.headers, json={"body": body}), 201)["id"])


def comment(client: FlaskClient, author: Somebody, post_id: str, body: str = "Well said") -> str:
    """Write a comment and give its id."""
    address = f"/api/posts/{post_id}/comments"
    return str(data(client.post(address, headers=author.headers, json={"body": body}), 201)["id"])


def contents(engine: Engine) -> dict[str, list[str]]:
    """Give every row of every table that holds somebody's data, as text."""
    of_delivery = ("outbox", "cache_", "periodic_jobs")
    tables = [name for name in Base.metadata.tables if not name.startswith(of_delivery)]
    rows = " UNION ALL ".join(f"SELECT '{name}', t::text FROM {name} AS t" for name in tables)  # in one trip
    found: dict[str, list[str]] = {name: [] for name in tables}
    with engine.connect() as connection:
        for name, row in connection.execute(text(rows + " ORDER BY 1, 2")):
            found[name].append(row)
    return found


@contextmanager
def nothing_changes(engine: Engine) -> Iterator[None]:
    """See that the block leaves every table as it was."""
    before = contents(engine)
    yield
    assert contents(engine) == before


@contextmanager
def logged() -> Iterator[list[logging.LogRecord]]:
    """Collect what the app logs in the block, whatever level a command that ran before has left."""
    records: list[logging.LogRecord] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    handler = Collector()
    logger = logging.getLogger("feedapp")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield records
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


def messages(records: list[logging.LogRecord], *beginnings: str) -> list[str]:
    """Give the messages that begin with one of these words."""
    return [text for each in records if (text := each.getMessage()).startswith(beginnings)]
