from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.costs import cost_of
from tests.web.api.calls import comment, data, fields_at_fault, publish

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from tests.support.people import Somebody

TEXTS = {
    "garden": "Über die Gärten laufen",
    "running": "running in the gardens of Kyoto",
    "tokyo": "東京タワーは高いです",
    "tag": "Tomatoes at last! #gardening and #Größe",
    "address": "see https://example.org/#gardening",
    "seoul": "서울에서 만나요",
    "fox": "the quick brown fox; it's quick",
    "cafe": "A cafe\u0301 in Paris",
    "thai": "สวัสดีครับ ทุกคน",
    "signs": "50% off: a_b \\ 'quoted' -- {} %s",
}


@pytest.fixture
def written(client: FlaskClient, ada: Somebody) -> dict[str, str]:
    """The texts by the ids of their posts."""
    return {publish(client, ada, text): name for name, text in TEXTS.items()}


def found(client: FlaskClient, written: dict[str, str], **asked: str) -> list[str]:
    return [written[item["id"]] for item in data(client.get("/api/search", query_string=asked))["items"]]


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("garten", ["garden"]),
        ("GÄRTEN", ["garden"]),
        ("run", ["running"]),
        ("gardens", ["tag", "running"]),
        ("東京", ["tokyo"]),
        ("京東", []),
        ("タワー", ["tokyo"]),
        ("서울", ["seoul"]),
        ("café", ["cafe"]),
        ("สวัสดี", ["thai"]),
        ("the", ["fox", "running"]),
        ('"quick brown"', ["fox"]),
        ("“brown quick”", []),
        ("brown quick", ["fox"]),
        ("the -quick", ["running"]),
        ("the -nothing", ["fox", "running"]),
        ("fox elephant", []),
        ("!!! ???", []),
        ("fox !!!", ["fox"]),
        ("!!! -fox", []),
        ("tag:gardening", ["tag"]),
        ("tag:#GRÖSSE", []),
        ("tag:größe", ["tag"]),
        ("tag:garden", []),
        ("the from:ada", ["fox", "running"]),
        ("from:@ADA quick", ["fox"]),
        ("quick from:bob", []),
        ("quick from:nobody", []),
        ("quick after:2020-01-01", ["fox"]),
        ("quick before:2020-01-01", []),
        ("%s", ["signs", "fox"]),
        ("a_b 50%", ["signs"]),
        ("'quoted'", ["signs"]),
    ],
)
def test_posts_are_found_by_what_they_say(
    client: FlaskClient, written: dict[str, str], bob: Somebody, q: str, names: list[str]
) -> None:
    assert found(client, written, q=q) == names


def test_parameters_say_the_same_as_words_with_a_colon(client: FlaskClient, written: dict[str, str]) -> None:
    assert found(client, written, q="the", author="ada") == ["fox", "running"]
    assert found(client, written, author="ada", until="2020-01-01") == []
    assert found(client, written, q="the", since="2020-01-01") == ["fox", "running"]
    assert found(client, written, tag="gardening") == ["tag"]
    assert found(client, written, author="@ADA") == list(TEXTS)[::-1]


def test_what_was_acknowledged_is_found_and_what_is_gone_is_not(client: FlaskClient, ada: Somebody) -> None:
    address = f"/api/posts/{publish(client, ada, 'aubergines')}"
    assert len(data(client.get("/api/search?q=aubergine"))["items"]) == 1
    data(client.patch(address, headers=ada.headers, json={"body": "zucchini"}))
    assert data(client.get("/api/search?q=aubergine"))["items"] == []
    page = data(client.get("/api/search?q=zucchini"))
    assert (page["items"], page["next_cursor"]) == ([data(client.get(address))], None)
    client.delete(address, headers=ada.headers)
    assert data(client.get("/api/search?q=zucchini"))["items"] == []


