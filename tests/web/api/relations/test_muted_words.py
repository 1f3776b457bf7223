"""Words that somebody does not want to read: left out of their feeds and threads, and found elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from feedapp.text.muted_words import has_word
from tests.web.api.calls import comment, data, fields_at_fault, problem, publish
from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.support.people import Somebody
WORDS = "/api/me/muted-words"


def mute(client: FlaskClient, who: Somebody, *words: str) -> list[str]:
    found: list[str] = data(client.put(WORDS, headers=who.headers, json={"words": words}))["words"]
    return found


def bodies(client: FlaskClient, who: Somebody | None, address: str) -> list[str]:
    return [each["body"] for each in data(client.get(address, headers=who.headers if who else {}))["items"]]


def test_what_has_one_is_left_out_of_feeds_and_threads_and_found_elsewhere(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody
) -> None:
    post = publish(client, ada, "Who won the #Football?")
    publish(client, ada, "Roses")
    client.post("/api/users/ada/followers", headers=bob.headers)
    comment(client, ada, post, "Football, of course")
    comment(client, bob, post, "My football")
    left_out = ("/api/posts?feed=public", "/api/posts?feed=home", f"/api/posts/{post}/comments")
    shown = ("/api/posts?feed=user&username=ada", f"/api/posts?ids={post}", "/api/search?q=football")

    def hers(who: Somebody | None, address: str) -> bool:
        return any("ootball" in body and "My" not in body for body in bodies(client, who, address))

    for address in (*left_out, *shown):
        assert hers(bob, address), address
    assert mute(client, bob, "football") == ["football"]
    for _ in range(2):
        assert not any(hers(bob, address) for address in left_out)
        assert all(hers(bob, address) for address in shown)
        assert data(client.get(f"/api/posts/{post}", headers=bob.headers))["body"]
    assert bodies(client, bob, left_out[2]) == ["My football"], "what one wrote is one's own"
    for address in (*left_out, *shown):
        assert hers(ada, address), "it is nobody else's matter"
    assert hers(None, left_out[0])
    assert mute(client, bob) == []
    assert all(hers(bob, address) for address in (*left_out, *shown))


def test_what_is_new_is_not_announced_if_it_has_one(client: FlaskClient, ada: Somebody, bob: Somebody) -> None:
    publish(client, ada, "Roses")
    top = re.search(r'data-top="([^"]+)"', client.get("/public").text)
    assert top
    publish(client, ada, "Football")
    mute(client, bob, "FOOTBALL")
    his = Browser(client.application, bob.session)
    assert his.get(f"/public/newer?after={top[1]}").status_code == 204
    publish(client, ada, "Tulips")
    assert 'data-count="1"' in his.get(f"/public/newer?after={top[1]}").text


def test_they_are_kept_in_order_each_once(client: FlaskClient, bob: Somebody) -> None:
    assert data(client.get(WORDS, headers=bob.headers)) == {"words": []}
    assert mute(client, bob, "  season \n finale", "Art", "art", "мяч") == ["Art", "season finale", "мяч"]
    assert data(client.get(WORDS, headers=bob.headers)) == {"words": ["Art", "season finale", "мяч"]}
    problem(client.get(WORDS), 401)
    problem(client.put(WORDS, json={"words": []}), 401)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ([""], "words.0"), (["a", " \n"], "words.1"), (["a" * 101], "words.0"), ([1], "words.0"), ("art", "words"),
        (None, "words"), ([f"w{n}" for n in range(101)], "words"),
    ],
)  # fmt: skip
def test_others_are_refused(client: FlaskClient, bob: Somebody, words: Any, field: str) -> None:
    assert fields_at_fault(client.put(WORDS, headers=bob.headers, json={"words": words}), 422) == {field}


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("art", "Art is long", True), ("art", "a party", False), ("art", "#art", True), ("#art", "art", False),
        ("#art", "more #Art!", True), ("season finale", "the season\n  finale", True), ("strasse", "Straße", True),
        ("café", "cafe\u0301", True), ("足球", "我喜欢足球吗", True), ("c++", "in C++, of course", True),
        ("🎉", "party🎉", True), (".*", "anything", False), ("мяч", "Мяч", True), ("art", "art_deco", False),
    ],
)  # fmt: skip
def test_a_word_is_found_whole_whatever_its_case(word: str, text: str, found: bool) -> None:  # noqa: FBT001
    assert has_word(text, (word,)) is found
