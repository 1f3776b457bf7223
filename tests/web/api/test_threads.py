"""Comments that answer comments, and likes of comments."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.web.api.calls import COMMENT_FIELDS, comment, data, fields_at_fault, problem, publish

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from tests.support.people import Somebody


def answer(client: FlaskClient, who: Somebody, post_id: str, answered: str | None, body: str = "text") -> str:
    sent = {"body": body, "in_reply_to": answered}
    made = data(client.post(f"/api/posts/{post_id}/comments", headers=who.headers, json=sent), 201)
    assert made["in_reply_to"] == answered
    assert (made["replies_count"], made["likes_count"], made["liked"]) == (0, 0, False)
    return str(made["id"])


def under(client: FlaskClient, post_id: str, query: str = "", who: Somebody | None = None) -> list[dict[str, Any]]:
    headers = who.headers if who else {}
    found: list[dict[str, Any]] = data(client.get(f"/api/posts/{post_id}/comments{query}", headers=headers))["items"]
    return found


def ids(items: list[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in items]


@pytest.fixture
def thread(client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str) -> dict[str, str]:
    """A with answers B (answered by D) and C; then E; then F, which answers A last."""
    made: dict[str, str] = {}
    for name, answered in (("a", None), ("b", "a"), ("c", "a"), ("d", "b"), ("e", None), ("f", "a")):
        who = (ada, bob)[len(made) % 2]
        made[name] = answer(client, who, post_id, made[answered] if answered else None, name)
    return made


def test_answers_follow_what_they_answer(client: FlaskClient, post_id: str, thread: dict[str, str]) -> None:
    found = under(client, post_id)
    assert [each["body"] for each in found] == ["a", "b", "d", "c", "f", "e"]
    assert [each["replies_count"] for each in found] == [3, 1, 0, 0, 0, 0]
    assert [each["in_reply_to"] for each in found] == [
        *(None, thread["a"], thread["b"], thread["a"], thread["a"]),
        None,
    ]
    assert all(set(each) == COMMENT_FIELDS for each in found)
    assert under(client, post_id, "?order=thread") == found
    assert [each["body"] for each in under(client, post_id, "?order=oldest")] == list("abcdef")
    assert [each["body"] for each in under(client, post_id, "?order=newest")] == list("fedcba")
    assert fields_at_fault(client.get(f"/api/posts/{post_id}/comments?order=best"), 400) == {"order"}


@pytest.mark.parametrize("order", ["thread", "oldest", "newest"])
@pytest.mark.parametrize("limit", [1, 2, 4])
def test_a_walk_goes_through_all_of_them_and_back(
    client: FlaskClient, post_id: str, thread: dict[str, str], order: str, limit: int
) -> None:
    whole = under(client, post_id, f"?order={order}")
    address = f"/api/posts/{post_id}/comments?order={order}&limit={limit}"
    pages = [data(client.get(address))]
    while pages[-1]["next_cursor"]:
        pages.append(data(client.get(f"{address}&cursor={pages[-1]['next_cursor']}")))
    assert [each for page in pages for each in page["items"]] == whole
    for before, after in pairwise(pages):
        assert data(client.get(f"{address}&cursor={after['prev_cursor']}"))["items"] == before["items"]
    other = "oldest" if order == "thread" else "thread"
    cursor = pages[0]["next_cursor"]
    assert fields_at_fault(client.get(f"/api/posts/{post_id}/comments?order={other}&cursor={cursor}"), 400) == {
        "cursor"
    }


def test_a_walk_through_threads_goes_on_while_others_answer_and_delete(
    client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str, thread: dict[str, str]
) -> None:
    address = f"/api/posts/{post_id}/comments?limit=3"
    first = data(client.get(address))
    assert ids(first["items"]) == [thread["a"], thread["b"], thread["d"]]
    assert client.delete(f"/api/posts/{post_id}/comments/{thread['d']}", headers=bob.headers).status_code == 204
    behind = answer(client, ada, post_id, thread["b"])  # stands after the place of the cursor
    rest = data(client.get(f"{address}&cursor={first['next_cursor']}"))
    assert ids(rest["items"]) == [behind, thread["c"], thread["f"]]
    last = data(client.get(f"{address}&cursor={rest['next_cursor']}"))
    assert ids(last["items"]) == [thread["e"]]
    assert client.delete(f"/api/posts/{post_id}/comments/{thread['e']}", headers=ada.headers).status_code == 204
    empty = data(client.get(f"{address}&cursor={rest['next_cursor']}"))
    assert (empty["items"], empty["next_cursor"]) == ([], None)
    back = data(client.get(f"{address}&cursor={empty['prev_cursor']}"))
    assert ids(back["items"]) == [behind, thread["c"], thread["f"]]


def test_a_thread_as_deep_as_it_may_be_stays_in_order(client: FlaskClient, ada: Somebody, post_id: str) -> None:
    made: list[str] = []
    for _ in range(9):
        made.append(answer(client, ada, post_id, made[-1] if made else None))
    assert ids(under(client, post_id)) == made
    beside = answer(client, ada, post_id, made[0])
    assert ids(under(client, post_id)) == [*made, beside]
    assert [each["replies_count"] for each in under(client, post_id)] == [2, *[1] * 7, 0, 0]


def test_what_is_answered_must_be_there(
    client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str, thread: dict[str, str], engine: Engine
) -> None:
    elsewhere = comment(client, ada, publish(client, ada))
    address = f"/api/posts/{post_id}/comments"
    for answered in ("999", elsewhere, "", "x", "-1", "9" * 30, "٣"):
        refusal = client.post(address, headers=bob.headers, json={"body": "text", "in_reply_to": answered})
        assert fields_at_fault(refusal, 422) == {"in_reply_to"}, answered
    kinds: tuple[Any, ...] = (1, [], {}, True)
    for kind in kinds:
        refusal = client.post(address, headers=bob.headers, json={"body": "text", "in_reply_to": kind})
        assert fields_at_fault(refusal, 422) == {"in_reply_to"}
    problem(client.post("/api/posts/99/comments", headers=bob.headers, json={"body": "t", "in_reply_to": "1"}), 404)
    statement = text(
        "INSERT INTO comments (post_id, author_id, body, in_reply_to, under) "
        "SELECT 1, 1, 'text', id, path FROM comments WHERE id = :id"
    )
    with engine.connect() as connection, pytest.raises(IntegrityError, match="fk_comments_in_reply_to"):
        connection.execute(statement, {"id": int(elsewhere)})


def test_an_answered_comment_stays_as_a_stub_until_the_last_answer_goes(
    client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str, thread: dict[str, str], engine: Engine
) -> None:
    def delete(name: str) -> None:
        who = (ada, bob)[list(thread).index(name) % 2]
        answered = client.delete(f"/api/posts/{post_id}/comments/{thread[name]}", headers=who.headers)
        assert answered.status_code == 204, answered.text

    delete("b")
    found = under(client, post_id)
    assert found[1] == {"id": thread["b"], "deleted": True, "in_reply_to": thread["a"]}
    assert found[0]["replies_count"] == 2, "a deleted answer is none"
    assert found[2]["body"] == "d"
    assert data(client.get(f"/api/posts/{post_id}"))["comments_count"] == 5
    for method in ("GET", "PATCH", "DELETE"):
        sent = {"body": "text"} if method == "PATCH" else None
        address = f"/api/posts/{post_id}/comments/{thread['b']}"
        problem(client.open(address, method=method, headers=bob.headers, json=sent), 404)
    problem(client.post(f"/api/posts/{post_id}/comments/{thread['b']}/likes", headers=ada.headers), 404)
    refusal = client.post(
        f"/api/posts/{post_id}/comments", headers=ada.headers, json={"body": "text", "in_reply_to": thread["b"]}
    )
    assert fields_at_fault(refusal, 422) == {"in_reply_to"}
    with engine.connect() as connection:
        left = connection.execute(
            text("SELECT author_id, body FROM comments WHERE id = :id"), {"id": thread["b"]}
        ).one()
    assert tuple(left) == (None, "")
    for name in ("a", "c", "f"):
        delete(name)
    assert ids(under(client, post_id)) == [thread["a"], thread["b"], thread["d"], thread["e"]]
    delete("d")  # with the last answer both stubs go
    assert ids(under(client, post_id)) == [thread["e"]]
    assert data(client.get(f"/api/posts/{post_id}"))["comments_count"] == 1


def test_likes_of_comments_are_counted_and_taken_back(
    client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str
) -> None:
    own = comment(client, ada, post_id)
    address = f"/api/posts/{post_id}/comments/{own}/likes"
    assert data(client.post(address, headers=bob.headers), 201) == {"liked": True, "likes_count": 1}
    assert data(client.post(address, headers=bob.headers)) == {"liked": True, "likes_count": 1}
    assert data(client.post(address, headers=ada.headers), 201) == {"liked": True, "likes_count": 2}
    for who, liked in ((ada, True), (bob, True), (None, None)):
        (found,) = under(client, post_id, who=who)
        assert (found["likes_count"], found["liked"]) == (2, liked)
    assert data(client.delete(address, headers=bob.headers)) == {"liked": False, "likes_count": 1}
    assert data(client.delete(address, headers=bob.headers)) == {"liked": False, "likes_count": 1}
    (found,) = under(client, post_id, who=bob)
    assert (found["likes_count"], found["liked"]) == (1, False)
    other = publish(client, ada)
    for method in ("POST", "DELETE"):
        for wrong in (f"/api/posts/{other}/comments/{own}/likes", f"/api/posts/{post_id}/comments/99/likes"):
            problem(client.open(wrong, method=method, headers=bob.headers), 404)
        problem(client.open(address, method=method), 401)


def test_a_like_and_an_answer_are_told_once_to_whom_they_concern(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody, post_id: str
) -> None:
    def told(who: Somebody) -> list[tuple[str, str | None]]:
        items = data(client.get("/api/notifications", headers=who.headers))["items"]
        return [(each["kind"], each["comment_id"]) for each in items]

    first = answer(client, bob, post_id, None)
    second = answer(client, cyd, post_id, first, "@bob well said")
    assert told(bob) == [("reply", second)]
    assert told(ada) == [("comment", second), ("comment", first)]
    third = answer(client, bob, post_id, second)
    assert told(cyd) == [("reply", third)]
    address = f"/api/posts/{post_id}/comments/{first}/likes"
    client.post(address, headers=cyd.headers)
    client.post(address, headers=bob.headers)
    assert told(bob) == [("like", first), ("reply", second)]
    client.delete(address, headers=cyd.headers)
    assert told(bob) == [("reply", second)]
    client.post(address, headers=cyd.headers)
    client.delete(f"/api/posts/{post_id}/comments/{second}", headers=cyd.headers)
    assert told(bob) == [("like", first)]


def test_nobody_answers_or_likes_a_comment_of_somebody_with_a_block_between(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody, post_id: str
) -> None:
    own = comment(client, bob, post_id)
    client.post("/api/users/bob/blocks", headers=cyd.headers)
    problem(client.post(f"/api/posts/{post_id}/comments/{own}/likes", headers=cyd.headers), 404)
    sent = {"body": "text", "in_reply_to": own}
    refusal = client.post(f"/api/posts/{post_id}/comments", headers=cyd.headers, json=sent)
    assert fields_at_fault(refusal, 422) == {"in_reply_to"}
    assert under(client, post_id, who=cyd) == []
    below = answer(client, ada, post_id, own)
    assert ids(under(client, post_id, who=cyd)) == [below]


def test_who_leaves_takes_likes_and_comments_along(
    client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str, engine: Engine
) -> None:
    own = answer(client, ada, post_id, None)
    by_bob = answer(client, bob, post_id, own)
    answer(client, ada, post_id, by_bob)
    client.post(f"/api/posts/{post_id}/comments/{own}/likes", headers=bob.headers)
    assert client.application.test_cli_runner().invoke(args=["user", "delete", "bob", "--yes"]).exit_code == 0
    (first, *_) = under(client, post_id)
    assert (first["replies_count"], first["likes_count"]) == (0, 0), "who is leaving is not counted"
    deleted = client.application.test_cli_runner().invoke(args=["user", "delete", "bob", "--yes", "--now"])
    assert deleted.exit_code == 0, deleted.output
    assert [(each.get("deleted"), each["in_reply_to"]) for each in under(client, post_id)] == [
        *((None, None), (True, own)),
        (None, by_bob),
    ]
    checked = client.application.test_cli_runner().invoke(args=["counts", "check"])
    assert checked.exit_code == 0, checked.output
    assert client.delete(f"/api/posts/{post_id}", headers=ada.headers).status_code == 204
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM comments")) == 0
