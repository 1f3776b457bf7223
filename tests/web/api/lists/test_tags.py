from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.services.content.tags import MOST_FOLLOWED
from feedapp.text.tags import MOST_TAGS
from tests.web.api.calls import data, fields_at_fault, links, nothing_changes, problem, publish

if TYPE_CHECKING:
    import pytest
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody


def bodies(client: FlaskClient, query: str, who: Somebody | None = None) -> list[str]:
    found = data(client.get(f"/api/posts?{query}", headers=who.headers if who else {}))
    return [post["body"] for post in found["items"]]


def tag(client: FlaskClient, name: str, who: Somebody | None = None) -> tuple[int, int, bool | None]:
    found = data(client.get(f"/api/tags/{name}", headers=who.headers if who else {}))
    return found["posts_count"], found["followers_count"], found["following"]


def test_a_post_has_the_tags_of_its_text_and_is_found_by_them(client: FlaskClient, ada: Somebody) -> None:
    for name in ("gardening", "園芸", "other"):
        assert bodies(client, f"feed=tag&tag={name}") == []
        assert tag(client, name) == (0, 0, None)
    number = publish(client, ada, "Beans! #Gardening と#園芸 #gardening")
    assert data(client.get(f"/api/posts/{number}"))["tags"] == ["gardening", "園芸"]
    publish(client, ada, "second #gardening")
    assert bodies(client, "feed=tag&tag=GARDENING") == ["second #gardening", "Beans! #Gardening と#園芸 #gardening"]
    assert bodies(client, "tag=園芸") == ["Beans! #Gardening と#園芸 #gardening"]
    assert tag(client, "Gardening") == (2, 0, None)
    client.patch(f"/api/posts/{number}", headers=ada.headers, json={"body": "now #other"})
    assert [bodies(client, f"tag={name}") for name in ("gardening", "園芸", "other")] == [
        ["second #gardening"],
        [],
        ["now #other"],
    ]
    assert [tag(client, name)[0] for name in ("gardening", "園芸", "other")] == [1, 0, 1]
    client.delete(f"/api/posts/{number}", headers=ada.headers)
    assert (bodies(client, "tag=other"), tag(client, "other")) == ([], (0, 0, None))


def test_the_posts_of_a_tag_come_in_pages_both_ways(client: FlaskClient, ada: Somebody) -> None:
    for number in range(5):
        publish(client, ada, f"{number} #beans")
    first = client.get("/api/posts?tag=beans&limit=2")
    rest = client.get(links(first)["next"])
    assert [post["body"] for post in data(rest)["items"]] == ["2 #beans", "1 #beans"]
    assert data(client.get(links(rest)["prev"]))["items"] == data(first)["items"]
    problem(client.get(f"/api/posts?feed=public&cursor={data(first)['next_cursor']}"), 400)


def test_a_followed_tags_posts_are_at_home_once_and_only_while_it_is_followed(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody
) -> None:
    old = publish(client, ada, "old #beans")
    assert bodies(client, "feed=home", bob) == []
    followed = client.post("/api/tags/Beans/followers", headers=bob.headers)
    assert data(followed, 201) == {"name": "beans", "posts_count": 1, "followers_count": 1, "following": True}
    assert data(client.post("/api/tags/beans/followers", headers=bob.headers), 200) == data(followed, 201)
    client.post("/api/tags/plums/followers", headers=bob.headers)
    client.post("/api/users/cyd/followers", headers=bob.headers)
    assert bodies(client, "feed=home", bob) == ["old #beans"]
    publish(client, cyd, "cyd #plums #beans")
    publish(client, ada, "neither")
    number = publish(client, ada, "ada #plums")
    assert bodies(client, "feed=home", bob) == ["ada #plums", "cyd #plums #beans", "old #beans"]
    assert bodies(client, "feed=home", cyd) == ["cyd #plums #beans"]
    client.patch(f"/api/posts/{number}", headers=ada.headers, json={"body": "ada"})
    assert bodies(client, "feed=home", bob) == ["cyd #plums #beans", "old #beans"]
    client.patch(f"/api/posts/{number}", headers=ada.headers, json={"body": "ada #beans"})
    assert bodies(client, "feed=home", bob) == ["ada #beans", "cyd #plums #beans", "old #beans"]
    client.delete(f"/api/posts/{old}", headers=ada.headers)
    assert bodies(client, "feed=home", bob) == ["ada #beans", "cyd #plums #beans"]
    assert tag(client, "beans", bob) == (2, 1, True)
    assert tag(client, "beans", ada) == (2, 1, False)
    for _ in range(2):
        assert data(client.delete("/api/tags/beans/followers", headers=bob.headers))["followers_count"] == 0
    assert bodies(client, "feed=home", bob) == ["cyd #plums #beans"]


