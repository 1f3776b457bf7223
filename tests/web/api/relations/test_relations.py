"""Blocks and mutes: seen from both sides in every view there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web.api.calls import comment, data, problem, publish

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.support.people import Somebody


@pytest.fixture
def scene(client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody) -> dict[str, str]:
    """Ada and bob follow each other; each has a post and an answer under cyd's, which both like; cyd follows both."""
    posts = {who.username: publish(client, who, f"Of {who.username}") for who in (ada, bob, cyd)}
    comments = {who.username: comment(client, who, posts["cyd"]) for who in (ada, bob)}
    for who in (ada, bob):
        data(client.post(f"/api/posts/{posts['cyd']}/likes", headers=who.headers), 201)
    for follower, followee in ((ada, "bob"), (bob, "ada"), (cyd, "ada"), (cyd, "bob"), (ada, "cyd"), (bob, "cyd")):
        data(client.post(f"/api/users/{followee}/followers", headers=follower.headers), 201)
    return {**posts, **{f"comment of {name}": id_ for name, id_ in comments.items()}}


def block(client: FlaskClient, who: Somebody, name: str, status: int = 201) -> None:
    assert data(client.post(f"/api/users/{name}/blocks", headers=who.headers), status) == {"blocking": True}


def mute(client: FlaskClient, who: Somebody, name: str, status: int = 201) -> None:
    assert data(client.post(f"/api/users/{name}/mutes", headers=who.headers), status) == {"muting": True}


def names(client: FlaskClient, who: Somebody | None, address: str) -> set[str]:
    """Give whose things stand in a list."""
    items = data(client.get(address, headers=who.headers if who else {}))["items"]
    return {each.get("author", each)["username"] for each in items}


LISTS = (
    "/api/posts?feed=home",
    "/api/posts?feed=public",
    "/api/posts?ids=1,2,3",
    "/api/posts/{cyd}/comments",
    "/api/posts/{cyd}/likes",
    "/api/users/cyd/followers",
    "/api/users/cyd/following",
    "/api/suggestions",
    "/api/search?q=of",
    "/api/search?q=said&kind=comments",
    "/api/search?q=bob&kind=people",
    "/api/search?q=ada&kind=people",
)
GONE = (
    ("GET", "/api/posts/{other}"),
    ("GET", "/api/posts/{other}/comments"),
    ("GET", "/api/posts/{other}/likes"),
    ("POST", "/api/posts/{other}/likes"),
    ("DELETE", "/api/posts/{other}/likes"),
    ("POST", "/api/posts/{other}/bookmarks"),
    ("POST", "/api/posts/{other}/comments"),
    ("GET", "/api/posts/{cyd}/comments/{comment}"),
    ("GET", "/api/posts?feed=user&username={name}"),
    ("GET", "/api/users/{name}/followers"),
    ("GET", "/api/users/{name}/following"),
    ("POST", "/api/users/{name}/followers"),
)


def test_neither_sees_anything_of_the_other_in_any_list(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody, scene: dict[str, str]
) -> None:
    def seen(who: Somebody | None) -> set[str]:
        addresses = [each.format(**scene) for each in LISTS if who or not ("home" in each or "suggest" in each)]
        return set[str]().union(*(names(client, who, address) for address in addresses))

    for _ in range(2):  # cold and warm
        assert all(seen(who) >= {"ada", "bob"} for who in (ada, bob, cyd, None))
    block(client, ada, "bob")
    for _ in range(2):
        assert "bob" not in seen(ada)
        assert "ada" not in seen(bob)
        assert seen(cyd) >= {"ada", "bob"} <= seen(None)
    data(client.delete("/api/users/bob/blocks", headers=ada.headers))
    assert {"ada", "bob"} <= seen(ada) & seen(bob)


@pytest.mark.parametrize(("method", "address"), GONE)
def test_each_is_not_there_for_the_other(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody, scene: dict[str, str], method: str, address: str
) -> None:
    sent = {"body": "text"} if address.endswith("/comments") and method == "POST" else None
    sides = ((ada, "bob"), (bob, "ada"))

    def asked(who: Somebody, other: str) -> Any:
        ids = {"name": other, "other": scene[other], "comment": scene[f"comment of {other}"], "cyd": scene["cyd"]}
        return client.open(address.format(**ids), method=method, headers=who.headers, json=sent)

    assert all(asked(*side).status_code < 300 for side in sides)
    block(client, ada, "bob")
    for side in sides:
        problem(asked(*side), 404)
    data(client.delete("/api/users/bob/blocks", headers=ada.headers))
    assert all(asked(*side).status_code < 300 for side in sides)


def test_only_the_blocker_finds_the_profile_and_can_undo_it(
    client: FlaskClient, ada: Somebody, bob: Somebody, scene: dict[str, str]
) -> None:
    block(client, ada, "bob")
    found = data(client.get("/api/users/bob", headers=ada.headers))
    assert (found["blocking"], found["muting"], found["following"]) == (True, False, False)
    assert data(client.get(f"/api/users/by-id/{bob.id}", headers=ada.headers)) == found
    for address in ("/api/users/ada", f"/api/users/by-id/{ada.id}"):
        problem(client.get(address, headers=bob.headers), 404)
    for method in ("POST", "DELETE"):
        for which in ("blocks", "mutes"):
            problem(client.open(f"/api/users/ada/{which}", method=method, headers=bob.headers), 404)
    assert "blocking" not in data(client.get("/api/users/bob"))
    assert data(client.delete("/api/users/bob/blocks", headers=ada.headers)) == {"blocking": False}
    assert data(client.get("/api/users/ada", headers=bob.headers))["blocking"] is False


