"""`feedapp-client`: a bot's day, and what it does when the network or the site is in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from feedapp_client import ProblemError, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp_client import Client
    from flask.testing import FlaskClient

    from tests.support.people import Somebody


@pytest.fixture
def ada(people: Callable[..., Somebody]) -> Somebody:
    return people("ada")


@pytest.fixture
def bob(people: Callable[..., Somebody]) -> Somebody:
    return people("bob")


class Unreliable(httpx.BaseTransport):
    """Carries every request, and loses the first answers; or answers itself."""

    def __init__(self, *losses: str | httpx.Response) -> None:
        self._real = httpx.HTTPTransport()
        self._losses = list(losses)
        self.carried = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        loss = self._losses.pop(0) if self._losses else ""
        if isinstance(loss, httpx.Response):
            return loss
        answer = self._real.handle_request(request)
        self.carried += 1
        if loss:
            answer.read()
            answer.close()
            raise httpx.ReadError(loss)
        return answer

    def close(self) -> None:
        self._real.close()


def test_a_bot_does_its_days_work(opened: Callable[..., Client], ada: Somebody, bob: Somebody) -> None:
    bot = opened()
    assert bot.log_in("ada", ada.password, name="bot")["name"] == "bot"
    assert bot.me()["username"] == "ada"
    _, cursor = bot.newer("/api/posts", None, feed="public")
    other = opened(bob.token)
    written = [other.publish(f"post {number}") for number in range(3)]
    came, cursor = bot.newer("/api/posts", cursor, feed="public", limit="2")
    assert [each["id"] for each in came] == [each["id"] for each in written]
    assert bot.newer("/api/posts", cursor, feed="public") == ([], cursor)
    assert bot.like(came[0]["id"]) == 1
    assert bot.unlike(came[0]["id"]) == 0
    bot.follow("bob")
    assert [each["username"] for each in bot.followers("bob")] == ["ada"]
    assert len(list(bot.posts("home"))) == 3
    assert [each["body"] for each in bot.posts("user", username="bob", order="asc")] == ["post 0", "post 1", "post 2"]
    comment = bot.comment(came[0]["id"], "thanks")
    assert [each["id"] for each in other.comments(came[0]["id"])] == [comment["id"]]
    assert [each["body"] for each in bot.comments_by_id([comment["id"], "99"])] == ["thanks"]
    assert bot.user("bob")["followers_count"] == 1
    other.delete(written[0]["id"])
    assert bot.posts_by_id([each["id"] for each in written]) == [bot.post(each["id"]) for each in written[1:]]
    bot.log_out()
    with pytest.raises(ProblemError, match="unauthenticated"):
        bot.me()


def test_a_list_is_read_to_its_end_page_by_page(opened: Callable[..., Client], ada: Somebody) -> None:
    client = opened(ada.token)
    ids = [client.publish(str(number))["id"] for number in range(7)]
    assert [each["id"] for each in client.pages("/api/posts", feed="public", limit="3")] == ids[::-1]
    assert len(client.posts_by_id([*ids, *(str(number) for number in range(1000, 1150))])) == 7


def test_a_post_whose_answer_was_lost_is_there_once(opened: Callable[..., Client], ada: Somebody) -> None:
    waited: list[float] = []
    transport = Unreliable("lost", "lost again")
    client = opened(ada.token, transport=transport, wait=waited.append)
    made = client.publish("once")
    assert transport.carried == 3
    assert waited == [0.5, 1.0]
    assert [each["id"] for each in client.posts("public")] == [made["id"]]


def test_a_deletion_whose_answer_was_lost_is_no_error_and_another_is(
    opened: Callable[..., Client], ada: Somebody
) -> None:
    transport = Unreliable("", "lost")
    client = opened(ada.token, transport=transport, wait=[].append)
    client.delete(client.publish("going")["id"])
    with pytest.raises(ProblemError, match="not_found"):
        client.delete("99")


def test_an_edit_that_depends_on_a_version_is_sent_once(opened: Callable[..., Client], ada: Somebody) -> None:
    transport = Unreliable("", "lost")
    client = opened(ada.token, transport=transport, wait=[].append)
    post = client.publish("first")
    with pytest.raises(UnreachableError):
        client.edit(post, "second")
    with pytest.raises(ProblemError) as error:
        client.edit(post, "third")
    assert error.value.code == "changed_meanwhile"
    assert error.value.current is not None
    assert error.value.current["body"] == "second"
    assert client.edit(client.post(post["id"]), "third")["body"] == "third"


def test_it_waits_as_long_as_the_site_says(opened: Callable[..., Client], ada: Somebody) -> None:
    limited = httpx.Response(429, headers={"Retry-After": "7"}, json={"code": "too_many_attempts"})
    busy = httpx.Response(503, text="<html>no JSON")
    waited: list[float] = []
    client = opened(ada.token, transport=Unreliable(limited, busy), wait=waited.append)
    assert client.publish("at last")["body"] == "at last"
    assert waited == [7, 1.0]


def test_it_gives_up_after_as_many_attempts_as_it_has(opened: Callable[..., Client], ada: Somebody) -> None:
    client = opened(ada.token, transport=Unreliable("a", "b", "c"), wait=[].append, attempts=3)
    with pytest.raises(UnreachableError):
        client.me()
    with pytest.raises(ProblemError, match="invalid_input") as error:
        client.publish("")
    assert error.value.errors[0]["field"] == "body"


def test_what_did_not_change_is_not_sent_again(
    opened: Callable[..., Client], ada: Somebody, client: FlaskClient
) -> None:
    statuses: list[int] = []
    hooks = {"response": [lambda answer: statuses.append(answer.status_code)]}
    reader = opened(ada.token, event_hooks=hooks)
    first = reader.publish("one")
    read = [list(reader.posts("public")) for _ in range(2)]
    assert statuses == [201, 200, 304]
    assert read[0] == read[1]
    client.patch(f"/api/posts/{first['id']}", headers=ada.headers, json={"body": "two"})
    assert next(reader.posts("public"))["body"] == "two"
    assert statuses[3:] == [200]
    opened(event_hooks=hooks).posts_by_id([first["id"]])
    assert statuses[4:] == [200], "what one reader was sent is not another's"
