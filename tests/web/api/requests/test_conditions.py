"""If-Match by its grammar, on reads and on writes."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from tests.web.api.calls import comment, nothing_changes, problem

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from tests.support.people import Somebody

MALFORMED = [
    "x", "W/", ",", "", " ", '"x', 'x"', '"x" "y"', '"x", y', 'w/"x"', "*, *", '"x", *', '*, "x"', '"a b"', "W/*",
    '"x";', "'x'", '"x"y', 'W/ "x"', "**",
]  # fmt: skip
EDITS = {"/api/posts/1": {"body": "New"}, "/api/posts/1/comments/1": {"body": "New"}, "/api/me": {"bio": "New"}}
READS = [
    "/api/posts", "/api/posts/1", "/api/posts/1/comments", "/api/posts/1/likes", "/api/users/ada", "/api/me",
    "/public", "/posts/1", "/@ada", "/login",
]  # fmt: skip


@pytest.fixture
def written(client: FlaskClient, ada: Somebody, post_id: str) -> Somebody:
    comment(client, ada, post_id)
    return ada


def headers_for(address: str, who: Somebody) -> dict[str, str]:
    return who.headers if address == "/api/me" else {}


@pytest.mark.parametrize("address", EDITS)
def test_what_is_no_condition_is_a_400_and_changes_nothing(
    client: FlaskClient, written: Somebody, engine: Engine, address: str
) -> None:
    with nothing_changes(engine):
        for method, header in product(("PATCH", "DELETE"), MALFORMED):
            if (method, address) != ("DELETE", "/api/me"):
                sent = {**written.headers, "If-Match": header}
                found = problem(client.open(address, method=method, headers=sent, json=EDITS[address]), 400)
                assert "If-Match" in found["detail"]


@pytest.mark.parametrize("address", EDITS)
def test_lists_may_have_gaps_and_spaces(client: FlaskClient, written: Somebody, address: str) -> None:
    seen = client.get(address, headers=written.headers).headers["ETag"]
    for header in ('"x"\t,  , SEEN ,', ',"x",SEEN', 'W/"x", W/SEEN', " * "):
        sent = {**written.headers, "If-Match": header.replace("SEEN", seen)}
        body = dict.fromkeys(EDITS[address], header)
        answer = client.patch(address, headers=sent, json=body)
        assert answer.status_code == 200, header
        seen = answer.headers["ETag"]


@pytest.mark.parametrize("address", READS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_read_is_held_to_it_too(client: FlaskClient, written: Somebody, address: str, method: str) -> None:
    headers = headers_for(address, written)
    seen = client.get(address, headers=headers).headers["ETag"]
    for _ in ("cold", "kept", "given again"):
        assert client.open(address, method=method, headers=headers).status_code == 200
    for header in (seen, f'"x", {seen}', f"W/{seen}", "*"):
        answer = client.open(address, method=method, headers={**headers, "If-Match": header})
        assert answer.status_code == 200, header
    for header, status in (('"x"', 412), ('W/"x", "y"', 412), ('""', 412), *((odd, 400) for odd in MALFORMED)):
        answer = client.open(address, method=method, headers={**headers, "If-Match": header})
        assert answer.status_code == status, header
        if address.startswith("/api"):
            assert answer.content_type == "application/problem+json"


def test_a_compressed_answer_is_the_same_version(client: FlaskClient, written: Somebody) -> None:
    client.patch("/api/posts/1", headers=written.headers, json={"body": "y" * 5_000})
    gzip = {"Accept-Encoding": "gzip"}
    seen = client.get("/api/posts/1", headers=gzip).headers["ETag"]
    assert seen.startswith("W/")
    for headers in (gzip, {}):
        assert client.get("/api/posts/1", headers={**headers, "If-Match": seen}).status_code == 200
        assert client.get("/api/posts/1", headers={**headers, "If-None-Match": seen}).status_code == 304


def test_if_match_comes_before_if_none_match(client: FlaskClient, written: Somebody) -> None:
    seen = client.get("/api/posts/1").headers["ETag"]
    for match, status in ((seen, 304), ('"x"', 412)):
        both = {"If-Match": match, "If-None-Match": seen}
        assert client.get("/api/posts/1", headers=both).status_code == status


@pytest.mark.parametrize(
    ("method", "address"),
    [("POST", "/api/posts"), ("POST", "/api/posts/1/likes"), ("DELETE", "/api/tokens"), ("POST", "/api/users")],
)
def test_what_has_no_version_matches_none(
    client: FlaskClient, written: Somebody, engine: Engine, method: str, address: str
) -> None:
    body = {"body": "text", "username": "dee", "password": written.password}
    with nothing_changes(engine):
        for header, status in (('"x"', 412), ("x", 400)):
            sent = {**written.headers, "If-Match": header}
            problem(client.open(address, method=method, headers=sent, json=body), status)
    sent = {**written.headers, "If-Match": "*"}
    assert client.open(address, method=method, headers=sent, json=body).status_code in {201, 204}


def test_if_none_match_is_not_passed_over_by_a_write(client: FlaskClient, written: Somebody, engine: Engine) -> None:
    with nothing_changes(engine):
        for header in ("*", '"x"'):
            sent = {**written.headers, "If-None-Match": header}
            problem(client.patch("/api/posts/1", headers=sent, json={"body": "New"}), 400)
            problem(client.delete("/api/posts/1", headers=sent), 400)


def test_what_is_not_there_is_not_found_whatever_the_condition(client: FlaskClient, written: Somebody) -> None:
    for header in ("*", '"x"', "x"):
        sent = {**written.headers, "If-Match": header}
        problem(client.get("/api/posts/99", headers={"If-Match": header}), 404)
        problem(client.patch("/api/posts/99", headers=sent, json={"body": "New"}), 404)
        problem(client.post("/api/posts/99/likes", headers=sent), 404)


def test_parts_and_dates_are_not_served_and_change_nothing(client: FlaskClient, written: Somebody) -> None:
    whole = client.get("/api/posts/1")
    for headers in (
        {"Range": "bytes=0-10"},
        {"Range": "bytes=99999-"},
        {"If-Unmodified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"If-Modified-Since": "Fri, 01 Jan 2999 00:00:00 GMT"},
        {"If-None-Match": "nonsense"},
    ):
        answer = client.get("/api/posts/1", headers=headers)
        assert (answer.status_code, answer.data) == (200, whole.data)