def test_comments_are_found(client: FlaskClient, ada: Somebody, bob: Somebody) -> None:
    post_id = publish(client, ada, "a post about soup")
    said = comment(client, bob, post_id, "I like soup with noodles")
    assert data(client.get("/api/search?kind=comments&q=noodle"))["items"] == [
        data(client.get(f"/api/posts/{post_id}/comments/{said}"))
    ]
    assert data(client.get("/api/search?kind=comments&q=soup&author=ada"))["items"] == []
    assert data(client.get("/api/search?kind=comments&q=post"))["items"] == []


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("ada", ["ada"]),
        ("@ADA", ["ada"]),
        ("lovelace", ["ada"]),
        ("lovelase", ["ada"]),
        ("grac", ["grace_h"]),
        ("hoper", ["grace_h"]),
        ("hopper grace", ["grace_h"]),
        ("xyz", []),
    ],
)
def test_people_are_found_by_their_names_slips_forgiven(
    client: FlaskClient, ada: Somebody, people: Callable[..., Somebody], q: str, names: list[str]
) -> None:
    people("grace_h", display_name="Grace Höpper")
    answer = data(client.get("/api/search", query_string={"kind": "people", "q": q}))
    assert [each["username"] for each in answer["items"]] == names


def test_a_walk_finds_everything_once_in_both_directions_while_others_write(client: FlaskClient, ada: Somebody) -> None:
    ids = [publish(client, ada, f"onion {number}") for number in range(7)]
    walked: list[str] = []
    pages, cursor = [], None
    while True:
        page = data(
            client.get(
                "/api/search", query_string={"q": "onion", "limit": "3"} | ({"cursor": cursor} if cursor else {})
            )
        )
        walked += [item["id"] for item in page["items"]]
        pages.append(page)
        publish(client, ada, "onion, too")
        if (cursor := page["next_cursor"]) is None:
            break
    assert walked == ids[::-1]
    back = data(client.get("/api/search", query_string={"q": "onion", "limit": "3", "cursor": pages[1]["prev_cursor"]}))
    assert [item["id"] for item in back["items"]] == [item["id"] for item in pages[0]["items"]]
    assert back["prev_cursor"] is not None


def test_people_are_walked_best_first(client: FlaskClient, people: Callable[..., Somebody]) -> None:
    for number in range(5):
        people(f"anna{number}", display_name="Anna")
    walked, cursor = [], None
    while True:
        asked = {"q": "anna", "kind": "people", "limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = data(client.get("/api/search", query_string=asked))
        walked += [item["username"] for item in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert walked == ["anna4", "anna3", "anna2", "anna1", "anna0"]


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ({}, ["q"]),
        ({"q": " "}, ["q"]),
        ({"q": "-fox"}, ["q"]),
        ({"q": "x" * 501}, ["q"]),
        ({"q": " ".join("abcdefghijklmnopqrstu")}, ["q"]),
        ({"q": "fox before:yesterday"}, ["q"]),
        ({"q": "fox -from:ada"}, ["q"]),
        ({"q": "from:a from:b"}, ["q"]),
        ({"q": "fox", "since": "2020-02-30"}, ["since"]),
        ({"q": "fox", "until": "20200101"}, ["until"]),
        ({"q": "fox", "tag": "a b"}, ["tag"]),
        ({"q": "fox", "kind": "everything"}, ["kind"]),
        ({"q": "fox", "limit": "0"}, ["limit"]),
        ({"q": "fox", "cursor": "x"}, ["cursor"]),
        ({"q": "fox", "kind": "people", "cursor": "x"}, ["cursor"]),
        ({"q": "fox", "sort": "best"}, ["sort"]),
    ],
)
def test_what_cannot_be_asked_is_named(client: FlaskClient, asked: dict[str, str], fields: list[str]) -> None:
    assert fields_at_fault(client.get("/api/search", query_string=asked), 400) == set(fields)


def test_a_reader_with_a_token_sees_what_is_theirs(client: FlaskClient, ada: Somebody, bob: Somebody) -> None:
    address = f"/api/posts/{publish(client, ada, 'leek')}"
    client.post(f"{address}/likes", headers=bob.headers)
    assert data(client.get("/api/search?q=leek", headers=bob.headers))["items"][0]["liked"] is True
    assert data(client.get("/api/search?q=leek"))["items"][0]["liked"] is None
    assert client.get("/api/search?q=leek", headers={"Authorization": "Bearer none"}).status_code == 401


def test_a_search_is_one_statement_when_what_it_shows_is_cached(client: FlaskClient, ada: Somebody) -> None:
    publish(client, ada, "parsnip")
    client.get("/api/search?q=parsnip")
    assert cost_of(client.get("/api/search?q=parsnip")).sql_statements == 1