def test_follows_end_both_ways_and_do_not_come_again(
    client: FlaskClient, ada: Somebody, bob: Somebody, scene: dict[str, str]
) -> None:
    def counts(name: str) -> tuple[int, int]:
        found = data(client.get(f"/api/users/{name}"))
        return found["followers_count"], found["following_count"]

    assert (counts("ada"), counts("bob")) == ((2, 2), (2, 2))
    block(client, ada, "bob")
    assert (counts("ada"), counts("bob")) == ((1, 1), (1, 1))
    data(client.delete("/api/users/bob/blocks", headers=ada.headers))
    assert (counts("ada"), counts("bob")) == ((1, 1), (1, 1))


def test_either_may_block_the_other_only_while_they_find_them(
    client: FlaskClient, ada: Somebody, bob: Somebody
) -> None:
    block(client, ada, "bob")
    problem(client.post("/api/users/ada/blocks", headers=bob.headers), 404)
    block(client, ada, "bob", 200)
    problem(client.post("/api/users/ada/blocks", headers=ada.headers), 422)
    problem(client.post("/api/users/ada/mutes", headers=ada.headers), 422)
    problem(client.post("/api/users/nobody/blocks", headers=ada.headers), 404)


def test_lists_of_ones_own(client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody) -> None:
    for which, write in (("blocks", block), ("mutes", mute)):
        address = f"/api/me/{which}"
        assert data(client.get(address, headers=ada.headers))["items"] == []
        for name in ("bob", "cyd"):
            if which == "blocks":
                data(client.delete(f"/api/users/{name}/blocks", headers=ada.headers))
            write(client, ada, name)
        first = data(client.get(f"{address}?limit=1", headers=ada.headers))
        assert [each["username"] for each in first["items"]] == ["cyd"]
        second = data(client.get(f"{address}?limit=1&cursor={first['next_cursor']}", headers=ada.headers))
        assert ([each["username"] for each in second["items"]], second["next_cursor"]) == (["bob"], None)
        problem(client.get(address), 401)
        assert data(client.get(address, headers=bob.headers))["items"] == []


def test_who_is_muted_is_not_in_feeds_and_threads_and_is_found_elsewhere(
    client: FlaskClient, ada: Somebody, bob: Somebody, scene: dict[str, str]
) -> None:
    mute(client, ada, "bob")
    mute(client, ada, "bob", 200)
    hidden = ("/api/posts?feed=home", "/api/posts?feed=public", f"/api/posts/{scene['cyd']}/comments")
    shown = (
        *("/api/posts?feed=user&username=bob", "/api/posts?ids=1,2,3", f"/api/posts/{scene['cyd']}/likes"),
        *("/api/users/cyd/followers", "/api/search?q=of", "/api/search?q=said&kind=comments"),
    )
    for address in hidden:
        assert "bob" not in names(client, ada, address)
        assert "ada" in names(client, bob, address), "who is muted does not learn of it"
    for address in shown:
        assert "bob" in names(client, ada, address)
    found = data(client.get("/api/users/bob", headers=ada.headers))
    assert (found["muting"], found["blocking"], found["following"]) == (True, False, True)
    assert data(client.get(f"/api/posts/{scene['bob']}", headers=ada.headers))["author"]["username"] == "bob"
    assert data(client.delete("/api/users/bob/mutes", headers=ada.headers)) == {"muting": False}
    for address in hidden:
        assert "bob" in names(client, ada, address)


def test_a_page_that_became_short_says_where_it_goes_on(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody
) -> None:
    writers = [bob, cyd, bob, bob, bob, cyd, bob]
    written = [publish(client, who, "text") for who in writers]
    block(client, ada, "bob")
    found: list[str] = []
    pages, cursor = 0, ""
    while pages == 0 or cursor:
        page = data(client.get(f"/api/posts?feed=public&limit=2{cursor}", headers=ada.headers))
        found += [each["id"] for each in page["items"]]
        pages += 1
        cursor = f"&cursor={page['next_cursor']}" if page["next_cursor"] else ""
    assert found == [id_ for id_, who in zip(written, writers, strict=True) if who is cyd][::-1]
    assert pages == 4


def test_no_more_than_so_many(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody, monkeypatch: Any
) -> None:
    for module in ("blocks", "mutes"):
        monkeypatch.setattr(f"feedapp.services.people.relations.{module}.MOST", 1)
    for which, verb in (("mutes", "mute"), ("blocks", "block")):
        data(client.post(f"/api/users/bob/{which}", headers=ada.headers), 201)
        refused = problem(client.post(f"/api/users/cyd/{which}", headers=ada.headers), 409)
        assert f"You {verb} 1 people" in refused["detail"]
        assert data(client.get("/api/users/cyd", headers=ada.headers))["blocking"] is False
