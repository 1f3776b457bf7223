"""ETag, If-Match and If-None-Match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web.api.calls import comment, data, nothing_changes, publish

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from tests.support.people import Somebody

EDITS: dict[str, dict[str, str]] = {
    "/api/posts/1": {"body": "New"},
    "/api/posts/1/comments/1": {"body": "New"},
    "/api/me": {"bio": "New"},
}


@pytest.fixture
def written(client: FlaskClient, ada: Somebody) -> Somebody:
    """A post of ada's with a comment of hers, who is given."""
    assert (publish(client, ada), comment(client, ada, "1")) == ("1", "1")
    return ada


def etag(client: FlaskClient, address: str, who: Somebody) -> str:
    found = client.get(address, headers=who.headers).headers["ETag"]
    assert found.startswith('"')  # a strong one
    return found


def change(client: FlaskClient, address: str, who: Somebody, seen: str, method: str = "PATCH", **body: str) -> Any:
    headers = {**who.headers, "If-Match": seen}
    return client.open(address, method=method, headers=headers, json=body or EDITS[address])


@pytest.mark.parametrize("address", EDITS)
class TestEdits:
    def test_what_one_has_seen_can_be_edited(self, client: FlaskClient, written: Somebody, address: str) -> None:
        seen = etag(client, address, written)
        edited = change(client, address, written, seen)
        assert edited.status_code == 200
        assert edited.headers["ETag"] == etag(client, address, written) != seen

    def test_what_was_edited_meanwhile_is_shown_instead(
        self, client: FlaskClient, written: Somebody, engine: Engine, address: str
    ) -> None:
        seen = etag(client, address, written)
        change(client, address, written, seen)
        for method in ("PATCH", "DELETE") if address != "/api/me" else ("PATCH",):
            with nothing_changes(engine):
                refusal = change(client, address, written, seen, method)
            assert refusal.status_code == 412
            assert refusal.content_type == "application/problem+json"
            found = refusal.get_json()
            assert found["current"] == data(client.get(address, headers=written.headers))
            assert refusal.headers["ETag"] == etag(client, address, written)
        assert change(client, address, written, refusal.headers["ETag"]).status_code == 200

    def test_any_of_several_will_do_and_so_does_whatever_is_there(
        self, client: FlaskClient, written: Somebody, address: str
    ) -> None:
        assert change(client, address, written, f'"nothing", {etag(client, address, written)}').status_code == 200
        assert change(client, address, written, "*").status_code == 200
        assert change(client, address, written, f"W/{etag(client, address, written)}").status_code == 200

    def test_an_etag_of_nothing_matches_nothing(self, client: FlaskClient, written: Somebody, address: str) -> None:
        for odd in ('"x"', '""', 'W/"x"', '"x", "y"', '"*"'):
            assert change(client, address, written, odd).status_code == 412, odd

    def test_without_it_the_last_one_wins(self, client: FlaskClient, written: Somebody, address: str) -> None:
        for text in ("first", "second"):
            body = dict.fromkeys(EDITS[address], text)
            assert client.patch(address, headers=written.headers, json=body).status_code == 200


def test_a_like_or_a_comment_is_no_reason_to_refuse_an_edit(
    client: FlaskClient, written: Somebody, bob: Somebody
) -> None:
    seen = etag(client, "/api/posts/1", written)
    client.post("/api/posts/1/likes", headers=bob.headers)
    comment(client, bob, "1")
    assert etag(client, "/api/posts/1", written) != seen
    assert change(client, "/api/posts/1", written, seen).status_code == 200


@pytest.mark.parametrize("address", ["/api/posts/1", "/api/posts/1/comments/1"])
def test_what_one_has_seen_can_be_deleted(client: FlaskClient, written: Somebody, address: str) -> None:
    assert change(client, address, written, etag(client, address, written), "DELETE").status_code == 204
    assert client.get(address).status_code == 404


def test_the_etag_of_what_was_just_written_is_good_for_an_edit(client: FlaskClient, ada: Somebody) -> None:
    new = client.post("/api/posts", headers=ada.headers, json={"body": "a"})
    assert new.headers["ETag"] == etag(client, "/api/posts/1", ada)
    assert change(client, "/api/posts/1", ada, new.headers["ETag"]).status_code == 200


def test_others_are_not_let_in_by_an_etag(client: FlaskClient, written: Somebody, bob: Somebody) -> None:
    for seen in (etag(client, "/api/posts/1", written), '"x"'):
        assert change(client, "/api/posts/1", bob, seen).status_code == 403


PUBLIC = [
    "/api/posts", "/api/posts?feed=user&username=ada", "/api/posts/1", "/api/posts/1/comments",
    "/api/posts/1/comments/1", "/api/posts/1/likes", "/api/users/ada", "/api/users/ada/followers",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_what_anybody_may_keep_is_not_sent_twice(client: FlaskClient, written: Somebody, address: str) -> None:
    first = client.get(address)
    assert first.headers["Cache-Control"] == "public, no-cache"
    for method in ("GET", "HEAD"):
        for known in (first.headers["ETag"], f"W/{first.headers['ETag']}", f'"x", {first.headers["ETag"]}', "*"):
            again = client.open(address, method=method, headers={"If-None-Match": known})
            assert (again.status_code, again.data) == (304, b"")
            for name in ("ETag", "Cache-Control", "Vary"):
                assert again.headers[name] == first.headers[name]
            assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]
            assert "Content-Type" not in again.headers
        assert client.open(address, method=method, headers={"If-None-Match": '"x"'}).status_code == 200


@pytest.mark.parametrize("address", PUBLIC)
def test_head_says_what_get_would(client: FlaskClient, written: Somebody, address: str) -> None:
    head, get = client.head(address), client.get(address)
    assert head.data == b""
    for name in ("ETag", "Content-Length", "Content-Type", "Vary", "Cache-Control"):
        assert head.headers[name] == get.headers[name]


def test_every_change_of_an_answer_changes_its_etag(client: FlaskClient, written: Somebody, bob: Somebody) -> None:
    seen: dict[str, set[str]] = {address: set() for address in PUBLIC}
    bodies: dict[str, set[bytes]] = {address: set() for address in PUBLIC}
    for write in (
        lambda: None,
        lambda: client.patch("/api/posts/1", headers=written.headers, json={"body": "new"}),
        lambda: client.patch("/api/posts/1/comments/1", headers=written.headers, json={"body": "new"}),
        lambda: client.post("/api/posts/1/likes", headers=bob.headers),
        lambda: client.post("/api/users/ada/followers", headers=bob.headers),
        lambda: client.patch("/api/me", headers=written.headers, json={"display_name": "A"}),
        lambda: publish(client, written, "another"),
        lambda: comment(client, bob, "1"),
        lambda: client.patch("/api/me", headers=bob.headers, json={"display_name": "B"}),
    ):
        write()
        for address in PUBLIC:
            answer = client.get(address)
            seen[address].add(answer.headers["ETag"])
            bodies[address].add(answer.data)
    for address in PUBLIC:
        assert len(seen[address]) == len(bodies[address]) > 1, address


def test_what_is_one_persons_is_kept_by_nobody_else(client: FlaskClient, written: Somebody) -> None:
    for address in PUBLIC:
        answer = client.get(address, headers=written.headers)
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.vary.as_set() == {"authorization", "accept-encoding"}
    mine, others = client.get("/api/posts/1", headers=written.headers), client.get("/api/posts/1")
    assert mine.headers["ETag"] != others.headers["ETag"]