def test_the_home_feed_with_tags_is_walked_whole_both_ways(client: FlaskClient, ada: Somebody, bob: Somebody) -> None:
    """Many tags have the same newest post, so that those of one alone come last."""
    names = [f"t{number}" for number in range(12)]
    for name in [*names, "alone"]:
        client.post(f"/api/tags/{name}/followers", headers=bob.headers)
    written = [publish(client, ada, f"alone {number} #alone") for number in range(3)]
    written += [publish(client, ada, " ".join(f"#{name}" for name in names)) for _ in range(3)]
    written.append(publish(client, bob, "own #t1"))
    walked, cursor, prev = [], "", None
    while cursor is not None:
        page = data(client.get(f"/api/posts?feed=home&limit=1{cursor}", headers=bob.headers))
        walked += [post["id"] for post in page["items"]]
        prev = page["prev_cursor"] or prev
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    assert walked == written[::-1]
    back = []
    while prev is not None:
        page = data(client.get(f"/api/posts?feed=home&limit=2&cursor={prev}", headers=bob.headers))
        back = [post["id"] for post in page["items"]] + back
        prev = page["prev_cursor"] if page["items"] else None
    assert back == written[:0:-1]


def test_a_tag_with_very_many_followers_reaches_them_all(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who in (bob, cyd):
        client.post("/api/tags/beans/followers", headers=who.headers)
        assert bodies(client, "feed=home", who) == []
    monkeypatch.setattr("feedapp.services.content.tagging.FANOUT", 1)
    publish(client, ada, "new #beans")
    for who in (bob, cyd):
        assert bodies(client, "feed=home", who) == ["new #beans"]


def test_the_most_used_tags_are_those_of_most_people(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody, engine: Engine
) -> None:
    assert data(client.get("/api/tags"))["items"] == []
    for _ in range(3):
        publish(client, ada, "#mine")
    old = publish(client, ada, "#past")
    assert [each["name"] for each in data(client.get("/api/tags"))["items"]] == ["mine", "past"]
    for who in (bob, cyd):
        publish(client, who, "#ours")
    client.post("/api/tags/ours/followers", headers=bob.headers)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE post_tags SET created_at = now() - interval '8 days' WHERE post_id = %s", (old,)
        )
    publish(client, ada, "#first")
    found = data(client.get("/api/tags?limit=2", headers=bob.headers))["items"]
    assert [(each["name"], each["posts_count"], each["following"]) for each in found] == [
        ("ours", 2, True),
        ("mine", 3, False),
    ]


def test_what_is_no_tag_is_refused(client: FlaskClient, ada: Somebody, engine: Engine) -> None:
    with nothing_changes(engine):
        for name in ("2026", "a-b", "_", "x" * 101, "a b"):
            problem(client.get(f"/api/tags/{name}"), 404)
            problem(client.post(f"/api/tags/{name}/followers", headers=ada.headers), 404)
            assert fields_at_fault(client.get(f"/api/posts?feed=tag&tag={name}"), 400) == {"tag"}
        assert fields_at_fault(client.get("/api/posts?feed=tag"), 400) == {"tag"}
        assert fields_at_fault(client.get("/api/posts?feed=public&tag=beans"), 400) == {"tag"}
        problem(client.post("/api/tags/beans/followers"), 401)
        data(client.delete("/api/tags/beans/followers", headers=ada.headers))


def test_somebody_follows_a_bounded_number_of_tags(client: FlaskClient, ada: Somebody, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "WITH added AS (INSERT INTO tags (name, followers) SELECT 'tag' || n, 1 FROM generate_series(1, %s) AS n "
            "RETURNING id) INSERT INTO tag_follows (user_id, tag_id) SELECT 1, id FROM added",
            (MOST_FOLLOWED,),
        )
    refused = problem(client.post("/api/tags/beans/followers", headers=ada.headers), 409)
    assert refused["code"] == "too_many_tags"
    data(client.delete("/api/tags/tag1/followers", headers=ada.headers))
    data(client.post("/api/tags/beans/followers", headers=ada.headers), 201)


