"""Posts for followers only, and people who are silenced: seen in every view by whom they are for, and nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.apps import services
from tests.web.api.calls import comment, data, problem, publish

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.support.people import Somebody

LISTS = (
    "/api/posts?feed=public",
    "/api/posts?feed=user&username=ada",
    "/api/posts?ids=1,2",
    "/api/search?q=secret",
    "/api/search?q=whisper&kind=comments",
    "/api/users/ada/comments",
    "/api/users/bob/likes",
    "/api/users/bob/comments",
)
ONE = (
    ("GET", "/api/posts/1"),
    ("GET", "/api/posts/1/comments"),
    ("GET", "/api/posts/1/comments/1"),
    ("GET", "/api/posts/1/likes"),
    ("POST", "/api/posts/1/likes"),
    ("POST", "/api/posts/1/bookmarks"),
    ("POST", "/api/posts/1/comments"),
)


@pytest.fixture
def secret(client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody) -> None:
    """Ada has a post for her followers with an answer of hers, and one for all; bob follows her, cyd does not."""
    sent = {"body": "A secret", "visibility": "followers"}
    made = data(client.post("/api/posts", headers=ada.headers, json=sent), 201)
    assert (made["id"], made["visibility"]) == ("1", "followers")
    publish(client, ada, "No secret")
    comment(client, ada, "1", "A whisper")
    data(client.post("/api/users/ada/followers", headers=bob.headers), 201)


def bodies(client: FlaskClient, who: Somebody | None, address: str) -> list[str]:
    answer = client.get(address, headers=who.headers if who else {})
    return [each["body"] for each in data(answer)["items"]]


@pytest.mark.parametrize("address", LISTS)
def test_only_followers_and_the_author_have_it_in_lists(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody, secret: None, address: str
) -> None:
    mine = {"A secret", "A whisper"}
    data(client.post("/api/posts/1/likes", headers=bob.headers), 201)
    comment(client, bob, "1", "A whisper")
    for _ in range(2):
        for who in (bob, ada):
            assert mine & set(bodies(client, who, address)), who.username
        for other in (cyd, None):
            assert not mine & set(bodies(client, other, address))
    data(client.delete("/api/users/ada/followers", headers=bob.headers))
    assert not mine & set(bodies(client, bob, address))
    data(client.post("/api/users/ada/followers", headers=cyd.headers), 201)
    assert mine & set(bodies(client, cyd, address))
    data(client.post("/api/users/cyd/blocks", headers=ada.headers), 201)
    if "user" not in address:
        assert not mine & set(bodies(client, cyd, address))


@pytest.mark.parametrize(("method", "address"), ONE)
def test_it_is_not_there_for_others(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody, secret: None, method: str, address: str
) -> None:
    sent = {"body": "text"} if method == "POST" and address.endswith("/comments") else None

    def asked(who: Somebody) -> Any:
        return client.open(address, method=method, headers=who.headers, json=sent)

    assert asked(bob).status_code < 300
    assert asked(ada).status_code < 300
    problem(asked(cyd), 404)
    if method == "GET":
        problem(client.get(address), 404)
    data(client.delete("/api/users/ada/followers", headers=bob.headers))
    problem(asked(bob), 404)


def test_home_has_it_and_loses_it(client: FlaskClient, bob: Somebody, secret: None) -> None:
    assert bodies(client, bob, "/api/posts?feed=home") == ["No secret", "A secret"]
    data(client.delete("/api/users/ada/followers", headers=bob.headers))
    assert bodies(client, bob, "/api/posts?feed=home") == []


def test_its_author_edits_it_and_who_sees_it_stays(client: FlaskClient, ada: Somebody, secret: None) -> None:
    sent = {"body": "Still a secret", "visibility": "public"}
    assert data(client.patch("/api/posts/1", headers=ada.headers, json=sent))["visibility"] == "followers"


@pytest.mark.parametrize("visibility", ["", "friends", None, 1])
def test_no_other_visibility(client: FlaskClient, ada: Somebody, visibility: Any) -> None:
    refused = client.post("/api/posts", headers=ada.headers, json={"body": "text", "visibility": visibility})
    assert problem(refused, 422)["errors"][0]["field"] == "visibility"


def silence(client: FlaskClient, who: Somebody, *, silenced: bool = True) -> None:
    with client.application.app_context():
        parts = services(client.application)
        with parts.unit_of_work() as work:
            assert parts.silence.change(work, who.id, silenced=silenced)
        with parts.unit_of_work() as work:
            assert not parts.silence.change(work, who.id, silenced=silenced)


def test_who_is_silenced_is_heard_by_followers_only(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody
) -> None:
    publish(client, ada, "loud")
    comment(client, ada, publish(client, cyd), "loud too")
    data(client.post("/api/users/ada/followers", headers=bob.headers), 201)
    quiet = ("/api/posts?feed=public", "/api/search?q=loud", "/api/search?q=loud&kind=comments")

    def heard(who: Somebody | None) -> list[bool]:
        said = [any("loud" in body for body in bodies(client, who, address)) for address in quiet]
        found = data(client.get("/api/search?q=ada&kind=people", headers=who.headers if who else {}))["items"]
        return [*said, bool(found)]

    for who in (ada, bob, cyd, None):
        assert heard(who) == [True] * 4
    assert "ada" in [each["username"] for each in data(client.get("/api/suggestions", headers=cyd.headers))["items"]]
    silence(client, ada)
    for who in (ada, bob):
        assert heard(who) == [True] * 4
    for other in (cyd, None):
        assert heard(other) == [False] * 4
    assert "ada" not in [
        each["username"] for each in data(client.get("/api/suggestions", headers=cyd.headers))["items"]
    ]
    assert bodies(client, cyd, "/api/posts?feed=user&username=ada") == ["loud"], "whoever looks for them finds them"
    data(client.post("/api/users/ada/followers", headers=cyd.headers), 201)
    assert heard(cyd) == [True] * 4
    data(client.delete("/api/users/ada/followers", headers=cyd.headers))
    assert heard(cyd) == [False] * 4
    silence(client, ada, silenced=False)
    assert heard(None) == heard(cyd) == [True] * 4
