"""Posts by when something was last written under them: `feed=active`, and /active."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from tests.support.costs import cost_of
from tests.web.api.calls import comment, data, problem, publish
from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from tests.support.people import Somebody

ACTIVE = "/api/posts?feed=active"


def listed(client: FlaskClient, who: Somebody | None = None, more: str = "") -> list[str]:
    found = data(client.get(f"{ACTIVE}{more}", headers=who.headers if who else {}))
    return [each["id"] for each in found["items"]]


@pytest.fixture
def posts(client: FlaskClient, ada: Somebody) -> list[str]:
    return [publish(client, ada, f"post {n}") for n in range(1, 4)]


def test_a_comment_brings_its_post_to_the_front_and_its_deletion_back(
    client: FlaskClient, ada: Somebody, bob: Somebody, posts: list[str]
) -> None:
    first, second, third = posts
    assert listed(client) == [third, second, first]
    lower = comment(client, bob, first, "up")
    assert listed(client) == [first, third, second]
    upper = comment(client, bob, second, "up")
    assert listed(client) == [second, first, third]
    again = comment(client, bob, second, "once more")
    client.delete(f"/api/posts/{second}/comments/{again}", headers=bob.headers)
    assert listed(client) == [second, first, third], "its other comment is still the latest"
    client.delete(f"/api/posts/{second}/comments/{upper}", headers=bob.headers)
    assert listed(client) == [first, third, second]
    client.delete(f"/api/posts/{first}/comments/{lower}", headers=bob.headers)
    assert listed(client) == [third, second, first]
    client.delete(f"/api/posts/{second}", headers=ada.headers)
    assert listed(client) == [third, first]


def test_an_answered_comment_that_is_deleted_tells_of_nothing(
    client: FlaskClient, ada: Somebody, bob: Somebody, posts: list[str]
) -> None:
    first, second, third = posts
    asked = comment(client, bob, first, "question")
    sent = {"body": "answer", "in_reply_to": asked}
    answer = data(client.post(f"/api/posts/{first}/comments", headers=ada.headers, json=sent), 201)["id"]
    comment(client, bob, second, "between")
    client.delete(f"/api/posts/{first}/comments/{answer}", headers=ada.headers)
    client.delete(f"/api/posts/{first}/comments/{asked}", headers=bob.headers)
    assert listed(client) == [second, third, first]


def test_it_is_walked_both_ways_with_cursors_of_its_own(client: FlaskClient, bob: Somebody, posts: list[str]) -> None:
    first, second, third = posts
    comment(client, bob, first, "up")
    page = data(client.get(f"{ACTIVE}&limit=2"))
    assert [each["id"] for each in page["items"]] == [first, third]
    rest = data(client.get(f"{ACTIVE}&limit=2&cursor={page['next_cursor']}"))
    assert [each["id"] for each in rest["items"]] == [second]
    assert rest["next_cursor"] is None
    back = data(client.get(f"{ACTIVE}&limit=2&cursor={rest['prev_cursor']}"))
    assert [each["id"] for each in back["items"]] == [first, third]
    problem(client.get(f"/api/posts?feed=public&cursor={page['next_cursor']}"), 400)


def test_what_a_reader_does_not_see_is_not_in_it(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody, posts: list[str]
) -> None:
    sent = {"body": "for followers", "visibility": "followers"}
    limited = data(client.post("/api/posts", headers=ada.headers, json=sent), 201)["id"]
    client.post("/api/users/ada/followers", headers=bob.headers)
    assert listed(client, bob)[0] == limited
    assert limited not in listed(client, cyd)
    assert limited not in listed(client)
    client.post("/api/users/ada/blocks", headers=cyd.headers)
    assert listed(client, cyd) == []
    assert listed(client, ada) == [limited, *reversed(posts)]


def test_warm_it_costs_no_sql(client: FlaskClient, bob: Somebody, posts: list[str]) -> None:
    for _ in range(3):
        answer = client.get(ACTIVE, headers=bob.headers)
    assert (cost_of(answer).sql_statements, cost_of(answer).redis_trips) == (0, 1)


def test_what_came_past_feedapp_is_in_its_place(
    client: FlaskClient, bob: Somebody, posts: list[str], engine: Engine
) -> None:
    """Triggers keep it, whoever writes: an import, a seed, an older version of feedapp beside this one."""
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO comments (post_id, author_id, body, created_at) "
                "SELECT :post, :bob, 'past', now() + n * interval '1 minute' FROM generate_series(-9, 9) AS n"
            ),
            {"post": posts[0], "bob": bob.id},
        )
    assert listed(client) == [posts[0], posts[2], posts[1]]


def test_the_page_shows_it_without_scripts(client: FlaskClient, bob: Somebody, posts: list[str]) -> None:
    comment(client, bob, posts[0], "up")
    for who in (Browser(client.application, None), Browser(client.application, bob.session)):
        page = who.get("/active").text
        assert page.index("post 1") < page.index("post 3") < page.index("post 2")
        assert "data-newer" not in page
    assert 'href="/active" aria-current="page"' in page