def test_a_text_has_a_bounded_number_of_tags(client: FlaskClient, ada: Somebody) -> None:
    number = publish(client, ada, " ".join(f"#tag{number}" for number in range(MOST_TAGS + 5)))
    assert len(data(client.get(f"/api/posts/{number}"))["tags"]) == MOST_TAGS
    assert bodies(client, f"tag=tag{MOST_TAGS}") == []


def test_what_leaves_takes_its_tags_along(client: FlaskClient, ada: Somebody, app: Flask) -> None:
    publish(client, ada, "#beans #plums")
    publish(client, ada, "#plums")
    client.post("/api/tags/beans/followers", headers=ada.headers)
    done = app.test_cli_runner().invoke(args=["user", "delete", "ada", "--yes", "--now"])
    assert done.exit_code == 0, done.output
    assert [tag(client, name) for name in ("beans", "plums")] == [(0, 0, None), (0, 0, None)]
    assert data(client.get("/api/tags"))["items"] == []


def test_what_is_hidden_has_no_tags_until_it_is_shown_again(
    client: FlaskClient, ada: Somebody, bob: Somebody, services: Services
) -> None:
    services.roles.assign(username="bob", role="moderator")
    number = publish(client, ada, "old #beans")
    client.post("/api/tags/beans/followers", headers=bob.headers)
    address = f"/api/posts/{number}/hiding"
    for _ in range(2):
        assert bodies(client, "feed=home", bob) == bodies(client, "tag=beans") == ["old #beans"]
        data(client.post(address, headers=bob.headers, json={"reason": "spam"}), 201)
        assert (bodies(client, "tag=beans"), bodies(client, "feed=home", bob)) == ([], [])
        assert (tag(client, "beans"), data(client.get("/api/tags"))["items"]) == ((0, 1, None), [])
        client.patch(f"/api/posts/{number}", headers=ada.headers, json={"body": "new #beans"})
        assert bodies(client, "tag=beans") == []
        client.patch(f"/api/posts/{number}", headers=ada.headers, json={"body": "old #beans"})
        data(client.delete(address, headers=bob.headers))


def test_what_is_for_followers_alone_is_in_no_list_of_its_tags_for_others(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody
) -> None:
    client.post("/api/users/ada/followers", headers=bob.headers)
    for who in (bob, cyd):
        client.post("/api/tags/beans/followers", headers=who.headers)
        assert bodies(client, "feed=home", who) == []
    post = {"body": "close #beans", "visibility": "followers"}
    data(client.post("/api/posts", headers=ada.headers, json=post), 201)
    for query in ("feed=home", "tag=beans"):
        assert [bodies(client, query, who) for who in (ada, bob, cyd)] == [["close #beans"], ["close #beans"], []]
    assert bodies(client, "tag=beans") == []
    assert data(client.get("/api/tags"))["items"] == []


def test_who_is_silenced_comes_to_strangers_by_no_tag(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody, services: Services
) -> None:
    client.post("/api/users/ada/followers", headers=bob.headers)
    publish(client, ada, "loud #beans")
    client.post("/api/tags/beans/followers", headers=cyd.headers)
    for silenced in (False, True, False):
        with services.unit_of_work() as work:
            services.silence.change(work, ada.id, silenced=silenced)
        for query in ("feed=home", "tag=beans"):
            assert bodies(client, query, bob) == ["loud #beans"]
            assert bodies(client, query, cyd) == ([] if silenced else ["loud #beans"])


def test_search_finds_tags_and_posts_by_their_tags(client: FlaskClient, ada: Somebody) -> None:
    for body in ("#garden #gardens", "#gardening #garden", "gardening without"):
        publish(client, ada, body)
    found = data(client.get("/api/search?kind=tags&q=Garden&limit=2"))
    assert [each["name"] for each in found["items"]] == ["garden", "gardening"]
    rest = data(client.get(f"/api/search?kind=tags&q=Garden&limit=2&cursor={found['next_cursor']}"))
    assert ([each["name"] for each in rest["items"]], rest["next_cursor"]) == (["gardens"], None)
    assert data(client.get("/api/search?kind=tags&q=%23gardens"))["items"][0]["posts_count"] == 1
    assert data(client.get("/api/search?kind=tags&q=other"))["items"] == []
    assert [each["body"] for each in data(client.get("/api/search?tag=GARDENING"))["items"]] == ["#gardening #garden"]
    assert [each["body"] for each in data(client.get("/api/search?q=tag:garden"))["items"]] == [
        "#gardening #garden",
        "#garden #gardens",
    ]
